/** Outbound Messages and relayed change events: what is kept of them, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { longId } from "../../../web/service/crm/salesforce/ids.js";
import { readChangeEvents } from "../../../web/service/webhooks/salesforce-change-event.js";
import { readSalesforceInbox } from "../../../web/service/webhooks/salesforce-inbox.js";
import { readOutboundMessage } from "../../../web/service/webhooks/salesforce-outbound-message.js";
import { contact } from "./support.js";

const receivedAt = Date.UTC(2026, 2, 1, 10);
const account = longId("00D000000000001") as string;
const options = { object: "Contact", topics: { HasOptedOutOfEmail: "unsubscribed" }, receivedAt };
const bytes = (text: string) => new TextEncoder().encode(text);
const actionId = longId("04k000000000001") as string;
const notificationId = (number: number) => longId(`04l${String(number).padStart(12, "0")}`) as string;

const notification = (number: number, fields = "", type = "sf:Contact") =>
  `<Notification><Id>${notificationId(number)}</Id><sObject xsi:type="${type}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">` +
  `<sf:Id>${contact(number)}</sf:Id>${fields}</sObject></Notification>`;
const envelope = (notifications: string, organization = account, before = "") =>
  `<?xml version="1.0" encoding="UTF-8"?>${before}<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"` +
  ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">` +
  `<OrganizationId>${organization}</OrganizationId><ActionId>${actionId}</ActionId><SessionId>zqSession!zq</SessionId>` +
  `<EnterpriseUrl>https://evil.example/</EnterpriseUrl><PartnerUrl>https://evil.example/</PartnerUrl>${notifications}` +
  "</notifications></soapenv:Body></soapenv:Envelope>";
const message = (text: string) => readOutboundMessage(bytes(text), { ...options, account });
const events = (json: unknown) =>
  readChangeEvents(bytes(typeof json === "string" ? json : JSON.stringify(json)), options);

test("an Outbound Message: keys, wake-ups, and the opt-out that it tells of; nothing else of it is kept", () => {
  const read = message(
    envelope(
      notification(
        1,
        "<sf:LastModifiedDate>2026-03-01T09:00:00.000Z</sf:LastModifiedDate><sf:LastName>zq&amp;</sf:LastName>",
      ) +
        notification(
          2,
          "<sf:HasOptedOutOfEmail>true</sf:HasOptedOutOfEmail><sf:LastModifiedDate>2026-03-01T09:30:00.000Z</sf:LastModifiedDate>",
        ) +
        notification(3, "<sf:HasOptedOutOfEmail>false</sf:HasOptedOutOfEmail>") +
        notification(4, "", "sf:Account") +
        notification(5, "<sf:HasOptedOutOfEmail>true</sf:HasOptedOutOfEmail>"),
    ),
  );
  assert.deepEqual(read, {
    organization: account,
    other: 1,
    incoming: {
      events: [1, 2, 3, 5].map((number) => ({
        key: `message/${notificationId(number)}/${contact(number)}`,
        subject: `crm:${contact(number)}`,
        kind: "outbound_message",
        occurredAt: { 1: "2026-03-01T09:00:00.000Z", 2: "2026-03-01T09:30:00.000Z" }[number] ?? null,
      })),
      optOuts: [
        { crmId: contact(2), topic: "unsubscribed", since: "2026-03-01T09:30:00.000Z", source: "salesforce" },
        { crmId: contact(5), topic: "unsubscribed", since: "2026-03-01T10:00:00.000Z", source: "salesforce" },
      ],
      wakes: [
        { subject: `crm:${contact(1)}` },
        { subject: `crm:${contact(2)}`, lane: "consent" },
        { subject: `crm:${contact(3)}` },
        { subject: `crm:${contact(5)}`, lane: "consent" },
      ],
    },
  });
  assert.doesNotMatch(JSON.stringify(read), /zq|evil/);
});

test("one contact in several notifications is woken once, in the more urgent lane", () => {
  const optedOut = "<sf:HasOptedOutOfEmail>true</sf:HasOptedOutOfEmail>";
  const again = notification(1).replace(notificationId(1), notificationId(2));
  const read = message(envelope(notification(1) + notification(1, optedOut) + again));
  assert.ok("incoming" in read);
  assert.deepEqual(read.incoming.wakes, [{ subject: `crm:${contact(1)}`, lane: "consent" }]);
  assert.equal(new Set(read.incoming.events.map(({ key }) => key)).size, 2, "a retry has its key again");
});

test("the organisation may be told with 15 characters, and none but this one is taken", () => {
  assert.ok("incoming" in message(envelope(notification(1), account.slice(0, 15))));
  const given = { ...options, account: account.slice(0, 15) };
  assert.ok("incoming" in readOutboundMessage(bytes(envelope(notification(1))), given));
  for (const organization of [
    longId("00D000000000002") as string,
    "",
    "x",
    `${account}</OrganizationId><OrganizationId>${account}`,
  ]) {
    assert.deepEqual(message(envelope(notification(1), organization)), { refused: "other-organization" });
  }
});

test("document types and entities are refused before anything is parsed", () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join("");
  for (const before of [
    `<!DOCTYPE l [<!ENTITY l0 "ha">${laughs}]>`,
    '<!DOCTYPE x SYSTEM "https://evil.example/x.dtd">',
    '<!doctype x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
    "<! DOCTYPE x>",
    '<!ENTITY % p "x">',
  ]) {
    const started = performance.now();
    assert.deepEqual(message(envelope(notification(1, "<sf:LastName>&l9;</sf:LastName>"), account, before)), {
      refused: "document-type",
    });
    assert.ok(performance.now() - started < 1_000);
  }
  const undeclared = message(envelope(notification(1, "<sf:LastName>&l9;&#x41;&amp;</sf:LastName>")));
  assert.ok("incoming" in undeclared, "an entity is text that nobody reads");
});

test("what is too large, too deep, too many or no message is refused, in time", () => {
  const many = (count: number) => envelope(Array.from({ length: count }, (_, index) => notification(index)).join(""));
  const hundred = message(many(100));
  assert.ok("incoming" in hundred && hundred.incoming.events.length === 100);
  const refused: [string, string][] = [
    [many(101), "too-many"],
    [envelope(`<!--${"x".repeat(1 << 20)}-->`), "too-large"],
    ["<a>".repeat(200_000), "not-xml"],
    ["<a>".repeat(100_000) + "</a>".repeat(100_000), "not-xml"],
    [`<a ${'b="c" '.repeat(100_000)}`, "not-xml"],
    ["", "not-xml"],
    ["{}", "not-xml"],
    [envelope(notification(1)).slice(0, -20), "not-xml"],
    ["<x/>", "not-a-delivery"],
    [envelope(""), "not-a-delivery"],
    [envelope(notification(1)).replace(/<ActionId>.*<\/ActionId>/, ""), "not-a-delivery"],
    [envelope(notification(1)).replace(contact(1), "003o000000xxxxxxxxx"), "not-a-delivery"],
    [envelope(notification(1)).replace(notificationId(1), "1"), "not-a-delivery"],
    [envelope("<Notification/>"), "not-a-delivery"],
    [envelope(notification(1)).replace(' xsi:type="sf:Contact"', ""), "not-a-delivery"],
    [envelope(notification(1)).replaceAll("sObject", "__proto__"), "not-a-delivery"],
  ];
  for (const [text, reason] of refused) {
    const started = performance.now();
    const read = message(text);
    assert.ok("refused" in read, text.slice(0, 80));
    // A parser that has limits of its own may stop at any of them.
    if (text.includes("__proto__")) assert.ok(["not-xml", "not-a-delivery"].includes(read.refused));
    else assert.equal(read.refused, reason, text.slice(0, 80));
    assert.ok(performance.now() - started < 3_000, text.slice(0, 80));
  }
  assert.deepEqual(readOutboundMessage(new Uint8Array([0x3c, 0xff, 0x3e]), { ...options, account }), {
    refused: "not-xml",
  });
});

const header = (more: object = {}) => ({
  entityName: "Contact",
  recordIds: [contact(1)],
  changeType: "UPDATE",
  changeOrigin: "",
  transactionKey: "0000be70-a756-e601-9202-32967602a6be",
  sequenceNumber: 2,
  commitTimestamp: Date.UTC(2026, 2, 1, 9),
  commitUser: "005000000000001AAA",
  ...more,
});
const change = (more: object = {}, fields: object = {}) => ({ ChangeEventHeader: header(more), ...fields });

test("change events in every envelope that they are relayed in", () => {
  const event = change();
  const relayed = [
    event,
    { schema: "x", payload: event, event: { replayId: 7 } },
    { channel: "/data/ContactChangeEvent", data: { schema: "x", payload: event, event: { replayId: 7 } } },
    { version: "0", "detail-type": "ContactChangeEvent", detail: { payload: event, schemaId: "x", replayId: "7" } },
    { event: { id: "1", schemaId: "x", payload: event }, replayId: "AAAA" },
    { key: null, value: { schema: {}, payload: event } },
  ];
  for (const one of [...relayed, [event]]) {
    const read = events(one);
    assert.ok("incoming" in read, JSON.stringify(one));
    assert.deepEqual(read.incoming, {
      events: [
        {
          key: `change/0000be70-a756-e601-9202-32967602a6be/2/${contact(1)}`,
          subject: `crm:${contact(1)}`,
          kind: "UPDATE",
          occurredAt: "2026-03-01T09:00:00.000Z",
        },
      ],
      optOuts: [],
      wakes: [{ subject: `crm:${contact(1)}` }],
    });
  }
  const all = events(relayed);
  assert.ok("incoming" in all && all.incoming.events.length === 6 && all.incoming.wakes.length === 1);
});

test("an event of many records is one key each; opt-outs are each one's, and only what is true", () => {
  const ids = [contact(1), contact(2).slice(0, 15)];
  const read = events([
    change({ recordIds: ids }, { HasOptedOutOfEmail: true, Email: "zq@example.org" }),
    change({ sequenceNumber: 3, recordIds: [contact(3)] }, { HasOptedOutOfEmail: false }),
    change({ sequenceNumber: 4, recordIds: [contact(4)] }, { HasOptedOutOfEmail: null }),
    change({ sequenceNumber: 5, recordIds: [contact(5)], changeType: "DELETE" }),
    change({ sequenceNumber: 6, recordIds: [contact(5)], changeType: "UNDELETE" }),
    change({ sequenceNumber: 7, recordIds: [contact(6)], changeType: "GAP_UPDATE" }),
    change({ sequenceNumber: 8, recordIds: [contact(7)], entityName: "Account" }),
  ]);
  assert.ok("incoming" in read);
  const since = "2026-03-01T09:00:00.000Z";
  assert.deepEqual(
    read.incoming.optOuts,
    [contact(1), contact(2)].map((crmId) => ({ crmId, topic: "unsubscribed", since, source: "salesforce" })),
  );
  assert.equal(new Set(read.incoming.events.map(({ key }) => key)).size, 7);
  assert.deepEqual(
    read.incoming.wakes.map(({ subject }) => subject),
    [1, 2, 3, 4, 5, 6].map((n) => `crm:${contact(n)}`),
  );
  assert.equal(read.other, 1);
  assert.doesNotMatch(JSON.stringify(read), /zq/);
});

test("where changes cannot be told one by one, everything is looked at", () => {
  for (const more of [
    { changeType: "GAP_OVERFLOW", recordIds: ["000000000000000AAA"] },
    { changeType: "GAP_OVERFLOW", recordIds: [] },
    { changeType: "GAP_UPDATE", recordIds: ["003*"] },
  ]) {
    const read = events([change(more), change(more)]);
    assert.ok("incoming" in read);
    assert.deepEqual(read.incoming.wakes, [{ subject: "run:reconcile", lane: "bulk" }]);
    assert.equal(read.incoming.events[0]?.subject, "run:reconcile");
  }
});

test("what is no change event is refused", () => {
  for (const json of [
    {},
    [],
    null,
    7,
    { payload: {} },
    { ChangeEventHeader: null },
    change({ recordIds: [] }),
    change({ recordIds: ["x"] }),
    change({ recordIds: "003" }),
    change({ transactionKey: "a b" }),
    change({ transactionKey: undefined }),
    change({ sequenceNumber: "1" }),
    change({ changeType: "zq'; --" }),
    change({ entityName: 1 }),
    [change(), {}],
    Array.from({ length: 9 }).reduce((inner) => ({ payload: inner }), change() as unknown),
  ]) {
    const expected = Array.isArray(json) && json.length === 0 ? undefined : "not-a-delivery";
    const read = events(json);
    assert.equal("refused" in read ? read.refused : undefined, expected, JSON.stringify(json));
  }
  for (const text of [
    "",
    "{",
    "[".repeat(100_000),
    '{"a":1}x',
    `${"[".repeat(200_000)}9007199254740993${"]".repeat(200_000)}`,
  ]) {
    const read = events(text);
    assert.ok("refused" in read && ["not-json", "not-a-delivery"].includes(read.refused), text.slice(0, 20));
  }
  assert.deepEqual(events(`[${" ".repeat(1 << 20)}]`), { refused: "too-large" });
  assert.deepEqual(readChangeEvents(new Uint8Array([0x22, 0xff, 0x22]), options), { refused: "not-json" });
  const read = events(change({ commitTimestamp: 1e300 }));
  assert.ok("incoming" in read && read.incoming.events[0]?.occurredAt === null);
});

test("a commit's number beyond 2^53 hurts nobody", () => {
  const text = JSON.stringify(change()).replace(
    '"sequenceNumber":2',
    '"commitNumber":1745500706683617281,"sequenceNumber":2',
  );
  assert.ok("incoming" in events(text));
  const long = JSON.stringify(change()).replace('"sequenceNumber":2', '"sequenceNumber":17455007066836172811');
  assert.deepEqual(events(long), { refused: "not-a-delivery" }, "such a key would be another event's");
});

test("the inbox reads by the content type, for the integration's own object", () => {
  const integration = { account, settings: { baseUrl: "https://acme.my.salesforce.com", keyField: "Key__c" } };
  const more = { topics: options.topics, receivedAt };
  const read = (text: string, kind: "xml" | "json", object?: string) => {
    const settings = { ...integration.settings, ...(object !== undefined && { object }) };
    return readSalesforceInbox(bytes(text), kind, { account, settings }, more);
  };
  assert.equal(read(envelope(notification(1)), "xml")?.wakes.length, 1);
  assert.equal(read(envelope(notification(1)), "xml", "Lead")?.wakes.length, 0);
  assert.equal(read(envelope(notification(1)), "json"), null);
  assert.equal(read(JSON.stringify(change()), "json")?.wakes.length, 1);
  assert.equal(read(JSON.stringify(change()), "xml"), null);
});

test("what the integration user committed is looked at after what people did, opt-outs excepted", () => {
  const user = header().commitUser;
  const lanesOf = (json: object, ourself?: string) => {
    const settings = { baseUrl: "https://acme.my.salesforce.com", keyField: "Key__c", ...(ourself && { ourself }) };
    const read = readSalesforceInbox(
      bytes(JSON.stringify(json)),
      "json",
      { account, settings },
      {
        topics: options.topics,
        receivedAt,
      },
    );
    return read?.wakes.map(({ lane = "live" }) => lane);
  };
  assert.deepEqual(lanesOf(change(), user), ["bulk"]);
  assert.deepEqual(lanesOf(change(), user.slice(0, 15)), ["bulk"], "an id of 15 characters is the same user's");
  assert.deepEqual(lanesOf(change()), ["live"], "who we are is not known");
  assert.deepEqual(lanesOf(change({ commitUser: "005000000000002AAA" }), user), ["live"]);
  assert.deepEqual(lanesOf(change({ commitUser: undefined })), ["live"]);
  const person = change({ sequenceNumber: 3, commitUser: "005000000000002AAA" });
  assert.deepEqual(lanesOf([change(), person], user), ["live"]);
  assert.deepEqual(lanesOf(change({}, { HasOptedOutOfEmail: true }), user), ["consent"]);
});
