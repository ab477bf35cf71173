/** Contacts and records come into being, change and go on either side, and both sides agree afterwards. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "./world.js";

test("a contact of the CRM comes to PenguinMails, with where it is from", async () => {
  const w = await world();
  const id = w.portal.create({ email: "Ann@Example.com ", firstname: "Ann", lifecyclestage: "marketingqualifiedlead" });
  await w.settle();
  const contact = await w.contactOf(id);
  assert.deepEqual(
    ["email", "first_name", "lifecycle_stage", "source", "crm", "crm_id"].map((field) => contact?.record[field]),
    ["ann@example.com", "Ann", "mql", "crm_sync", "hubspot", id],
  );
});

test("a contact of PenguinMails comes to the CRM under its key", async () => {
  const w = await world();
  await w.change("c1", { email: "bob@example.com", first_name: "Bob", lead_score: 80 });
  await w.settle();
  const [record] = w.portal.all();
  assert.deepEqual(
    ["email", "firstname", "penguinmails_id", "hs_lead_status", "pm_greeting"].map((name) => record?.properties[name]),
    ["bob@example.com", "Bob", "c1", "OPEN", "Dear Bob,"],
  );
  assert.equal((await w.contactOf(record?.id as string))?.id, "c1");
});

test("different fields changed on both sides at the same time both arrive", async () => {
  const w = await world();
  const id = w.portal.create({ email: "ann@example.com", phone: "1", website: "https://a.example.com" });
  await w.settle();
  const { id: contact } = (await w.contactOf(id)) as { id: string };
  await w.pass(60_000);
  w.portal.edit(id, { phone: "2" });
  await w.change(contact, { website: "https://b.example.com" });
  await w.settle();
  const [record, kept] = [w.portal.get(id)?.properties, (await w.contact(contact))?.record];
  assert.deepEqual([record?.phone, record?.website], ["2", "https://b.example.com"]);
  assert.deepEqual([kept?.phone, kept?.website], ["2", "https://b.example.com"]);
});

test("of one field changed on both sides the newer value stays, on both", async () => {
  const w = await world();
  const id = w.portal.create({ email: "ann@example.com", phone: "1" });
  await w.settle();
  const { id: contact } = (await w.contactOf(id)) as { id: string };
  await w.pass(60_000);
  w.portal.edit(id, { phone: "theirs, older" });
  await w.pass(60_000);
  await w.change(contact, { phone: "ours, newer" });
  await w.settle();
  assert.equal(w.portal.get(id)?.properties.phone, "ours, newer");
  await w.pass(60_000);
  await w.change(contact, { phone: "ours, older" });
  await w.pass(60_000);
  w.portal.edit(id, { phone: "theirs, newer" });
  await w.settle();
  assert.equal((await w.contact(contact))?.record.phone, "theirs, newer");
  assert.equal(w.portal.get(id)?.properties.phone, "theirs, newer");
});

test("a field under manual waits for a person, whose answer is carried out", async () => {
  const w = await world();
  const id = w.portal.create({ email: "ann@example.com", vip_note: "old" });
  await w.settle();
  const { id: contact } = (await w.contactOf(id)) as { id: string };
  await w.pass(60_000);
  w.portal.edit(id, { vip_note: "theirs" });
  await w.change(contact, { custom_fields: { note: "ours" }, phone: "5" });
  await w.settle();
  assert.equal(w.portal.get(id)?.properties.phone, "5", "all other fields flow");
  assert.equal(w.portal.get(id)?.properties.vip_note, "theirs");
  const { reviews } = (await w.call("GET", "/api/reviews?state=open")).body;
  assert.deepEqual([reviews.length, reviews[0].local, reviews[0].crm, reviews[0].base], [1, "ours", "theirs", "old"]);
  const path = `/api/reviews/${w.ref.id}/${reviews[0].id}/answer`;
  assert.equal((await w.call("POST", path, { choose: "local" })).status, 202);
  assert.equal((await w.call("POST", path, { choose: "crm" })).status, 404, "it is answered once");
  await w.settle();
  assert.equal(w.portal.get(id)?.properties.vip_note, "ours");
  assert.deepEqual((await w.call("GET", "/api/reviews?state=open")).body.reviews, []);
});

test("who is in both already is paired by a unique address, and nobody is created twice", async () => {
  const w = await world();
  const id = w.portal.create({ email: "ann@example.com", firstname: "Ann" });
  await w.change("c1", { email: "ANN@example.com", phone: "7" });
  await w.settle();
  assert.equal(w.portal.all().length, 1);
  assert.equal((await w.contactOf(id))?.id, "c1");
  assert.equal(w.portal.get(id)?.properties.phone, "7");
  assert.equal((await w.contact("c1"))?.record.first_name, "Ann");
});

test("two candidates are a question to a person", async () => {
  const w = await world();
  await w.change("c1", { email: "same@example.com", first_name: "One" });
  await w.change("c2", { email: "same@example.com", first_name: "Two" });
  const id = w.portal.create({ email: "same@example.com", firstname: "Three" });
  await w.settle();
  assert.equal(w.portal.all().length, 1, "no record is created for an address that the CRM has");
  const { reviews } = (await w.call("GET", "/api/reviews?state=open")).body;
  const ask = reviews.find(({ crmId }: { crmId: string }) => crmId === id);
  assert.deepEqual(ask.candidates.sort(), ["local:c1", "local:c2"]);
  const path = `/api/reviews/${w.ref.id}/${encodeURIComponent(ask.id)}/answer`;
  assert.equal((await w.call("POST", path, { choose: "link", candidate: "local:c2" })).status, 202);
  await w.settle();
  assert.equal((await w.contactOf(id))?.id, "c2");
});

test("a new address of a linked contact creates nobody", async () => {
  const w = await world();
  const id = w.portal.create({ email: "ann@example.com" });
  await w.settle();
  await w.pass(60_000);
  w.portal.edit(id, { email: "ann@new.example.com" });
  await w.settle();
  assert.equal((await w.contactOf(id))?.record.email, "ann@new.example.com");
  assert.equal(w.portal.all().length, 1);
  assert.equal((await w.store.changedContacts(w.ref, null, 10)).length, 0);
});

test("an opt-out of either side arrives at the other, and what is newer does not lift it", async () => {
  const w = await world();
  const id = w.portal.create({ email: "ann@example.com", phone: "1" });
  await w.settle();
  const contact = (await w.contactOf(id))?.id as string;
  await w.pass(60_000);
  w.portal.optOut("ann@example.com");
  await w.settle();
  assert.equal((await w.contact(contact))?.record.unsubscribed, true);
  assert.equal((await w.call("GET", `/contacts/${contact}`)).body.mailable, false);

  await w.change("c2", { email: "bob@example.com" });
  await w.settle();
  await w.pass(60_000);
  await w.change("c2", { unsubscribed: true });
  await w.settle();
  const bob = w.portal.all().find(({ properties }) => properties.email === "bob@example.com");
  assert.equal(bob?.properties.hs_email_optout, "true");
});

test("an echo writes nothing", async () => {
  const w = await world();
  const id = w.portal.create({ email: "ann@example.com", phone: "1" });
  await w.settle();
  const contact = (await w.contactOf(id))?.id as string;
  await w.pass(60_000);
  await w.change(contact, { phone: "2" });
  await w.settle();
  w.standIn.calls.length = 0;
  await w.pass(3_600_000);
  await w.run("reconcile");
  const writes = w.standIn.calls.filter(({ path }) => /batch\/(update|create|archive)$/.test(path as string));
  assert.deepEqual(writes, []);
});

test("what is deleted on one side: as the mapping says", async () => {
  const w = await world();
  const id = w.portal.create({ email: "ann@example.com" });
  await w.settle();
  const contact = (await w.contactOf(id))?.id as string;
  await w.pass(60_000);
  w.portal.remove(id);
  await w.settle();
  const [link] = (await w.store.loadPairs(w.ref, [`local:${contact}`])).map(({ link }) => link);
  assert.equal(link?.state, "ended");
  assert.equal((await w.contact(contact))?.deleted, false, "it is only not a pair any more");
  await w.run("reconcile");
  assert.equal(w.portal.all().length, 0, "and is not created again");
});
