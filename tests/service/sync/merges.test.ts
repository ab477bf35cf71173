/** What becomes of pairs whose records the CRM has merged: nobody's values are taken for somebody else's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SyncStore } from "../../../web/service/store/store.js";
import { syncPairs } from "../../../web/service/sync/pairs.js";
import { workOf } from "../../../web/service/sync/worker.js";
import { crms } from "./hands.js";
import { type World, world } from "./world.js";

const reviewsOf = async (w: World, state = "open") => (await w.call("GET", `/api/reviews?state=${state}`)).body.reviews;

async function answer(w: World, id: string, body: object): Promise<number> {
  return (await w.call("POST", `/api/reviews/${w.ref.id}/${encodeURIComponent(id)}/answer`, body)).status;
}

/** Two persons whom both sides know, in a CRM whose changes are watched. */
async function two(w: World) {
  await w.run("incremental");
  const ann = w.hands.create({ email: "ann@example.com", first_name: "Ann", last_name: "Lee", phone: "11" });
  const bob = w.hands.create({ email: "bob@example.com", first_name: "Bob", last_name: "Ray", phone: "22" });
  await w.settle();
  const contacts = { ann: (await w.contactOf(ann))?.id as string, bob: (await w.contactOf(bob))?.id as string };
  await w.pass(60_000);
  return { ann, bob, contacts };
}

/** Webhooks, then both schedules: Outbound Messages tell of no deletion. */
async function look(w: World): Promise<void> {
  await w.settle();
  await w.pass(600_000);
  await w.run("incremental");
  await w.run("reconcile");
}

const linkOf = async (w: World, contact: string) => (await w.store.loadPairs(w.ref, [`local:${contact}`]))[0]?.link;

for (const crm of crms) {
  const both = (name: string, run: (w: World) => Promise<void>) =>
    test(`${crm}: ${name}`, async () => run(await world({ crm })));

  both("a record that is merged into one that nobody here knows takes its pair along", async (w) => {
    const ann = w.hands.create({ email: "ann@example.com", first_name: "Ann", last_name: "Lee" });
    await w.settle();
    const contact = (await w.contactOf(ann))?.id as string;
    await w.pass(60_000);
    const other = w.hands.create({ email: "ann.lee@example.com", first_name: "Ann", last_name: "Lee", city: "Ulm" });
    const survivor = w.hands.merge(other, ann);
    await look(w);
    assert.equal((await linkOf(w, contact))?.crmId, survivor);
    assert.equal((await w.contact(contact))?.record.city, "Ulm");
    assert.equal(w.hands.all().length, 1);
    assert.deepEqual(await reviewsOf(w), []);
  });

  both("of two pairs whose records became one each keeps its values until a person says who is who", async (w) => {
    const { ann, bob, contacts } = await two(w);
    const survivor = w.hands.merge(ann, bob);
    await look(w);
    const open = await reviewsOf(w);
    const ask = open.find(({ contact }: { contact: string }) => contact === contacts.bob);
    assert.equal(ask?.reason, "merged_into_anothers");
    assert.deepEqual(ask.candidates, [`local:${contacts.ann}`]);
    assert.equal((await w.contact(contacts.bob))?.record.email, "bob@example.com");
    assert.equal((await w.contact(contacts.ann))?.record.email, "ann@example.com");
    assert.equal(await answer(w, ask.id, { choose: "crm" }), 422);
    assert.equal(await answer(w, ask.id, { choose: "link", candidate: "local:nobody" }), 422);
    assert.equal(await answer(w, ask.id, { choose: "link", candidate: `local:${contacts.ann}` }), 202);
    await w.settle();
    await w.run("reconcile");
    assert.deepEqual(await reviewsOf(w), []);
    assert.equal((await linkOf(w, contacts.bob))?.state, "ended");
    const link = await linkOf(w, contacts.ann);
    assert.deepEqual([link?.state, link?.crmId], ["linked", survivor]);
    assert.equal((await w.contact(contacts.bob))?.deleted, false, "it stays here");
    w.hands.edit(survivor, { city: "Bonn" });
    await w.settle();
    assert.equal((await w.contact(contacts.ann))?.record.city, "Bonn");
    assert.equal((await w.contact(contacts.bob))?.record.city ?? null, null);
    assert.equal(w.hands.all().length, 1);
  });

  both("an opt-out of who turns out to be the same person holds for both", async (w) => {
    const { ann, bob, contacts } = await two(w);
    await w.change(contacts.bob, { unsubscribed: true });
    await w.settle();
    await w.pass(60_000);
    w.hands.merge(ann, bob);
    await look(w);
    const [ask] = (await reviewsOf(w)).filter(({ contact }: { contact: string }) => contact === contacts.bob);
    assert.equal(await answer(w, ask.id, { choose: "link", candidate: `local:${contacts.ann}` }), 202);
    await w.settle();
    assert.equal((await w.call("GET", `/contacts/${contacts.ann}`)).body.mailable.ok, false);
    assert.equal((await w.contact(contacts.ann))?.record.unsubscribed, true);
  });

  both("somebody else after all gets a record again", async (w) => {
    const { ann, bob, contacts } = await two(w);
    const survivor = w.hands.merge(ann, bob);
    await look(w);
    const open = await reviewsOf(w);
    for (const { id, contact } of open) {
      const choice = contact === contacts.bob ? { choose: "none" } : null;
      if (choice) assert.equal(await answer(w, id, choice), 202);
    }
    await w.settle();
    await w.run("reconcile");
    const link = await linkOf(w, contacts.bob);
    if (crm === "salesforce") {
      assert.notEqual(link?.crmId, survivor);
      assert.equal(w.hands.get(link?.crmId as string)?.email, "bob@example.com");
      assert.equal(w.hands.all().length, 2);
      assert.deepEqual(await reviewsOf(w), []);
    } else {
      // HubSpot keeps the address with the survivor and takes no second record of it: somebody has to free it there.
      const [ask] = (await reviewsOf(w)).filter(({ contact }: { contact: string }) => contact === contacts.bob);
      assert.equal(ask?.reason, "held_by_another");
      assert.equal(w.hands.all().length, 1);
    }
    assert.equal((await linkOf(w, contacts.ann))?.crmId, survivor);
    assert.equal((await w.contact(contacts.ann))?.record.first_name, "Ann");
  });

  both("a survivor that is deleted before anybody has looked is the deletion of what was linked", async (w) => {
    const { ann, contacts } = await two(w);
    const other = w.hands.create({ email: "ann.lee@example.com", first_name: "Ann", last_name: "Lee" });
    w.hands.remove(w.hands.merge(other, ann));
    await look(w);
    assert.equal((await linkOf(w, contacts.ann))?.state, "ended");
    assert.equal((await w.contact(contacts.ann))?.deleted, false);
    assert.deepEqual((await w.call("GET", "/api/dead-letters")).body.jobs ?? [], []);
    assert.equal((await w.store.counts(w.ref)).links, 1);
  });

  for (const asker of ["ann", "bob"] as const) {
    both(`${asker} is forgotten though nobody has said yet whose the record is`, async (w) => {
      const { ann, bob, contacts } = await two(w);
      w.hands.merge(ann, bob);
      await look(w);
      assert.ok((await reviewsOf(w)).length > 0);
      await w.change(contacts[asker], "privacy");
      await look(w);
      assert.equal(w.hands.all().length, 0);
      assert.deepEqual((await w.contact(contacts[asker]))?.record ?? {}, {});
      const other = contacts[asker === "ann" ? "bob" : "ann"];
      assert.equal((await w.contact(other))?.deleted, false);
      assert.deepEqual(await reviewsOf(w), []);
    });
  }

  both("a question of who is who goes when what both were merged into is deleted", async (w) => {
    const { ann, bob, contacts } = await two(w);
    const survivor = w.hands.merge(ann, bob);
    await look(w);
    assert.ok((await reviewsOf(w)).length > 0);
    w.hands.remove(survivor);
    await look(w);
    assert.deepEqual(await reviewsOf(w), []);
    for (const contact of Object.values(contacts)) {
      assert.equal((await linkOf(w, contact))?.state, "ended");
      assert.equal((await w.contact(contact))?.deleted, false);
    }
  });

  both("a duplicate that waited for a person is merged by somebody in the CRM: the question goes", async (w) => {
    const { ann } = await two(w);
    const twin = w.hands.create({ first_name: "Ann", last_name: "Lee", email: "other@example.com" });
    await w.change("x1", { email: "other@example.com", first_name: "One" });
    await w.change("x2", { email: "other@example.com", first_name: "Two" });
    await w.settle();
    assert.ok((await reviewsOf(w)).some(({ crmId }: { crmId: string }) => crmId === twin));
    await w.pass(60_000);
    w.hands.merge(ann, twin);
    await look(w);
    assert.deepEqual(
      (await reviewsOf(w)).filter(({ crmId }: { crmId: string | null }) => crmId !== null),
      [],
    );
  });

  both("whoever it is, an opt-out holds for the address while the question is open", async (w) => {
    await w.change("x1", { email: "same@example.com", first_name: "One" });
    await w.change("x2", { email: "same@example.com", first_name: "Two" });
    const id = w.hands.create({ email: "same@example.com", first_name: "Three", last_name: "Doe" });
    await w.settle();
    assert.equal((await w.call("GET", "/contacts/x1")).body.mailable.ok, true);
    await w.pass(60_000);
    w.hands.optOut(id);
    await w.settle();
    for (const contact of ["x1", "x2"]) {
      assert.equal((await w.call("GET", `/contacts/${contact}`)).body.mailable.ok, false, contact);
    }
  });
}

/** HubSpot makes a new record of both, so that whose it is is asked of either. */
test("salesforce: of somebody who is forgotten while a merged record is looked at nobody takes the values", async () => {
  const w = await world({ crm: "salesforce" });
  const { ann, bob, contacts } = await two(w);
  const survivor = w.hands.merge(ann, bob);
  const work = await workOf(w.context, await w.integration(), "sync");
  let isForgotten = false;
  // The record was read by now; whose it is is asked next.
  const loadPairs: SyncStore["loadPairs"] = async (ref, subjects) => {
    if (!isForgotten && subjects.includes(`crm:${survivor}`)) {
      isForgotten = true;
      await w.change(contacts.ann, "privacy");
      await syncPairs(work, [`local:${contacts.ann}`]);
      assert.equal(w.hands.all().length, 0, "the record is gone");
    }
    return w.store.loadPairs(ref, subjects);
  };
  await syncPairs({ ...work, store: { ...w.store, loadPairs } }, [`local:${contacts.bob}`]);
  assert.ok(isForgotten);
  assert.equal((await w.contact(contacts.bob))?.record.email, "bob@example.com");
  await look(w);
  const left = await w.contact(contacts.bob);
  assert.deepEqual([left?.deleted, left?.record.email, left?.record.phone], [false, "bob@example.com", "22"]);
  assert.equal((await linkOf(w, contacts.bob))?.state, "ended");
  assert.deepEqual((await w.contact(contacts.ann))?.record ?? {}, {});
});
