/** Promise 5: what comes back of our own writes writes nothing, and who keeps undoing them is not fought with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { agreed, alertsOf, bothHold, eachCrm, isWrite, withoutWebhooks, writesOf } from "./cases.js";
import { type Crm, mappingOf } from "./hands.js";
import { type World, world } from "./world.js";

eachCrm("a change of PenguinMails is one write, whatever the CRM says of it afterwards", async (w) => {
  const { id, contact } = await agreed(w);
  w.standIn.faults.rate("doubled", 2);
  await w.change(contact, { phone: "+49 2" });
  await w.settle();
  await w.pass(3_600_000);
  await w.run("incremental");
  await w.run("reconcile");
  assert.equal(writesOf(w).length, 1);
  await bothHold(w, id, contact, { phone: "+49 2" });
});

eachCrm("a change of the CRM is no write there, and one change here", async (w) => {
  const { id, contact } = await agreed(w);
  const before = (await w.contact(contact))?.version as number;
  w.hands.edit(id, { phone: "+49 2" });
  await w.settle();
  await w.pass(3_600_000);
  await w.run("incremental");
  await w.run("reconcile");
  assert.deepEqual(writesOf(w), []);
  assert.equal((await w.contact(contact))?.version, before + 1);
});

/** PenguinMails' value is put back, whatever the CRM makes of it. */
const ours = (crm: Crm) =>
  mappingOf(crm).replace(/(penguinmails_field: last_name)/, "$1, direction: to_crm, drift: restore");

eachCrm(
  "a workflow of the CRM that undoes what we write ends it within a round",
  async (w) => {
    const { id, contact } = await agreed(w, { last_name: "RAY" });
    const undo = async () => {
      await w.settle();
      const undone = w.hands.get(id)?.last_name === "Ray";
      if (undone) w.hands.edit(id, { last_name: "RAY" });
      return undone;
    };
    await w.change(contact, { last_name: "Ray" });
    let rounds = 0;
    while (rounds < 10 && (await undo())) {
      rounds++;
      await w.pass(60_000);
      await w.change(contact, { first_name: `Ann ${rounds}` });
    }
    assert.ok(rounds >= 1 && rounds <= 3, `${rounds} rounds`);
    const mentions = writesOf(w).filter(({ body }) => body.includes('"Ray"'));
    assert.ok(mentions.length <= 3, `${mentions.length} writes`);
    const [fight] = (await alertsOf(w)).filter(({ kind }) => kind === "fight");
    assert.match(String(fight?.detail.field), /^last_?name$/i, JSON.stringify(await alertsOf(w)));
    await w.change(contact, { phone: "+49 3" });
    w.hands.edit(id, { city: "Bonn" });
    await w.settle();
    await bothHold(w, id, contact, { phone: "+49 3", city: "Bonn" });
  },
  (crm) => ({ mapping: ours(crm) }),
);

/** Both CRMs spell a last name their own way, each time that it is written. */
function spelling(one: World, other: World, [a, b]: [string, string]) {
  let edits = 0;
  const spell = (w: World, id: string, how: (name: string) => string) => {
    const name = String(w.hands.get(id)?.last_name);
    if (how(name) === name) return;
    edits++;
    w.hands.edit(id, { last_name: how(name) });
  };
  return {
    now() {
      const before = edits;
      spell(one, a, (name) => name.toLowerCase());
      spell(other, b, (name) => name.toUpperCase());
      return edits > before;
    },
    get edits() {
      return edits;
    },
  };
}

async function settleAll(...worlds: World[]): Promise<void> {
  for (let round = 0; round < 2; round++) for (const w of worlds) await w.settle();
}

test("two CRMs of one tenant that spell a value differently stop, and an alert says so", async () => {
  const hubspot = await world({ crm: "hubspot" });
  const salesforce = await world({ crm: "salesforce", beside: hubspot, ofTenant: "the same" });
  const { id, contact } = await agreed(hubspot, { last_name: "lee" });
  await settleAll(hubspot, salesforce);
  const [copy] = salesforce.hands.all();
  assert.equal(copy?.email, "ann@example.com", "the contact of one CRM came to the other");
  const spelled = spelling(hubspot, salesforce, [id, copy?.id as string]);
  const before = hubspot.standIn.calls.length;
  await hubspot.change(contact, { last_name: "Ray" });
  let rounds = 0;
  for (; rounds < 12; rounds++) {
    await settleAll(hubspot, salesforce);
    if (!spelled.now()) break;
    await hubspot.pass(60_000);
  }
  assert.ok(rounds < 12, "it ends");
  const writes = hubspot.standIn.calls.slice(before).filter(isWrite);
  assert.ok(writes.length <= 8, `${writes.length} writes`);
  const [fight] = (await alertsOf(hubspot)).filter(({ kind }) => kind === "fight");
  assert.ok(fight, JSON.stringify(await alertsOf(hubspot)));
  assert.match(String(fight.detail.field), /^(lastname|LastName)$/);
  assert.equal(fight.detail.contact, contact);

  // It stays ended, also when everything is compared, and all else goes on.
  withoutWebhooks(hubspot);
  withoutWebhooks(salesforce);
  const ended = hubspot.standIn.calls.length;
  await hubspot.run("reconcile");
  await salesforce.run("reconcile");
  await settleAll(hubspot, salesforce);
  assert.deepEqual(hubspot.standIn.calls.slice(ended).filter(isWrite), []);
  hubspot.hands.edit(id, { phone: "+49 7" });
  await hubspot.pass(60_000);
  await hubspot.run("reconcile");
  await settleAll(hubspot, salesforce);
  await bothHold(hubspot, id, contact, { phone: "+49 7" });
  assert.equal(salesforce.hands.get(copy?.id as string)?.phone, "+49 7");
});
