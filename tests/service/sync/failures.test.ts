/** Promise 6: whatever the CRM refuses, delays or leaves unanswered stays with the record that it is about. */
import assert from "node:assert/strict";
import { requestFaults } from "../../../web/stand-in/faults.js";
import {
  agreed,
  alertsOf,
  ann,
  approved,
  bothHold,
  deadLetters,
  eachCrm,
  isWrite,
  oneCrm,
  rightBefore,
  severalAgreed,
  writesOf,
} from "./cases.js";
import { mappingOf } from "./hands.js";
import { start, type World } from "./world.js";

const isToken = ({ path }: { path?: string }) => /\/token$/.test(path ?? "");
const isRead = (place: { method?: string; path?: string }) => !isWrite(place) && !isToken(place);

/** How often the CRM itself took a value; a write that was answered with an error all the same counts. */
const timesTaken = (w: World, value: string) =>
  writesOf(w).filter(({ body, status }) => body.includes(value) && status !== null && status < 300).length;

for (const fault of requestFaults) {
  eachCrm(`${fault} at a read, an update and a create: all arrive, and once`, async (w) => {
    const { id, contact } = await agreed(w);
    w.standIn.faults.next(fault, isRead);
    w.standIn.faults.next(fault, isWrite);
    await w.change(contact, { phone: "+49 2" });
    w.hands.edit(id, { city: "Bonn" });
    await w.settle();
    await bothHold(w, id, contact, { phone: "+49 2", city: "Bonn" });
    w.standIn.faults.next(fault, isRead);
    w.standIn.faults.next(fault, isWrite);
    await w.change("c1", { ...ann, email: "bob@example.com" });
    await w.settle();
    assert.equal(w.standIn.faults.struck.get(fault), 4);
    const born = w.hands.all().filter(({ email }) => email === "bob@example.com");
    assert.deepEqual([born.length, born[0]?.key], [1, "c1"]);
    assert.equal((await w.contactOf(born[0]?.id as string))?.id, "c1");
    assert.ok(timesTaken(w, "bob@example.com") <= 1);
    assert.deepEqual(await deadLetters(w), { jobs: [], intents: [] });
    assert.equal((await w.integration()).state, "active");
  });
}

for (const fault of ["no_answer", "no_request"] as const) {
  eachCrm(`after ${fault} at a write and edits on both sides meanwhile each side's stands`, async (w) => {
    const { id, contact } = await agreed(w);
    w.standIn.faults.next(fault, isWrite);
    await w.change(contact, { city: "Bonn" });
    await w.service.drain();
    assert.equal(w.standIn.faults.struck.get(fault), 1);
    await w.pass(3_000);
    await w.change(contact, { city: "Ulm" });
    await w.pass(3_000);
    w.hands.edit(id, { phone: "+49 2" });
    await w.settle();
    await bothHold(w, id, contact, { phone: "+49 2", city: "Ulm" });
  });
}

for (const fault of ["rate_limited", "unavailable"] as const) {
  eachCrm(`after ${fault} nobody is asked until its time is over`, async (w) => {
    const { ids, contacts } = await severalAgreed(w, 3);
    w.standIn.faults.next(fault, () => true);
    for (const contact of contacts) await w.change(contact, { phone: "+49 2" });
    const before = w.standIn.calls.length;
    const { time } = w.clock;
    await w.service.drain();
    const asked = w.standIn.calls.length - before;
    for (const id of ids) w.hands.edit(id, { city: "Bonn" });
    await w.deliver();
    await w.service.drain();
    await w.service.drain();
    const waited = w.clock.time - time;
    assert.ok(asked <= 1 || waited >= 1000, `${asked} requests after ${waited} ms`);
    if (waited === 0) assert.equal(w.standIn.calls.length - before, asked, "held");
    await w.settle();
    for (const [n, id] of ids.entries()) {
      await bothHold(w, id, contacts[n] as string, { phone: "+49 2", city: "Bonn" });
    }
  });
}

eachCrm("a batch with one poisoned record: all others are written", async (w) => {
  const { ids, contacts } = await severalAgreed(w, 5);
  const [, , poisoned] = ids as [string, string, string];
  w.hands.poison(poisoned, "phone");
  for (const contact of contacts) await w.change(contact, { phone: "+49 2" });
  await w.settle();
  for (const [n, id] of ids.entries()) {
    assert.equal(w.hands.get(id)?.phone, id === poisoned ? "+49 1" : "+49 2");
    assert.equal((await w.contact(contacts[n] as string))?.record.phone, "+49 2", "nothing is undone here");
  }
  const dead = await deadLetters(w);
  assert.deepEqual(dead.jobs, []);
  assert.equal(dead.intents.length, 1, JSON.stringify(dead));
  const [letter] = dead.intents;
  assert.deepEqual([letter?.contact, letter?.crmId], [contacts[2], poisoned]);
  assert.match(letter?.error.fields.join() ?? "", /^phone$/i);
  assert.doesNotMatch(JSON.stringify(letter), /\+49|example\.com/);

  // It is not asked again and again.
  const before = writesOf(w).length;
  await w.pass(86_400_000);
  await w.run("reconcile");
  assert.equal(writesOf(w).length, before);

  w.hands.poison(poisoned, null);
  await w.change(contacts[2] as string, { city: "Bonn" });
  await w.settle();
  assert.equal(w.hands.get(poisoned)?.city, "Bonn");
  assert.equal(w.hands.get(poisoned)?.phone, "+49 1", "until somebody says so");
  const replay = { intents: dead.intents.map(({ id }) => id) };
  assert.deepEqual((await w.call("POST", "/api/dead-letters/replay", replay)).body, { jobs: 0, intents: 1 });
  await w.settle();
  await bothHold(w, poisoned, contacts[2] as string, { phone: "+49 2", city: "Bonn" });
  assert.deepEqual((await deadLetters(w)).intents, []);
});

eachCrm("of a write with one value that the CRM does not take, all other fields are written", async (w) => {
  const { ids, contacts } = await severalAgreed(w, 3);
  w.portal.define("city", { type: "enumeration", options: ["Ulm"] });
  w.organisation.define("Contact", "MailingCity", { type: "text", length: 3 });
  const [id, contact] = [ids[1], contacts[1]] as [string, string];
  for (const one of contacts) await w.change(one, { phone: "+49 2", city: one === contact ? "Bonn" : "Ulm" });
  await w.settle();
  for (const [n, one] of ids.entries()) await bothHold(w, one, contacts[n] as string, { phone: "+49 2" });
  assert.deepEqual([w.hands.get(id)?.city, (await w.contact(contact))?.record.city], ["Ulm", "Bonn"]);
  const { intents } = await deadLetters(w);
  assert.deepEqual(
    intents.map(({ crmId, error }) => [crmId, error.fields.length]),
    [[id, 1]],
  );
  w.portal.define("city", { type: "string" });
  w.organisation.define("Contact", "MailingCity", { type: "text", length: 40 });
  await w.call("POST", "/api/dead-letters/replay", { intents: intents.map(({ id }) => id) });
  await w.settle();
  await bothHold(w, id, contact, { phone: "+49 2", city: "Bonn" });
});

eachCrm("a refused value is tried again once it is another", async (w) => {
  const { id, contact } = await agreed(w);
  w.hands.poison(id, "phone");
  await w.change(contact, { phone: "+49 2" });
  await w.settle();
  w.hands.poison(id, null);
  await w.change(contact, { phone: "+49 3" });
  await w.settle();
  await bothHold(w, id, contact, { phone: "+49 3" });
});

eachCrm("a batch of creates with one that is refused: all others are created", async (w) => {
  w.hands.poison("c1", "phone");
  for (const n of [0, 1, 2]) await w.change(`c${n}`, { ...ann, email: `p${n}@example.com` });
  await w.settle();
  assert.deepEqual(
    w.hands
      .all()
      .map(({ key }) => key)
      .sort(),
    ["c0", "c2"],
  );
  const { intents } = await deadLetters(w);
  assert.deepEqual(
    intents.map(({ contact }) => contact),
    ["c1"],
  );
  w.hands.poison("c1", null);
  await w.call("POST", "/api/dead-letters/replay", { intents: intents.map(({ id }) => id) });
  await w.settle();
  assert.deepEqual(
    w.hands
      .all()
      .map(({ key }) => key)
      .sort(),
    ["c0", "c1", "c2"],
  );
});

eachCrm("both sides of one pair in a batch are one write", async (w) => {
  const { id, contact } = await agreed(w);
  await w.change(contact, { phone: "+49 2" });
  await w.store.wake(w.ref, [
    { subject: `crm:${id}` },
    { subject: `local:${contact}` },
    { subject: `crm:${id}`, lane: "consent" },
    { subject: `local:${contact}`, lane: "bulk" },
  ]);
  await w.settle();
  assert.equal(timesTaken(w, "+49 2"), 1);
});

eachCrm("a record that comes up with the same address while ours is created is the one", async (w) => {
  await w.change("c1", { ...ann, phone: "+49 2" });
  let theirs = "";
  rightBefore(w, isWrite, () => {
    theirs = w.hands.create({ email: ann.email, city: "Bonn" });
  });
  await w.settle();
  assert.deepEqual(
    w.hands.all().map(({ id }) => id),
    [theirs],
  );
  assert.equal((await w.contactOf(theirs))?.id, "c1");
  assert.equal(w.hands.get(theirs)?.phone, "+49 2");
});

oneCrm("hubspot", "an address that another contact's record holds is refused, and all else flows", async (w) => {
  const { ids, contacts } = await severalAgreed(w, 2);
  const [mine, theirs] = ids as [string, string];
  await w.change(contacts[0] as string, { email: "p1@example.com", phone: "+49 2" });
  await w.settle();
  assert.deepEqual([w.hands.get(mine)?.email, w.hands.get(theirs)?.email], ["p0@example.com", "p1@example.com"]);
  assert.equal(w.hands.get(mine)?.phone, "+49 2");
  assert.equal((await w.contactOf(mine))?.id, contacts[0]);
  assert.equal((await w.contactOf(theirs))?.id, contacts[1]);
  const [letter] = (await deadLetters(w)).intents;
  assert.deepEqual(
    [letter?.contact, letter?.error.code, letter?.error.fields],
    [contacts[0], "CONFLICT_VALUE", ["email"]],
  );
});

eachCrm("somebody edits the record between our look and our write: both edits stand", async (w) => {
  const { id, contact } = await agreed(w);
  // HubSpot has no conditional writes: an old reading is compared again first.
  await w.change(contact, { phone: "+49 2" });
  rightBefore(w, isWrite, () => w.hands.edit(id, { city: "Bonn", phone: "+49 1" }));
  await w.settle();
  await bothHold(w, id, contact, { phone: "+49 2", city: "Bonn" });
});

eachCrm("a CRM that fails at every write is asked less and less often", async (w) => {
  const { id, contact } = await agreed(w);
  w.standIn.faults.next("unavailable", isWrite, 1000);
  await w.change(contact, { phone: "+49 2" });
  await w.rounds(10);
  const asked = writesOf(w).length;
  assert.ok(asked >= 2 && asked <= 15, `${asked} writes in ten minutes`);
  w.standIn.faults.clear();
  await w.settle();
  await bothHold(w, id, contact, { phone: "+49 2" });
});

eachCrm("a record that somebody edits before each of our writes is not written in a loop", async (w) => {
  const { id, contact } = await agreed(w);
  const { handle } = w.standIn;
  let edits = 0;
  w.standIn.handle = async (request) => {
    if (isWrite({ method: request.method, path: new URL(request.url).pathname }) && edits < 200) {
      w.clock.time += 1000;
      w.hands.edit(id, { city: `City ${++edits}` });
    }
    return handle(request);
  };
  await w.change(contact, { phone: "+49 2" });
  await w.rounds(10);
  assert.ok(edits <= 15, `${edits} edits in ten minutes`);
  w.standIn.handle = handle;
  await w.settle();
  await bothHold(w, id, contact, { phone: "+49 2", city: `City ${edits}` });
});

eachCrm("the record is deleted between our look and our write", async (w) => {
  const { id, contact } = await agreed(w);
  await w.change(contact, { phone: "+49 2" });
  rightBefore(w, isWrite, () => w.hands.remove(id));
  await w.settle();
  assert.deepEqual(w.hands.all(), [], "it is not created again");
  assert.equal((await w.store.loadPairs(w.ref, [`local:${contact}`]))[0]?.link?.state, "ended");
  assert.equal((await w.contact(contact))?.record.phone, "+49 2");
});

eachCrm("a record that is locked is written later, and the others now", async (w) => {
  const { ids, contacts } = await severalAgreed(w, 3);
  const [locked] = ids as [string];
  w.portal.lock(locked, 20_000);
  w.organisation.refuseOnce(locked, "UNABLE_TO_LOCK_ROW");
  for (const contact of contacts) await w.change(contact, { phone: "+49 2" });
  await w.settle();
  for (const [n, id] of ids.entries()) await bothHold(w, id, contacts[n] as string, { phone: "+49 2" });
  assert.deepEqual(await deadLetters(w), { jobs: [], intents: [] });
});

const account = (w: World) => (w.ref.id === "hubspot" ? w.portal : w.organisation);
const refreshes = (w: World, since: number) => w.standIn.calls.slice(since).filter(isToken).length;

eachCrm("a token that ends under way is refreshed once, however many processes ask", async (w) => {
  const { ids, contacts } = await severalAgreed(w, 3);
  const parts = {
    store: w.store,
    jobs: w.jobs,
    clock: w.clock,
    fetch: (request: Request) => w.standIn.handle(request),
  };
  const others = [await start(parts), await start(parts)];
  // Everybody knows the token.
  for (const { context } of others) await context.client(await w.integration()).read(ids, ["email"]);
  for (const round of [1, 2, 3]) {
    account(w).expire();
    const before = w.standIn.calls.length;
    const all = [w, ...others].map(async ({ context }) => context.client(await w.integration()));
    await Promise.all(all.map(async (client) => (await client).read(ids, ["email"])));
    assert.equal(refreshes(w, before), 1, `round ${round}`);
  }
  account(w).expire();
  for (const contact of contacts) await w.change(contact, { phone: "+49 2" });
  await w.settle();
  for (const [n, id] of ids.entries()) await bothHold(w, id, contacts[n] as string, { phone: "+49 2" });
  assert.equal((await w.integration()).state, "active");
});

eachCrm("a token that ends between the read and the write", async (w) => {
  const { id, contact } = await agreed(w);
  await w.change(contact, { phone: "+49 2" });
  const before = w.standIn.calls.length;
  rightBefore(w, isWrite, () => account(w).expire());
  await w.settle();
  assert.equal(refreshes(w, before), 1);
  assert.equal(timesTaken(w, "+49 2"), 1);
  await bothHold(w, id, contact, { phone: "+49 2" });
});

async function revokedAndConnected(w: World): Promise<void> {
  await approved(w);
  const { id, contact } = await agreed(w);
  account(w).revoke();
  await w.change(contact, { phone: "+49 2" });
  await w.rounds();
  assert.equal((await w.call("GET", `/api/integrations/${w.ref.id}`)).body.state, "revoked");
  assert.deepEqual(
    (await alertsOf(w)).map(({ kind }) => kind),
    ["revoked"],
  );
  w.hands.edit(id, { city: "Bonn" });
  const born = w.hands.create({ ...ann, email: "bob@example.com" });
  await w.rounds();
  assert.equal(w.hands.get(id)?.phone, "+49 1");
  const { access, refresh } = account(w).connect();
  const connected = await w.call("PUT", `/api/integrations/${w.ref.id}/credentials`, { access, refresh });
  assert.equal(connected.status, 200, JSON.stringify(connected.body));
  await w.settle();
  await bothHold(w, id, contact, { phone: "+49 2", city: "Bonn" });
  assert.equal((await w.contactOf(born))?.record.email, "bob@example.com");
  assert.deepEqual(await alertsOf(w), []);
}
eachCrm("a revoked token stops the integration, loses nothing, and a person connects it anew", revokedAndConnected, {
  state: "proposed",
});

eachCrm("the day's requests are used up: nothing is lost, and little asked until there are some again", async (w) => {
  const { id, contact } = await agreed(w);
  w.portal.limits.daily = 0;
  w.organisation.limits.calls = 0;
  await w.change(contact, { phone: "+49 2" });
  w.hands.edit(id, { city: "Bonn" });
  const before = w.standIn.calls.length;
  await w.rounds(6, 300_000);
  const asked = w.standIn.calls.length - before;
  assert.ok(asked > 0 && asked <= 8, `${asked} requests in half an hour`);
  assert.equal(w.hands.get(id)?.phone, "+49 1");
  delete w.portal.limits.daily;
  delete w.organisation.limits.calls;
  await w.settle();
  await bothHold(w, id, contact, { phone: "+49 2", city: "Bonn" });
});

eachCrm("what nobody can deal with parks itself, and neither its batch nor its tenant", async (w) => {
  const { ids, contacts } = await severalAgreed(w, 4);
  const [bad] = ids as [string];
  // A decision on this contact cannot be kept, as long as the database's rule stands.
  const rule = `poison_${w.ref.id}`;
  await w.sql.query(
    `alter table crm_sync.link add constraint ${rule} check (contact <> '${contacts[0]}' or revision < 2) not valid`,
  );
  for (const id of ids) w.hands.edit(id, { city: "Bonn" });
  await w.settle();
  for (const [n, id] of ids.entries()) {
    assert.equal((await w.contact(contacts[n] as string))?.record.city, id === bad ? "Ulm" : "Bonn");
  }
  const { jobs } = await deadLetters(w);
  assert.deepEqual(
    jobs.map(({ subject }) => subject),
    [`crm:${bad}`],
  );
  assert.doesNotMatch(JSON.stringify(jobs), /Bonn|example\.com/);
  await w.change(contacts[1] as string, { phone: "+49 2" });
  await w.settle();
  await bothHold(w, ids[1] as string, contacts[1] as string, { phone: "+49 2" });
  await w.sql.query(`alter table crm_sync.link drop constraint ${rule}`);
  const replayed = await w.call("POST", "/api/dead-letters/replay", { jobs: jobs.map(({ id }) => id) });
  assert.deepEqual(replayed.body, { jobs: 1, intents: 0 });
  await w.settle();
  await bothHold(w, bad, contacts[0] as string, { city: "Bonn" });
  assert.deepEqual((await deadLetters(w)).jobs, []);
});

eachCrm("a mapping that is refused holds its integration only, and says so", async (w) => {
  const { id, contact } = await agreed(w);
  await w.store.addMapping(w.ref, "field_mapping: [{crm_field: a}]\n");
  await w.change(contact, { phone: "+49 2" });
  await w.rounds();
  assert.deepEqual(
    (await alertsOf(w)).map(({ kind }) => kind),
    ["mapping_refused"],
  );
  const file = mappingOf((await w.integration()).crm);
  assert.equal((await w.call("PUT", `/api/integrations/${w.ref.id}/mapping`, { file })).status, 200);
  await w.settle();
  await bothHold(w, id, contact, { phone: "+49 2" });
});

eachCrm("what is changed while a write is on its way goes on soon after it, not a minute", async (w) => {
  const { id, contact } = await agreed(w);
  const { handle } = w.standIn;
  w.standIn.handle = async (request) => {
    if (isWrite({ method: request.method, path: new URL(request.url).pathname })) {
      w.standIn.handle = handle;
      await w.change(contact, { city: "Bonn" });
      await w.service.drain();
    }
    return handle(request);
  };
  const updatedAt = new Date(w.clock.now()).toISOString();
  await w.store.changeContacts(
    w.tenant,
    [{ id: contact, patch: { phone: "+49 2" }, updatedAt, optOuts: [], optIns: [] }],
    [],
  );
  // By the record's name: a look by the contact's is not held by it.
  await w.store.wake(w.ref, [{ subject: `crm:${id}` }]);
  await w.service.drain();
  assert.deepEqual([w.hands.get(id)?.phone, w.hands.get(id)?.city], ["+49 2", "Ulm"]);
  // Without the CRM's word of it.
  for (let second = 0; second < 5; second++) {
    await w.pass(1_000);
    await w.service.drain();
  }
  await bothHold(w, id, contact, { phone: "+49 2", city: "Bonn" });
});
