/** The whole deployment from end to end in workerd, offline: what comes in at the Worker's door, and what the CRMs are asked. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createStandIn, type StandIn } from "../../../web/stand-in/stand-in.js";
import { fastClock } from "../sync/fast-clock.js";
import { type Crm, crms } from "../sync/hands.js";
import { type Deployment, deploy } from "./deployment.js";
import { tenantWith } from "./tenant.js";

/** What waits for minutes waits for seconds. */
const time = { began: Date.now(), speed: 20 };
const clock = fastClock(time);

let standIn: StandIn;
let deployment: Deployment;
before(async () => {
  standIn = createStandIn({ clock });
  deployment = await deploy({ crm: (request) => standIn.handle(request), ...time });
});
after(() => deployment.close());

let count = 0;
const connected = (crm: Crm) => tenantWith({ deployment, standIn, clock }, crm, ++count);

for (const crm of crms) {
  test(`${crm}: an edit comes in by a signed webhook, ours goes out, both agree, and the echo writes nothing`, async () => {
    const w = await connected(crm);
    const id = w.hands.create({ email: "ann@example.com", last_name: "Lee", city: "Ulm" });
    await w.settle();
    const created = await w.pairOf(id);
    assert.equal(created?.contact?.record.city, "Ulm");
    const contact = created?.contact?.id as string;

    w.hands.edit(id, { city: "Bonn" });
    await w.settle();
    assert.equal((await w.pairOf(id))?.contact?.record.city, "Bonn");

    const before = w.writes().length;
    assert.equal((await w.change(contact, { phone: "555 0101" })).status, 202);
    await w.settle();
    assert.equal(w.hands.get(id)?.phone, "555 0101");
    const { link, intents } = (await w.pairOf(id)) ?? {};
    assert.equal(link?.base === null, false, "what both agree on is kept");
    assert.deepEqual(intents, []);
    assert.equal(w.writes().length, before + 1, "the CRM's word of our own write has brought no other");
    const { body } = await w.call("GET", `/api/audit?contact=${encodeURIComponent(contact)}`);
    assert.ok(body.entries.length >= 3, "and every decision can be explained");
  });

  test(`${crm}: what comes twice, late or forged changes nothing that is not so`, async () => {
    const w = await connected(crm);
    const id = w.hands.create({ email: "bob@example.com", last_name: "Lee" });
    await w.settle();
    const contact = (await w.pairOf(id))?.contact?.id as string;
    const version = async () => (await w.store.contact(w.tenant, contact))?.version ?? 0;
    const before = await version();
    for (const fault of ["doubled", "late", "forged"] as const) standIn.faults.rate(fault, 1);
    try {
      for (const city of ["Bonn", "Rome"]) {
        w.hands.edit(id, { city });
        await w.settle();
      }
    } finally {
      for (const fault of ["doubled", "late", "forged"] as const) standIn.faults.rate(fault, 0);
    }
    assert.equal((await w.pairOf(id))?.contact?.record.city, "Rome");
    assert.ok((await version()) <= before + 2, "two edits are two changes at most");
  });

  test(`${crm}: twenty edits of one contact at once, and as many of ours, lose nothing`, async () => {
    const w = await connected(crm);
    const [one, other] = ["one", "other"].map((name) =>
      w.hands.create({ email: `${name}@example.com`, last_name: "Lee", city: "Ulm" }),
    ) as [string, string];
    await w.settle();
    const contact = (await w.pairOf(one))?.contact?.id as string;
    const changes: Promise<{ status: number }>[] = [];
    const deliveries: Promise<number>[] = [];
    for (let edit = 1; edit <= 20; edit++) {
      w.hands.edit(one, { city: `City ${edit}` });
      if (edit === 10) w.hands.edit(other, { city: "Bonn" });
      // None waits for those before it.
      deliveries.push(standIn.deliver((request) => deployment.fetch(request)));
      changes.push(w.change(contact, edit % 2 === 0 ? { first_name: `Ann ${edit}` } : { phone: `555 01${edit}` }));
    }
    const delivered = (await Promise.all(deliveries)).filter((count) => count > 0).length;
    // Salesforce keeps one message of a record and sends it with the latest values; HubSpot sends each.
    if (crm === "hubspot") assert.ok(delivered >= 20, `${delivered} deliveries were under way at once`);
    for (const answer of await Promise.all(changes)) assert.equal(answer.status, 202);
    await w.settle();
    const record = (await w.pairOf(one))?.contact?.record;
    const person = w.hands.get(one);
    assert.deepEqual([record?.city, record?.first_name, record?.phone], ["City 20", "Ann 20", "555 0119"]);
    assert.deepEqual([person?.city, person?.first_name, person?.phone], ["City 20", "Ann 20", "555 0119"]);
    assert.equal((await w.pairOf(other))?.contact?.record.city, "Bonn");
    assert.equal(w.hands.all().length, 2);
  });

  test(`${crm}: while the CRM keeps one contact waiting, another one is synchronised`, async () => {
    const w = await connected(crm);
    const [slow, quick] = ["slow", "quick"].map((name) =>
      w.hands.create({ email: `${name}@example.com`, last_name: "Lee", city: "Ulm" }),
    ) as [string, string];
    await w.settle();
    const contactOf = async (crmId: string) => (await w.pairOf(crmId))?.contact;
    let letGo = () => {};
    const asked = new Promise<void>((begun) => {
      const released = new Promise<void>((done) => {
        letGo = done;
      });
      const { handle } = standIn;
      standIn.handle = async (request) => {
        const copy = request.clone();
        if (`${request.url} ${await copy.text()}`.includes(slow)) {
          standIn.handle = handle;
          begun();
          await released;
        }
        return handle(request);
      };
    });
    w.hands.edit(slow, { city: "Bonn" });
    await standIn.deliver((request) => deployment.fetch(request));
    await asked;
    try {
      w.hands.edit(quick, { city: "Rome" });
      await standIn.deliver((request) => deployment.fetch(request));
      for (const end = Date.now() + 20_000; (await contactOf(quick))?.record.city !== "Rome" && Date.now() < end; )
        await wait(25);
      assert.equal((await contactOf(quick))?.record.city, "Rome");
      assert.equal((await contactOf(slow))?.record.city, "Ulm", "it waits still");
    } finally {
      letGo();
    }
    await w.settle();
    assert.equal((await contactOf(slow))?.record.city, "Bonn");
  });
}
