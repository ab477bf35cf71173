/** Promise 7: who is who is by id; an address finds candidates only; who asks to be forgotten is. Merges: merges.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { agreed, alertsOf, ann, answer, approved, bothHold, eachCrm, oneCrm, openReviews } from "./cases.js";
import { mappingOf } from "./hands.js";
import { type World, world } from "./world.js";

const linkOf = async (w: World, contact: string) => (await w.store.loadPairs(w.ref, [`local:${contact}`]))[0]?.link;

async function everything(w: World): Promise<void> {
  await w.settle();
  await w.pass(600_000);
  await w.run("incremental");
  await w.run("reconcile");
}

eachCrm("an address that changes on either side, back and forth, creates nobody", async (w) => {
  const { id, contact } = await agreed(w);
  const addresses = ["a@example.com", "b@example.com", "ann@example.com", "c@example.com"];
  for (const [n, email] of addresses.entries()) {
    if (n % 2 === 0) w.hands.edit(id, { email });
    else await w.change(contact, { email });
    await everything(w);
    await bothHold(w, id, contact, { email });
    await w.pass(60_000);
  }
  assert.equal(w.hands.all().length, 1);
  assert.deepEqual(await openReviews(w), []);
  const contacts = await w.sql.query("select from crm_sync.contact where tenant = $1", [w.tenant]);
  assert.equal(contacts.length, 1);
});

eachCrm("an address that two linked contacts swap stays with each", async (w) => {
  const { id, contact } = await agreed(w);
  const other = w.hands.create({ ...ann, email: "bob@example.com" });
  await w.settle();
  w.hands.edit(id, { email: "free@example.com" });
  w.hands.edit(other, { email: "ann@example.com" });
  w.hands.edit(id, { email: "bob@example.com" });
  await everything(w);
  await bothHold(w, id, contact, { email: "bob@example.com" });
  assert.equal((await w.contactOf(other))?.record.email, "ann@example.com");
  assert.deepEqual([w.hands.all().length, await openReviews(w)], [2, []]);
});

for (const first of ["the record", "the contacts"] as const) {
  eachCrm(`two contacts of one address, ${first} looked at first: one question, and nobody is paired`, async (w) => {
    await w.change("c1", { email: ann.email, first_name: "One" });
    await w.change("c2", { email: "ANN@example.com ", first_name: "Two" });
    const id = w.hands.create({ email: ann.email, first_name: "Three" });
    if (first === "the contacts") await w.service.drain();
    await everything(w);
    const reviews = await openReviews(w);
    assert.equal(reviews.length, 1, JSON.stringify(reviews));
    assert.deepEqual(reviews[0]?.candidates?.toSorted(), ["local:c1", "local:c2"]);
    assert.equal(w.hands.all().length, 1);
    assert.equal(await w.contactOf(id), null);
    await answer(w, reviews[0]?.id as string, { choose: "link", candidate: "local:c2" });
    await w.settle();
    assert.equal((await w.contactOf(id))?.id, "c2");
  });
}

for (const first of ["the contact", "the records"] as const) {
  oneCrm("salesforce", `two records of one address, ${first} looked at first: one question`, async (w) => {
    const ids = [w.hands.create({ email: ann.email, city: "A" }), w.hands.create({ email: ann.email, city: "B" })];
    if (first === "the records") {
      // Nothing of the contact wakes it.
      await w.store.changeContacts(
        w.tenant,
        [
          {
            id: "c1",
            patch: { email: ann.email },
            updatedAt: new Date(w.clock.now()).toISOString(),
            optOuts: [],
            optIns: [],
          },
        ],
        [],
      );
      await w.settle();
    } else await w.change("c1", { email: ann.email });
    await everything(w);
    const reviews = await openReviews(w);
    assert.equal(reviews.length, 1, JSON.stringify(reviews));
    assert.deepEqual(reviews[0]?.candidates?.toSorted(), ids.map((id) => `crm:${id}`).sort());
    assert.equal((await linkOf(w, "c1")) ?? null, null);
    await answer(w, reviews[0]?.id as string, { choose: "link", candidate: `crm:${ids[1]}` });
    await w.settle();
    assert.equal((await w.contactOf(ids[1] as string))?.id, "c1");
    await everything(w);
    assert.equal((await linkOf(w, "c1"))?.crmId, ids[1]);
  });
}

eachCrm("who is none of the candidates becomes a contact of his own", async (w) => {
  await w.change("c1", { email: ann.email });
  await w.change("c2", { email: ann.email });
  const id = w.hands.create({ email: ann.email, first_name: "Three" });
  await w.settle();
  await answer(w, (await openReviews(w))[0]?.id as string, { choose: "none" });
  await w.settle();
  const made = (await w.contactOf(id))?.id;
  assert.ok(made !== undefined && made !== "c1" && made !== "c2", made);
});

eachCrm("our key in the CRM's record comes before any address", async (w) => {
  await w.change("c1", { ...ann, email: "new@example.com" });
  await w.change("c2", ann);
  await w.service.drain();
  const id = w.hands.all().find(({ key }) => key === "c1")?.id as string;
  assert.ok(id);
  await w.sql.query("delete from crm_sync.link where tenant = $1", [w.tenant]);
  w.hands.edit(id, { email: "moved@example.com" });
  await everything(w);
  assert.equal((await w.contactOf(id))?.id, "c1");
});

eachCrm("who comes back from the recycle bin is the same pair again", async (w) => {
  const { id, contact } = await agreed(w);
  w.hands.remove(id);
  await everything(w);
  assert.equal((await linkOf(w, contact))?.state, "ended");
  await w.change(contact, { city: "Bonn" });
  await everything(w);
  assert.equal(w.hands.all().length, 0);
  w.hands.restore(id);
  await everything(w);
  assert.equal((await linkOf(w, contact))?.state, "linked");
  assert.equal((await w.contactOf(id))?.id, contact);
  assert.equal(w.hands.all().length, 1);
});

const leads = mappingOf("salesforce").replace("object: Contact", "object: Lead").replace("MailingCity", "City");

test("salesforce: a lead that is converted takes its pair along to the contact", async () => {
  const w = await world({ crm: "salesforce", object: "Lead", mapping: leads.replace(/.*City.*\n/, "") });
  const fields = { Email: ann.email, FirstName: "Ann", LastName: "Lee", Phone: "+49 1", Company: "Lee Ltd" };
  const lead = w.organisation.create("Lead", fields);
  await w.settle();
  const contact = (await w.contactOf(lead))?.id as string;
  assert.ok(contact);
  await w.pass(60_000);
  const person = w.organisation.convert(lead);
  w.organisation.edit(person, { Phone: "+49 2" });
  await everything(w);
  assert.equal((await linkOf(w, contact))?.crmId, person);
  assert.equal((await w.contact(contact))?.record.phone, "+49 2");
  await w.change(contact, { phone: "+49 3" });
  await everything(w);
  assert.equal(w.organisation.get(person)?.Phone, "+49 3");
  assert.equal(w.organisation.all("Contact").length, 1);
  assert.deepEqual(await alertsOf(w), []);
});

/** Every table with a row of the tenant that holds one of the values. */
async function holding(w: World, values: readonly string[]): Promise<string[]> {
  const tables = await w.sql.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_schema in ('crm_sync', 'crm_sync_jobs') and table_type = 'BASE TABLE'`,
  );
  assert.ok(tables.length > 20);
  const found: string[] = [];
  for (const { schema, name } of tables) {
    for (const value of values) {
      const rows = await w.sql.query<{ row: string }>(
        `select t::text as row from ${schema}."${name}" t where t::text ilike '%' || $1 || '%'`,
        [value],
      );
      found.push(...rows.map(({ row }) => `${name}: ${row}`));
    }
  }
  return found;
}

const secret = {
  email: "quidam@example.org",
  first_name: "Quidam",
  last_name: "Ignotus",
  phone: "+49 30 987654",
  city: "Xanten",
};
const secrets = [...Object.values(secret), "4930987654"];

/** A person of whom all is kept that can be: dry runs, decisions, a review, a dead letter, a suppression. */
async function wellKnown(w: World) {
  const id = w.hands.create(secret);
  await approved(w);
  const contact = (await w.contactOf(id))?.id as string;
  await w.pass(60_000);
  w.hands.poison(id, "phone");
  await w.change(contact, { phone: "+49 30 9876543" });
  await w.settle();
  w.hands.poison(id, null);
  w.hands.edit(id, { note: "Quidam, one" });
  await w.change(contact, { note: "Quidam, two" });
  await w.settle();
  assert.equal((await openReviews(w)).length, 1);
  w.hands.optOut(id);
  await w.settle();
  const engagement = { id: `of-${contact}`, contact, row: { kind: "open", from: "Xanten" } };
  assert.equal((await w.call("POST", "/engagements", { engagements: [engagement] })).status, 202);
  await w.settle();
  await w.pass(60_000);
  const tables = new Set((await holding(w, secrets)).map((found) => found.slice(0, found.indexOf(":"))));
  for (const table of ["contact", "link", "engagement"]) {
    assert.ok(tables.has(table), `${table} holds nothing of the person, so that nothing is proved`);
  }
  for (const table of ["audit", "review", "run_item", "intent"]) {
    assert.ok(!tables.has(table), `${table} holds it sealed only`);
  }
  return { id, contact };
}

async function gone(w: World, contact: string): Promise<void> {
  assert.deepEqual(await holding(w, secrets), []);
  assert.equal((await w.contact(contact))?.deleted, "privacy");
  assert.deepEqual(await openReviews(w), []);
  const { entries } = (await w.call("GET", `/api/audit?contact=${contact}`)).body;
  assert.ok(entries.length > 1, "what was decided is known still");
  for (const { input, decision, codes, hash } of entries) {
    assert.deepEqual([input, decision], [null, null]);
    assert.match(codes.outcome, /^[a-z_]+$/);
    assert.match(hash, /^[0-9a-f]{64}$/);
  }
  const log = JSON.stringify(w.log);
  for (const value of secrets) assert.ok(!log.includes(value), "no log holds a value");
  assert.equal(
    (await w.store.suppressions(w.tenant, secret.email)).length,
    1,
    "that no mail may be sent is known still",
  );
  await everything(w);
  assert.deepEqual(await holding(w, secrets), [], "and nothing brings it back");
  assert.deepEqual(w.hands.all(), []);
}

oneCrm(
  "hubspot",
  "who is deleted for privacy in the CRM is nowhere in the database any more",
  async (w) => {
    const { id, contact } = await wellKnown(w);
    w.hands.forget(id);
    await w.settle();
    await gone(w, contact);
  },
  { state: "proposed" },
);

eachCrm(
  "who asks PenguinMails to be forgotten is nowhere any more, in the CRM neither",
  async (w) => {
    const { id, contact } = await wellKnown(w);
    await w.change(contact, "privacy");
    await w.settle();
    // A deletion waits for a person, where the mapping does not say otherwise.
    for (const review of await openReviews(w)) await answer(w, review.id, { choose: "local" });
    await w.settle();
    // Into Salesforce's recycle bin, which nothing but time or a person empties.
    assert.ok(!w.hands.all().some((record) => record.id === id));
    await gone(w, contact);
  },
  { state: "proposed" },
);
