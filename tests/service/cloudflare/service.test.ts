/** The whole deployment from end to end in workerd, offline: what comes in at the Worker's door, and what the CRMs are asked. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Clients } from "../../../web/service/crm/clients.js";
import { organisationId } from "../../../web/stand-in/salesforce/organisation.js";
import { createStandIn, type StandIn } from "../../../web/stand-in/stand-in.js";
import { type Crm, crms, handsOf, mappingOf, names } from "../sync/hands.js";
import { clientSecret, type Deployment, deploy, hosts, publicUrl, sha256 } from "./deployment.js";

/** Time goes twenty times as fast as the machine's, so that what waits for minutes waits for seconds. */
const speed = 20;
const began = Date.now();
const clock = {
  now: () => began + (Date.now() - began) * speed,
  sleep: (milliseconds: number) => wait(milliseconds / speed),
};
const webhookSecret = "the-webhook's-secret";

let standIn: StandIn;
let deployment: Deployment;
before(async () => {
  standIn = createStandIn({ clock });
  deployment = await deploy({ crm: (request) => standIn.handle(request), began, speed });
});
after(() => deployment.close());

let count = 0;

/** A tenant with one integration, and the people of its CRM. */
async function connected(crm: Crm) {
  const number = ++count;
  const tenant = `${crm}-${number}`;
  const ref = { tenant, id: crm };
  const portal = standIn.hubspot(String(1000 + number));
  const organisation = standIn.salesforce(organisationId(number));
  const account = crm === "hubspot" ? portal : organisation;
  const key = `key-of-${tenant}-0123456789`;
  const parts = deployment.tenant(tenant);
  await parts.store.addApiKey(tenant, sha256(key), "the test", ["reader", "editor", "host", "admin"]);
  const settings = {
    baseUrl: hosts[crm],
    keyField: names[crm].key,
    ourself: crm === "hubspot" ? portal.appId : organisation.integrationUser,
    webhookSecretHashes: [sha256(webhookSecret)],
  };
  await parts.store.addIntegration(ref, { crm, account: account.id, file: mappingOf(crm), settings, state: "active" });
  const { access, refresh } = account.connect();
  await parts.part<Clients>("clients").connect(ref, { access, refresh });
  portal.webhook = { url: `${publicUrl}/webhooks/hubspot`, secret: clientSecret };
  organisation.webhook = { url: `${publicUrl}/webhooks/salesforce/${organisation.id}/${webhookSecret}` };
  const hands = handsOf(crm, portal, organisation);
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answer = await deployment.fetch(new Request(publicUrl + path, init));
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
  };
  let changed = 0;
  const change = (id: string, patch: Record<string, unknown>) => {
    // Of two changes of one moment nobody could say which is the later one, and they may overtake each other on their way.
    changed = Math.max(clock.now(), changed + 1);
    return call("POST", "/contacts/changes", { changes: [{ id, patch, updatedAt: new Date(changed).toISOString() }] });
  };
  const pairOf = async (crmId: string) => (await parts.store.loadPairs(ref, [`crm:${crmId}`]))[0];

  /** Until nothing has waited or been worked on for a while, at either side: what the queue holds cannot be seen. */
  async function settle(): Promise<void> {
    let quiet = 0;
    for (const end = Date.now() + 60_000; Date.now() < end; await wait(25)) {
      const delivered = await standIn.deliver((request) => deployment.fetch(request));
      const jobs = await parts.database.query("select * from job");
      quiet = delivered === 0 && standIn.waiting === 0 && jobs.length === 0 ? quiet + 1 : 0;
      if (quiet === 10) return;
    }
    assert.fail(`something still waits: ${JSON.stringify(await parts.database.query("select * from job"))}`);
  }
  const writes = () =>
    standIn.calls.filter((one) => one.account === account.id && one.method !== "GET" && isWrite(one));
  return {
    ...{ tenant, ref, portal, organisation, account, key, hands, call, change, pairOf, settle, writes },
    ...parts,
  };
}

/** HubSpot is also read by POST, as Salesforce is asked for tokens. */
const isWrite = ({ path }: { path: string }) => !/batch\/read|search|token|query/.test(path);

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
}
