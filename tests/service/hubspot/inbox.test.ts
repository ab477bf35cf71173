import assert from "node:assert/strict";
import { test } from "node:test";
import { type Portal, readInbox } from "../../../web/service/webhooks/hubspot-inbox.js";
import { event, sample, skip, time } from "../support.js";

const topics = { hs_email_optout: "all", optout_news: "news" };
const read = (body: unknown, of: (portal: string) => Portal | null = () => ({ topics })) =>
  readInbox(new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)), of, time);
const only = (body: unknown) => {
  const portals = read(body);
  assert.equal(portals?.size, 1);
  const [incoming] = portals?.values() ?? [];
  assert(incoming);
  return incoming;
};

test("hs-webhook-contact-creation.json", { skip }, () => {
  assert.deepEqual(
    [...(read(sample("hs-webhook-contact-creation.json")) ?? [])],
    [
      [
        "62515",
        {
          events: [
            {
              key: "62515/contact.creation/123/1/1564113600000/",
              subject: "crm:123",
              kind: "contact.creation",
              occurredAt: "2019-07-26T04:00:00.000Z",
            },
          ],
          optOuts: [],
          privacy: [],
          wakes: [{ subject: "crm:123" }],
        },
      ],
    ],
  );
});

test("a retry has the same key; everything that makes it another event has another", () => {
  const key = (more: object) => only([event(more)]).events[0]?.key;
  assert.equal(key({ attemptNumber: 3 }), key({}));
  const others = [
    { portalId: 1 },
    { subscriptionType: "contact.creation" },
    { objectId: 1 },
    { eventId: 1 },
    { occurredAt: 1 },
    { propertyName: "phone" },
  ];
  assert.equal(new Set([{}, ...others].map(key)).size, others.length + 1);
});

test("one delivery, several portals; one that nobody here knows is left out", () => {
  const events = [event({ portalId: 1 }), event({ portalId: 2 }), event({ portalId: 3, objectId: 9 })];
  const portals = read(events, (portal) => (portal === "2" ? null : { topics }));
  assert.deepEqual([...(portals?.keys() ?? [])], ["1", "3"]);
  assert.deepEqual(portals?.get("3")?.wakes, [{ subject: "crm:9" }]);
});

test("an opt-out that the delivery tells of is kept, and is urgent", () => {
  const incoming = only([
    event({ objectId: 1, propertyName: "email" }),
    event({ objectId: 1, propertyName: "hs_email_optout", propertyValue: "true" }),
    event({ objectId: 1, propertyName: "phone" }),
    event({ objectId: 2, propertyName: "optout_news", propertyValue: true }),
    event({ objectId: 3, propertyName: "hs_email_optout", propertyValue: "false" }),
    event({ objectId: 4, propertyName: "toString", propertyValue: "true" }),
    event({ objectId: 5, propertyName: "hs_email_optout", propertyValue: "true", occurredAt: undefined }),
  ]);
  const since = new Date(time - 1000).toISOString();
  assert.deepEqual(incoming.optOuts, [
    { crmId: "1", topic: "all", since, source: "hubspot" },
    { crmId: "2", topic: "news", since, source: "hubspot" },
    { crmId: "5", topic: "all", since: new Date(time).toISOString(), source: "hubspot" },
  ]);
  assert.deepEqual(incoming.wakes, [
    { subject: "crm:1", lane: "consent" },
    { subject: "crm:2", lane: "consent" },
    { subject: "crm:3", lane: "consent" },
    { subject: "crm:4" },
    { subject: "crm:5", lane: "consent" },
  ]);
});

test("a privacy deletion is kept, since HubSpot cannot be asked any more", () => {
  const incoming = only([
    event({ subscriptionType: "contact.deletion", objectId: 7 }),
    event({ subscriptionType: "contact.privacyDeletion", objectId: 7 }),
  ]);
  assert.deepEqual(incoming.privacy, ["7"]);
  assert.deepEqual(incoming.wakes, [{ subject: "crm:7", lane: "consent" }]);
  assert.deepEqual(
    incoming.events.map(({ kind }) => kind),
    ["contact.deletion", "contact.privacyDeletion"],
  );
});

test("generic subscriptions: contacts' only", () => {
  const incoming = only([
    event({ subscriptionType: "object.propertyChange", objectTypeId: "0-1", objectId: 1 }),
    event({ subscriptionType: "object.propertyChange", objectTypeId: "0-2", objectId: 2 }),
    event({ subscriptionType: "company.creation", objectId: 3 }),
    event({ subscriptionType: "contact.associationChange", objectId: undefined, fromObjectId: 4 }),
  ]);
  assert.deepEqual(incoming.wakes, [{ subject: "crm:1" }]);
});

test("ids beyond 2^53 stay exact", () => {
  const body = JSON.stringify([event({ objectId: 0 })]).replace('"objectId":0', '"objectId":9007199254740993');
  assert.deepEqual(only(body).wakes, [{ subject: "crm:9007199254740993" }]);
});

for (const [what, body] of [
  ["no JSON", "{"],
  ["no list", "{}"],
  ["a list of something else", "[1]"],
  ["a list with null", "[null]"],
  ["no type", JSON.stringify([event({ subscriptionType: 1 })])],
  ["no id", JSON.stringify([event({ objectId: "x" })])],
  ["a negative id", JSON.stringify([event({ objectId: -1 })])],
  ["no portal", JSON.stringify([event({ portalId: null })])],
  ["a merge of nobody", JSON.stringify([event({ subscriptionType: "contact.merge", objectId: null })])],
] as const) {
  test(`not a delivery: ${what}`, () => assert.equal(read(body), null));
}

test("what our own app wrote is looked at after what people did, opt-outs excepted", () => {
  const ours = { changeSource: "INTEGRATION", sourceId: "4242" };
  const lanesOf = (events: object[], ourself?: string) => {
    const portals = read(events, () => ({ topics, ...(ourself !== undefined && { ourself }) }));
    return [...(portals?.values() ?? [])].flatMap(({ wakes }) => wakes.map(({ lane = "live" }) => lane));
  };
  assert.deepEqual(lanesOf([event(ours)], "4242"), ["bulk"]);
  assert.deepEqual(lanesOf([event({ ...ours, sourceId: 4242 })], "4242"), ["bulk"]);
  assert.deepEqual(lanesOf([event(ours)]), ["live"], "which app we are is not known");
  assert.deepEqual(lanesOf([event({ ...ours, sourceId: "4243" })], "4242"), ["live"], "another app's");
  assert.deepEqual(lanesOf([event({ ...ours, changeSource: "CRM_UI" })], "4242"), ["live"], "a person's");
  assert.deepEqual(lanesOf([event(ours), event({ eventId: 2, changeSource: "CRM_UI" })], "4242"), ["live"]);
  assert.deepEqual(lanesOf([event({ eventId: 2 }), event(ours)], "4242"), ["live"]);
  const optOut = { propertyName: "hs_email_optout", propertyValue: "true" };
  assert.deepEqual(lanesOf([event({ ...ours, ...optOut })], "4242"), ["consent"]);
});
