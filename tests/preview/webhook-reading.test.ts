/** What the preview says of a webhook's body; of real ones too, where the machine has samples (CRM_SYNC_SAMPLES). */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadEngine } from "@penguinmails/crm-sync";
import { listeningOf } from "../../web/preview/listening.js";
import { type ReadPayload, readPayload } from "../../web/preview/webhook-reading.js";

const samples = join(
  process.env.CRM_SYNC_SAMPLES ?? fileURLToPath(new URL("../../../shared/samples", import.meta.url)),
  "crm",
);
const now = Date.parse("2026-03-01T00:00:00Z");
const listening = {
  topics: { hs_email_optout: "unsubscribed", HasOptedOutOfEmail: "unsubscribed" },
  object: "Contact",
};
const read = (text: string, given = listening) => {
  const answer = readPayload(text, given, now);
  if ("refused" in answer) assert.fail(answer.refused);
  return answer;
};
const refusal = (text: string) => {
  const answer = readPayload(text, listening, now);
  return "refused" in answer ? answer.refused : assert.fail("it was read");
};
const subjects = ({ wakes }: ReadPayload) => wakes.map(({ subject, lane }) => [subject, lane ?? "live"].join(" "));

test("the mapping says which fields are opt-outs, and of what", async () => {
  const { mapping } = (await loadEngine()).compile(
    "crm: hubspot\nfield_mapping:\n  - {penguinmails_field: unsubscribed, crm_field: hs_email_optout}\n",
  );
  assert.ok(mapping);
  const { topics, object } = listeningOf(mapping, "crm: hubspot\nobject: Lead\n");
  assert.deepEqual([topics.hs_email_optout, object], ["unsubscribed", "Lead"]);
  assert.equal(listeningOf(mapping, '{"object": "Lead"}').object, "Lead");
  assert.equal(listeningOf(mapping, "crm: hubspot").object, "Contact");
});

test("a delivery of HubSpot: who is looked at, who opted out, who is forgotten, what is left alone", () => {
  const event = (subscriptionType: string, objectId: number, more: object = {}) => ({
    portalId: 1,
    eventId: 7,
    subscriptionType,
    objectId,
    ...more,
  });
  const optOut = { propertyName: "hs_email_optout", propertyValue: "true", occurredAt: 1_700_000_000_000 };
  const answer = read(
    JSON.stringify([
      event("contact.propertyChange", 5, { propertyName: "email", propertyValue: "a@example.org" }),
      event("contact.propertyChange", 6, optOut),
      event("contact.privacyDeletion", 7),
      event("company.creation", 8),
    ]),
  );
  assert.deepEqual(subjects(answer), ["crm:5 live", "crm:6 consent", "crm:7 consent"]);
  assert.deepEqual(answer.optOuts, [
    { crmId: "6", topic: "unsubscribed", since: "2023-11-14T22:13:20.000Z", source: "hubspot" },
  ]);
  assert.deepEqual([answer.privacy, answer.other], [["7"], 1]);
});

test("a change event of Salesforce, and an Outbound Message of whichever organisation", () => {
  const header = {
    entityName: "Contact",
    changeType: "UPDATE",
    transactionKey: "t",
    sequenceNumber: 1,
    commitTimestamp: now,
    recordIds: ["0035e000003AbCdAAK"],
  };
  const change = read(JSON.stringify({ data: { payload: { ChangeEventHeader: header, HasOptedOutOfEmail: true } } }));
  assert.deepEqual([change.from, change.optOuts.length, change.wakes.length], ["A change event of Salesforce", 1, 1]);
  const gap = read(JSON.stringify({ ChangeEventHeader: { ...header, changeType: "GAP_OVERFLOW" } }));
  assert.deepEqual(subjects(gap), ["run:reconcile bulk"]);
  const message = `<Envelope><Body><notifications><OrganizationId>00D5e000000abcd</OrganizationId><ActionId>04k5e000000abcd</ActionId>
    <Notification><Id>04l5e000000abcd</Id><sObject xsi:type="sf:Contact"><sf:Id>0035e000003AbCd</sf:Id><sf:HasOptedOutOfEmail>true</sf:HasOptedOutOfEmail></sObject></Notification>
    </notifications></Body></Envelope>`;
  const { from, optOuts } = read(message);
  assert.deepEqual([from, optOuts.map(({ topic }) => topic)], ["An Outbound Message of Salesforce", ["unsubscribed"]]);
});

test("what the service would refuse is refused, and why", () => {
  assert.match(refusal("{"), /no JSON/);
  assert.match(refusal("{}"), /none of the deliveries/);
  assert.match(refusal("[7]"), /none of the deliveries/);
  assert.match(refusal("<!DOCTYPE x><x/>"), /document type/);
  assert.match(refusal("<x>"), /none of the deliveries|no XML/);
  assert.match(refusal(`[${" ".repeat(1 << 20)}]`), /larger/);
});

const real = [
  ["hs-webhook-contact-creation.json", listening],
  ["hs-webhook-propertychange-user-sensitive.json", listening],
  ["sf-cdc-cometd-envelope-update.json", { ...listening, object: "Expense__c" }],
] as const;
for (const [name, given] of real) {
  test(`a real one is read: ${name}`, { skip: !existsSync(join(samples, name)) }, () => {
    const { events, wakes } = read(readFileSync(join(samples, name), "utf8"), given);
    assert.ok(events.length > 0 && wakes.length > 0);
  });
}
