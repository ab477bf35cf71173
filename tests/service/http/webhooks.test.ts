/** What the CRMs call: proved, kept, then answered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { event, type Signing, signed, time } from "../support.js";
import { sha256 } from "./fake-store.js";
import { ids, message, organization, portal, type Service, service, webhookSecret } from "./support.js";

const ours = Number(portal("ours"));
const theirs = Number(portal("theirs"));
const unknownPortal = 99999;
const { hubspot, salesforce } = ids("ours");

function deliver(to: Service, events: unknown, signing?: Signing, headers: Record<string, string> = {}) {
  const body = typeof events === "string" ? events : JSON.stringify(events);
  return to.call("POST", "/webhooks/hubspot", { key: null, body, headers: { ...signed(body, signing), ...headers } });
}

const problem = async (response: Response) => (JSON.parse(await response.text()) as { type: string }).type;
const subjects = ({ store }: Service) =>
  store.received.flatMap(({ ref, delivery }) => delivery.wakes.map(({ subject }) => `${ref.id} ${subject}`));

test("events of several portals in one delivery reach each its own", async () => {
  const to = service();
  const events = [
    event({ portalId: ours, objectId: 1 }),
    event({ portalId: theirs, objectId: 2 }),
    event({ portalId: ours, objectId: 3 }),
    event({ portalId: unknownPortal, objectId: 4 }),
  ];
  const response = await deliver(to, events);
  assert.equal(response.status, 202);
  assert.equal(await response.text(), "");
  assert.deepEqual(subjects(to), [`${hubspot} crm:1`, `${hubspot} crm:3`, "hubspot-theirs crm:2"]);
  assert.deepEqual(
    to.store.received.map(({ ref }) => ref.tenant),
    ["ours", "theirs"],
  );
  assert.equal(to.log.at(-1)?.unknownAccounts, 1);
});

test("an unknown portal is answered as a known one, and nothing of it is kept", async () => {
  const answers = [];
  for (const portalId of [ours, unknownPortal]) {
    const to = service();
    const response = await deliver(to, [event({ portalId })]);
    answers.push([response.status, [...response.headers], await response.text()]);
    assert.equal(to.store.received.length, portalId === ours ? 1 : 0);
  }
  assert.deepEqual(answers[0], answers[1]);
});

test("what is not signed, or wrongly, costs nothing", async () => {
  const events = [event({ portalId: ours })];
  const cases: [string, Promise<Response>, Service][] = [];
  const add = (name: string, send: (to: Service) => Promise<Response>) => {
    const to = service();
    cases.push([name, send(to), to]);
  };
  add("missing", (to) => to.call("POST", "/webhooks/hubspot", { key: null, body: events }));
  add("wrong", (to) => deliver(to, events, { secret: "another secret" }));
  add("wrong", (to) => deliver(to, events, { uri: "http://localhost/webhooks/hubspot" }));
  add("wrong", (to) => deliver(to, events, { method: "PUT" }));
  add("wrong", (to) => deliver(to, events, {}, { "x-hubspot-signature-v3": "AAAA" }));
  add("expired", (to) => deliver(to, events, { timestamp: String(time - 300_001) }));
  add("expired", (to) => deliver(to, events, { timestamp: String(time + 300_001) }));
  add("expired", (to) => deliver(to, events, {}, { "x-hubspot-request-timestamp": "now" }));
  add("wrong", (to) => {
    const body = JSON.stringify(events);
    return to.call("POST", "/webhooks/hubspot", { key: null, body: body.replace("123", "124"), headers: signed(body) });
  });
  for (const [name, response, to] of cases) {
    assert.equal((await response).status, 401, name);
    assert.equal(await problem(await response), `urn:crm-sync:problem:signature-${name}`);
    assert.equal(to.store.calls, 0, "the store was not asked");
  }
});

test("without a signature the body is not even read", async () => {
  let read = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        read++;
        controller.enqueue(new Uint8Array(1024));
      },
    },
    { highWaterMark: 0 },
  );
  const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
  const response = await service().app.fetch(new Request("http://localhost/webhooks/hubspot", init));
  assert.equal(response.status, 401);
  assert.equal(read, 0);
});

test("the same delivery twice: kept once, and answered both times", async () => {
  const to = service();
  const events = [event({ portalId: ours })];
  assert.equal((await deliver(to, events)).status, 202);
  assert.equal((await deliver(to, events)).status, 202);
  assert.equal(to.store.keys.size, 1);
});

test("both secrets are taken while they are being changed", async () => {
  const { publicUrl } = await import("../support.js");
  const to = service({ hubspot: { secrets: ["the new one", "the old one"], publicUrl } });
  for (const secret of ["the new one", "the old one"]) {
    assert.equal((await deliver(to, [event({ portalId: ours })], { secret })).status, 202);
  }
  assert.equal((await deliver(to, [event({ portalId: ours })])).status, 401);
});

test("opt-outs of each portal's own fields are kept, and come before everything else", async () => {
  const to = service();
  const optOut = { portalId: ours, propertyValue: "true" };
  await deliver(to, [
    event({ ...optOut, objectId: 1, propertyName: "hs_email_optout" }),
    event({ ...optOut, objectId: 2, propertyName: "news_optout" }),
    event({ ...optOut, objectId: 3, propertyName: "newsletter" }),
  ]);
  const { optOuts, wakes } = to.store.received[0]?.delivery ?? { optOuts: [], wakes: [] };
  assert.deepEqual(
    optOuts.map(({ crmId, topic }) => [crmId, topic]),
    [
      ["1", "unsubscribed"],
      ["2", "consent.news"],
    ],
  );
  assert.deepEqual(
    wakes.map(({ lane = "live" }) => lane),
    ["consent", "consent", "live"],
  );
});

test("HubSpot's opt-out of everything is kept even where the mapping cannot be read", async () => {
  const to = service();
  for (const one of to.store.all) one.mapping.file = "unreadable";
  const optOut = event({ portalId: ours, propertyName: "hs_email_optout", propertyValue: "true" });
  assert.equal((await deliver(to, [optOut])).status, 202);
  assert.equal(to.store.received[0]?.delivery.optOuts[0]?.topic, "unsubscribed");
});

test("bodies that are no delivery, or too large", async () => {
  for (const body of ["{}", "[", "[1]", JSON.stringify([event({ portalId: "x" })])]) {
    const to = service();
    const response = await deliver(to, body);
    assert.equal(response.status, 400, body);
    assert.equal(await problem(response), "urn:crm-sync:problem:not-a-delivery");
    assert.equal(to.store.received.length, 0);
  }
  assert.equal((await deliver(service(), " ".repeat((1 << 23) + 1))).status, 413);
});

test("a store that fails asks HubSpot to deliver again", async () => {
  const to = service();
  to.store.broken = new Error("connection refused");
  const response = await deliver(to, [event({ portalId: ours })]);
  assert.equal(response.status, 503);
  assert.ok(response.headers.has("retry-after"));
  to.store.broken = null;
  assert.equal((await deliver(to, [event({ portalId: ours })])).status, 202);
});

test("beyond the limit deliveries are to come again; other integrations are not held up", async () => {
  const to = service({ wakeLimit: { rate: 2, burst: 4 } });
  const many = (portalId: number, count: number) =>
    Array.from({ length: count }, (_, index) => event({ portalId, objectId: index + 1, eventId: index }));
  assert.equal((await deliver(to, many(ours, 3))).status, 202);
  const held = await deliver(to, [...many(ours, 3), ...many(theirs, 2)]);
  assert.equal(held.status, 429);
  assert.equal(held.headers.get("retry-after"), "10");
  assert.deepEqual(
    to.store.received.map(({ ref }) => ref.id),
    [hubspot, "hubspot-theirs"],
  );
  to.clock.time += 1000;
  assert.equal((await deliver(to, many(ours, 3))).status, 202);
  to.clock.time += 60_000;
  assert.equal((await deliver(to, many(ours, 50))).status, 202, "more than there is room for at all");
});

test("what people ask for is kept beyond the limit too", async () => {
  const to = service({ wakeLimit: { rate: 0, burst: 0.5 } });
  const response = await deliver(to, [
    event({ portalId: ours, objectId: 1 }),
    event({ portalId: ours, objectId: 2, propertyName: "hs_email_optout", propertyValue: "true" }),
    event({ portalId: ours, objectId: 3, subscriptionType: "contact.privacyDeletion" }),
  ]);
  assert.equal(response.status, 202);
  const second = await deliver(to, [
    event({ portalId: ours, objectId: 1 }),
    event({ portalId: ours, objectId: 2, propertyName: "hs_email_optout", propertyValue: "true" }),
    event({ portalId: ours, objectId: 3, subscriptionType: "contact.privacyDeletion" }),
  ]);
  assert.equal(second.status, 429);
  const { delivery } = to.store.received[1] ?? assert.fail("nothing was kept");
  assert.deepEqual(delivery.events, []);
  assert.deepEqual(
    delivery.optOuts.map(({ crmId }) => crmId),
    ["2"],
  );
  assert.deepEqual(delivery.privacy, ["3"]);
  assert.deepEqual(
    delivery.wakes.map(({ subject }) => subject),
    ["crm:2", "crm:3"],
  );
});

test("webhooks of a CRM that is not configured are not there", async () => {
  const to = service();
  const { createApp } = await import("../../../web/service/http/app.js");
  const app = createApp({
    store: to.store,
    clock: to.clock,
    jobs: { dead: async () => [], replay: async () => 0, depth: async () => ({ waiting: 0, dead: 0 }) },
    operations: { within: () => ({}) } as never,
    connect: async () => {},
    disconnect: async () => false,
    allowedAddress: () => false,
  });
  const body = JSON.stringify([event({ portalId: ours })]);
  assert.equal((await app.request("/webhooks/hubspot", { method: "POST", body, headers: signed(body) })).status, 404);
});

function outbound(to: Service, path: string, body = message(), headers: Record<string, string> = {}) {
  return to.call("POST", `/webhooks/salesforce/${path}`, {
    key: null,
    body,
    headers: { "content-type": "text/xml; charset=utf-8", ...headers },
  });
}

const own = `${organization("ours")}/${webhookSecret("ours")}`;

test("an Outbound Message is acknowledged once it is kept", async () => {
  const to = service();
  const response = await outbound(to, own);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/xml/);
  assert.match(await response.text(), /<Ack>true<\/Ack>/);
  assert.deepEqual(subjects(to), [`${salesforce} crm:003000000000001AAA`]);
  const keepsNothing = service();
  keepsNothing.store.receive = () => Promise.reject(new Error("connection refused"));
  to.store.broken = new Error("connection refused");
  for (const broken of [keepsNothing, to]) {
    const failed = await outbound(broken, own);
    assert.equal(failed.status, 503);
    assert.ok(!(await failed.text()).includes("Ack"));
  }
});

test("both secrets of an integration are taken, and no other", async () => {
  assert.equal((await outbound(service(), `${organization("ours")}/another%20one`)).status, 200);
  const answers = new Set<string>();
  for (const path of [
    `${organization("ours")}/${webhookSecret("theirs")}`,
    `${organization("ours")}/${webhookSecret("ours").slice(1)}`,
    `${organization("ours")}/${sha256(webhookSecret("ours"))}`,
    `${organization("ours")}/%20`,
    `00D00000000000ZZZZ/${webhookSecret("ours")}`,
  ]) {
    const to = service();
    const response = await outbound(to, path);
    answers.add(JSON.stringify([response.status, [...response.headers], await response.text()]));
    assert.equal(to.store.received.length, 0);
  }
  assert.equal(answers.size, 1, "an organisation that is known shows in nothing");
  assert.match([...answers][0] as string, /^\[404/);
});

test("a message of another organisation is refused, and so is one that is none", async () => {
  for (const body of [message(organization("theirs")), "<a/>", ""]) {
    const to = service();
    assert.equal((await outbound(to, own, body)).status, 400);
    assert.equal(to.store.received.length, 0);
  }
  assert.equal((await outbound(service(), own, " ".repeat((1 << 20) + 1))).status, 413);
});

test("relayed change events bring the secret in a header as well", async () => {
  const json = { "content-type": "application/json" };
  const header = { entityName: "Contact", changeType: "UPDATE", recordIds: ["003000000000001AAA"], sequenceNumber: 1 };
  const body = JSON.stringify({ payload: { ChangeEventHeader: { ...header, transactionKey: "0001" } } });
  const send = (secret?: string) =>
    outbound(service(), own, body, { ...json, ...(secret !== undefined && { "x-crm-sync-secret": secret }) });
  assert.equal((await send(webhookSecret("ours"))).status, 200);
  assert.equal((await send(webhookSecret("theirs"))).status, 404);
  assert.equal((await send("")).status, 404);
  assert.equal((await send()).status, 404);
});

test("Salesforce's opt-outs are kept, also where the mapping cannot be read", async () => {
  for (const file of ["name: ours", "unreadable"]) {
    const to = service();
    for (const one of to.store.all) one.mapping.file = file;
    const optedOut = message(organization("ours"), "<sf:HasOptedOutOfEmail>true</sf:HasOptedOutOfEmail>");
    assert.equal((await outbound(to, own, optedOut)).status, 200);
    const { optOuts, wakes } = to.store.received[0]?.delivery ?? { optOuts: [], wakes: [] };
    assert.equal(optOuts[0]?.topic, "unsubscribed", file);
    assert.deepEqual(wakes, [{ subject: "crm:003000000000001AAA", lane: "consent" }]);
  }
});

test("no document type, and nothing of a session is kept", async () => {
  const to = service();
  const declared = message().replace("<soapenv:Envelope", '<!DOCTYPE a [<!ENTITY x "y">]><soapenv:Envelope');
  assert.equal((await outbound(to, own, declared)).status, 400);
  assert.equal((await outbound(to, own)).status, 200);
  assert.ok(!JSON.stringify(to.store.received).includes("a session"));
});
