/** A pause holds writes back at once and whole, keeps opt-outs, and loses nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { agreed, alertsOf, ann, bothHold, eachCrm, severalAgreed, withoutWebhooks, writesOf } from "./cases.js";
import { type Crm, mappingOf } from "./hands.js";
import { start, type World, world } from "./world.js";

async function pause(w: World, given: object): Promise<string> {
  const { status, body } = await w.call("POST", "/api/pauses", { reason: "the CRM is being cleaned up", ...given });
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

async function end(w: World, id: string): Promise<void> {
  assert.equal((await w.call("POST", `/api/pauses/${id}/end`)).status, 200);
}

const mailable = async (w: World, contact: string) => (await w.call("GET", `/contacts/${contact}`)).body.mailable.ok;

/** As if the process had been killed, and started again. */
async function restart(w: World): Promise<void> {
  const { store, jobs, clock, standIn } = w;
  Object.assign(w, await start({ store, jobs, clock, fetch: (request) => standIn.handle(request) }));
}

eachCrm("begun while work is flowing it lets nothing more be written, and afterwards everything is", async (w) => {
  const { ids, contacts } = await severalAgreed(w, 30);
  for (const [n, contact] of contacts.entries()) await w.change(contact, { phone: `+49 2 ${n}` });
  const { handle } = w.standIn;
  let id = "";
  w.standIn.handle = async (request) => {
    w.standIn.handle = handle;
    id = await pause(w, { integration: w.ref.id });
    return handle(request);
  };
  await w.service.drain();
  assert.notEqual(id, "", "the CRM was asked");
  assert.deepEqual(writesOf(w), []);

  await restart(w);
  await w.change(contacts[0] as string, { unsubscribed: true });
  w.hands.optOut(ids[1] as string);
  await w.rounds(2);
  for (const contact of contacts.slice(0, 2)) assert.equal(await mailable(w, contact), false);
  w.standIn.faults.rate("lost", 2);
  w.hands.optOut(ids[2] as string);
  w.standIn.faults.clear();
  await w.store.wake(w.ref, [{ subject: `crm:${ids[2]}` }]);
  await w.rounds(2);
  assert.equal(await mailable(w, contacts[2] as string), false, "without a webhook, and with a write under way");
  w.hands.edit(ids[3] as string, { city: "Bonn" });
  await w.rounds(2);
  assert.deepEqual(writesOf(w), []);
  assert.equal((await w.contact(contacts[3] as string))?.record.city, "Ulm");

  await restart(w);
  await end(w, id);
  await w.settle();
  for (const [n, contact] of contacts.entries())
    await bothHold(w, ids[n] as string, contact, { phone: `+49 2 ${n}`, city: n === 3 ? "Bonn" : "Ulm" });
  for (const n of [0, 1, 2]) {
    assert.equal(String(w.hands.get(ids[n] as string)?.unsubscribed), "true");
    assert.equal((await w.contact(contacts[n] as string))?.record.unsubscribed, true);
  }
});

const deletions = (crm: Crm) => ({
  mapping: mappingOf(crm, "", { strategies: {}, deletions: { crm: "propagate", local: "propagate" } }),
});

eachCrm(
  "of the way to the CRM it leaves the other way open; deletions wait as well",
  async (w) => {
    const { id, contact } = await agreed(w);
    const gone = await agreed(w, { email: "gone@example.com" });
    const pauseId = await pause(w, { integration: w.ref.id, direction: "to_crm" });
    await w.change(contact, { phone: "+49 2", unsubscribed: true });
    await w.change("c1", { ...ann, email: "bob@example.com" });
    await w.change(gone.contact, null);
    await w.rounds(1);
    w.hands.edit(id, { city: "Bonn" });
    const theirs = w.hands.create({ ...ann, email: "carl@example.com" });
    await w.rounds(2);
    assert.deepEqual(writesOf(w), []);
    assert.ok(w.hands.all().some(({ id }) => id === gone.id));
    const kept = (await w.contact(contact))?.record;
    assert.deepEqual([kept?.city, kept?.phone, kept?.unsubscribed], ["Bonn", "+49 2", true]);
    assert.equal((await w.contactOf(theirs))?.record.email, "carl@example.com");
    assert.equal(await mailable(w, contact), false);

    await restart(w);
    withoutWebhooks(w);
    await end(w, pauseId);
    await w.settle();
    await bothHold(w, id, contact, { phone: "+49 2", city: "Bonn" });
    assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
    assert.equal(w.hands.all().filter(({ key }) => key === "c1").length, 1);
    assert.ok(!w.hands.all().some(({ id }) => id === gone.id));
  },
  deletions,
);

eachCrm("of the way from the CRM it takes over nothing but opt-outs", async (w) => {
  const { id, contact } = await agreed(w);
  const pauseId = await pause(w, { direction: "from_crm" });
  w.hands.edit(id, { phone: "+49 2" });
  w.hands.optOut(id);
  const theirs = w.hands.create({ ...ann, email: "carl@example.com" });
  w.hands.optOut(theirs);
  await w.change(contact, { city: "Bonn" });
  await w.rounds(2);
  const kept = (await w.contact(contact))?.record;
  assert.deepEqual([kept?.phone, kept?.unsubscribed, w.hands.get(id)?.city], ["+49 1", true, "Bonn"]);
  assert.equal(await w.contactOf(theirs), null);
  assert.equal((await w.store.suppressions(w.tenant, "carl@example.com")).length, 1);
  await end(w, pauseId);
  await w.settle();
  await bothHold(w, id, contact, { phone: "+49 2", city: "Bonn" });
  assert.equal((await w.contactOf(theirs))?.record.unsubscribed, true);
});

eachCrm("of a field it holds that one, planned writes of it too, and ends by itself", async (w) => {
  const { id, contact } = await agreed(w);
  w.standIn.faults.rate("unavailable", 2);
  await w.change(contact, { city: "Bonn" });
  await w.rounds(1, 0);
  w.standIn.faults.clear();
  const until = new Date(w.clock.now() + 3_600_000).toISOString();
  await pause(w, { integration: w.ref.id, field: "city", until });
  await w.change(contact, { phone: "+49 2" });
  await w.rounds(4, 120_000);
  assert.deepEqual([w.hands.get(id)?.phone, w.hands.get(id)?.city], ["+49 2", "Ulm"]);
  w.hands.edit(id, { city: "Kiel" });
  await w.rounds(2);
  assert.equal((await w.contact(contact))?.record.city, "Bonn");
  await w.pass(3_600_000);
  await w.settle();
  await bothHold(w, id, contact, { city: "Kiel" });
  const [over] = (await w.call("GET", "/api/pauses")).body.pauses;
  assert.deepEqual([over.stands, over.by, over.endedAt], [false, "the test", null]);
});

test("of everything it holds each of the tenant's integrations, and nobody else's", async () => {
  const one = await world({ crm: "hubspot" });
  const same = await world({ crm: "salesforce", beside: one, ofTenant: "the same" });
  const other = await world({ crm: "hubspot", beside: one });
  const theirs = await agreed(other);
  const { id, contact } = await agreed(one);
  await same.settle();
  const pauseId = await pause(one, {});
  assert.equal(
    (await one.call("POST", "/api/runs", { integration: "hubspot", kind: "reconcile" })).body.code,
    "paused",
  );
  const before = one.standIn.calls.length;
  await one.change(contact, { phone: "+49 2" });
  await other.change(theirs.contact, { phone: "+49 3" });
  await one.rounds(2);
  const accounts = new Set(writesOf(one, before).map(({ account }) => account));
  assert.deepEqual([...accounts], [other.account]);
  await end(one, pauseId);
  assert.equal((await one.call("POST", `/api/pauses/${pauseId}/end`)).body.code, "ended");
  await one.settle();
  await same.settle();
  await bothHold(one, id, contact, { phone: "+49 2" });
  assert.equal(same.hands.all()[0]?.phone, "+49 2");
});

test("what is no pause is refused", async () => {
  const w = await world();
  const past = new Date(w.clock.now()).toISOString();
  for (const [given, status] of [
    [{}, 422],
    [{ reason: "" }, 422],
    [{ reason: "x", field: "city" }, 422],
    [{ reason: "x", until: past }, 422],
    [{ reason: "x", direction: "up" }, 422],
    [{ reason: "x", integration: "nobodys" }, 404],
  ] as const)
    assert.equal((await w.call("POST", "/api/pauses", given)).status, status, JSON.stringify(given));
  assert.equal((await w.call("POST", "/api/pauses/nobodys/end")).status, 404);
});

eachCrm(
  "a field that is left alone after a fight is written again once a person releases it",
  async (w) => {
    const { id, contact } = await agreed(w, { last_name: "RAY" });
    await w.change(contact, { last_name: "Ray" });
    for (let round = 0; round < 6; round++) {
      await w.settle();
      if (w.hands.get(id)?.last_name === "Ray") w.hands.edit(id, { last_name: "RAY" });
      await w.pass(60_000);
      await w.change(contact, { first_name: `Ann ${round}` });
    }
    await w.settle();
    const fights = async () => (await alertsOf(w)).filter(({ kind }) => kind === "fight");
    const [fight] = await fights();
    const field = fight?.detail.field;
    assert.equal(w.hands.get(id)?.last_name, "RAY");
    const release = `/api/integrations/${w.ref.id}/release`;
    assert.equal((await w.call("POST", release, { field, contact: "somebody" })).body.released, 0);
    assert.equal((await w.call("POST", release, { field, contact })).body.released, 1);
    assert.deepEqual(await fights(), []);
    await w.settle();
    assert.equal(w.hands.get(id)?.last_name, "Ray");
  },
  (crm) => ({
    mapping: mappingOf(crm).replace(/(penguinmails_field: last_name)/, "$1, direction: to_crm, drift: restore"),
  }),
);

test("a run that is cancelled goes no further, and the next one of its kind begins anew", async () => {
  const w = await world();
  await severalAgreed(w, 3);
  const { run } = await w.service.run(await w.integration(), "reconcile");
  const cancel = `/api/runs/${w.ref.id}/${run}/cancel`;
  const cancelled = await w.call("POST", cancel);
  assert.deepEqual([cancelled.status, cancelled.body.state, cancelled.body.endedBy], [200, "cancelled", "the test"]);
  await w.settle();
  assert.equal((await w.store.run(w.ref, run))?.progress.seen, 0);
  assert.deepEqual((await w.call("POST", cancel)).body.code, "cancelled");
  const next = await w.run("reconcile");
  assert.notEqual(next?.run, run);
  assert.equal(next?.state, "done");
});
