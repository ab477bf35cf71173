/** Contacts and records come into being, change and go on either side, and both sides agree afterwards. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crms } from "./hands.js";
import { type World, world } from "./world.js";

for (const crm of crms) {
  const both = (name: string, run: (w: World) => Promise<void>) =>
    test(`${crm}: ${name}`, async () => run(await world({ crm })));
  /** A pair that both sides agree on. */
  const agreed = async (w: World, fields: Parameters<World["hands"]["create"]>[0] = {}) => {
    const id = w.hands.create({
      email: "ann@example.com",
      first_name: "Ann",
      last_name: "Lee",
      phone: "1",
      city: "Ulm",
      ...fields,
    });
    await w.settle();
    const contact = (await w.contactOf(id))?.id as string;
    await w.pass(60_000);
    return { id, contact };
  };

  both("a contact of the CRM comes to PenguinMails, with where it is from", async (w) => {
    const id = w.hands.create({ email: "Ann@Example.com", first_name: "Ann", last_name: "Lee" });
    await w.settle();
    const contact = await w.contactOf(id);
    assert.deepEqual(
      ["email", "first_name", "last_name", "source", "crm", "crm_id"].map((field) => contact?.record[field]),
      ["ann@example.com", "Ann", "Lee", "crm_sync", crm, id],
    );
    assert.equal(w.hands.get(id)?.key ?? null, null, "a sync that writes nothing there does not write the key either");
  });

  both("a contact of PenguinMails comes to the CRM under its key", async (w) => {
    await w.change("c1", { email: "bob@example.com", first_name: "Bob", last_name: "Ray" });
    await w.settle();
    const [record] = w.hands.all();
    assert.deepEqual(
      [record?.email, record?.first_name, record?.last_name, record?.key],
      ["bob@example.com", "Bob", "Ray", "c1"],
    );
    assert.equal((await w.contactOf(record?.id as string))?.id, "c1");
  });

  both("different fields changed on both sides at the same time both arrive", async (w) => {
    const { id, contact } = await agreed(w);
    w.hands.edit(id, { phone: "2" });
    await w.change(contact, { city: "Bonn" });
    await w.settle();
    const [record, kept] = [w.hands.get(id), (await w.contact(contact))?.record];
    assert.deepEqual([record?.phone, record?.city, kept?.phone, kept?.city], ["2", "Bonn", "2", "Bonn"]);
  });

  both("of one field changed on both sides the newer value stays, on both", async (w) => {
    const { id, contact } = await agreed(w);
    w.hands.edit(id, { phone: "+49 1" });
    await w.pass(60_000);
    await w.change(contact, { phone: "+49 2" });
    await w.settle();
    assert.equal(w.hands.get(id)?.phone, "+49 2");
    assert.equal((await w.contact(contact))?.record.phone, "+49 2");
    await w.pass(60_000);
    await w.change(contact, { phone: "+49 3" });
    await w.pass(60_000);
    w.hands.edit(id, { phone: "+49 4" });
    await w.settle();
    assert.equal((await w.contact(contact))?.record.phone, "+49 4");
    assert.equal(w.hands.get(id)?.phone, "+49 4");
  });

  both("a field under manual waits for a person, whose answer is carried out", async (w) => {
    const { id, contact } = await agreed(w, { note: "old" });
    w.hands.edit(id, { note: "theirs" });
    await w.change(contact, { note: "ours", phone: "5" });
    await w.settle();
    assert.equal(w.hands.get(id)?.phone, "5", "all other fields flow");
    assert.equal(w.hands.get(id)?.note, "theirs");
    const { reviews } = (await w.call("GET", "/api/reviews?state=open")).body;
    assert.deepEqual([reviews.length, reviews[0].local, reviews[0].crm, reviews[0].base], [1, "ours", "theirs", "old"]);
    const path = `/api/reviews/${w.ref.id}/${encodeURIComponent(reviews[0].id)}/answer`;
    assert.equal((await w.call("POST", path, { choose: "local" })).status, 202);
    assert.equal((await w.call("POST", path, { choose: "crm" })).status, 404, "it is answered once");
    await w.settle();
    assert.equal(w.hands.get(id)?.note, "ours");
    assert.deepEqual((await w.call("GET", "/api/reviews?state=open")).body.reviews, []);
  });

  both("who is in both already is paired by a unique address, and nobody is created twice", async (w) => {
    const id = w.hands.create({ email: "ann@example.com", first_name: "Ann" });
    await w.change("c1", { email: "ANN@example.com", phone: "7" });
    await w.settle();
    assert.equal(w.hands.all().length, 1);
    assert.equal((await w.contactOf(id))?.id, "c1");
    assert.equal(w.hands.get(id)?.phone, "7");
    assert.equal((await w.contact("c1"))?.record.first_name, "Ann");
  });

  both("two candidates are a question to a person", async (w) => {
    await w.change("c1", { email: "same@example.com", first_name: "One" });
    await w.change("c2", { email: "same@example.com", first_name: "Two" });
    const id = w.hands.create({ email: "same@example.com", first_name: "Three" });
    await w.settle();
    assert.equal(w.hands.all().length, 1, "no record is created for an address that the CRM has");
    const { reviews } = (await w.call("GET", "/api/reviews?state=open")).body;
    const ask = reviews.find(({ crmId }: { crmId: string }) => crmId === id);
    assert.deepEqual(ask?.candidates.sort(), ["local:c1", "local:c2"], JSON.stringify(reviews));
    const path = `/api/reviews/${w.ref.id}/${encodeURIComponent(ask.id)}/answer`;
    assert.equal((await w.call("POST", path, { choose: "link", candidate: "local:c2" })).status, 202);
    await w.settle();
    assert.equal((await w.contactOf(id))?.id, "c2");
  });

  both("a new address of a linked contact creates nobody", async (w) => {
    const { id, contact } = await agreed(w);
    w.hands.edit(id, { email: "ann@new.example.com" });
    await w.settle();
    assert.equal((await w.contact(contact))?.record.email, "ann@new.example.com");
    await w.run("reconcile");
    assert.equal(w.hands.all().length, 1);
    assert.deepEqual(await w.store.changedContacts(w.ref, null, 10), []);
  });

  both("an opt-out of the CRM arrives, and a newer edit does not lift it", async (w) => {
    const { id, contact } = await agreed(w);
    w.hands.optOut(id);
    await w.settle();
    assert.equal((await w.contact(contact))?.record.unsubscribed, true);
    assert.equal((await w.call("GET", `/contacts/${contact}`)).body.mailable.ok, false);
    await w.pass(60_000);
    await w.change(contact, { unsubscribed: false });
    await w.settle();
    assert.equal((await w.contact(contact))?.record.unsubscribed, true, "nobody's own act has lifted it");
    assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
  });

  both("an opt-out of PenguinMails arrives in the CRM", async (w) => {
    const { id, contact } = await agreed(w);
    await w.change(contact, { unsubscribed: true });
    await w.settle();
    assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
  });

  both("an echo writes nothing", async (w) => {
    const { contact } = await agreed(w);
    await w.change(contact, { phone: "2" });
    await w.settle();
    const before = w.standIn.calls.length;
    await w.pass(3_600_000);
    await w.run("reconcile");
    const since = w.standIn.calls.slice(before);
    assert.ok(since.length > 0);
    const writes = since.filter(
      ({ method, path }) => method !== "GET" && !/\/(read|search|query|token)$/.test(path ?? ""),
    );
    assert.deepEqual(writes, []);
  });

  both("what is deleted in the CRM is no pair any more, and is not created again", async (w) => {
    const { id, contact } = await agreed(w);
    w.hands.remove(id);
    await w.settle();
    await w.run("reconcile");
    const [pair] = await w.store.loadPairs(w.ref, [`local:${contact}`]);
    assert.equal(pair?.link?.state, "ended");
    assert.equal((await w.contact(contact))?.deleted, false);
    assert.equal(w.hands.all().length, 0);
  });
}
