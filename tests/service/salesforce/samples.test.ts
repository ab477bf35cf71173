/** Recorded and documented answers and deliveries of Salesforce, where the machine has them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CrmUnavailable, type CrmWritten } from "../../../web/service/crm/client.js";
import { longId } from "../../../web/service/crm/salesforce/ids.js";
import { readChangeEvents } from "../../../web/service/webhooks/salesforce-change-event.js";
import { readOutboundMessage } from "../../../web/service/webhooks/salesforce-outbound-message.js";
import { sample, skip } from "../support.js";
import { contact, create, query, row, rows, salesforce, update } from "./support.js";

const answerOf = (file: string, status: number) => () => new Response(sample(file), { status });
const only = async (written: Promise<CrmWritten[]>) => (await written)[0];

test("sf-401-invalid-session.json: renewed once, then given up", { skip }, async () => {
  const { client, renewals } = salesforce(answerOf("sf-401-invalid-session.json", 401));
  await assert.rejects(client.read([contact(1)], []), (error) => {
    return error instanceof CrmUnavailable && error.kind === "revoked";
  });
  assert.deepEqual(renewals, ["token"]);
});

for (const [file, status, expected] of [
  ["sf-404-entity-is-deleted.json", 404, { state: "gone" }],
  [
    "sf-400-invalid-field-for-upsert.json",
    400,
    { state: "refused", code: "INVALID_FIELD_FOR_INSERT_UPDATE", fields: ["MasterRecordId"] },
  ],
] as const) {
  test(`${file}: of an update`, { skip }, async () => {
    const made = salesforce((asked) => {
      if (!asked.path.endsWith("/composite")) return rows([row(1)]);
      const body: unknown = JSON.parse(sample(file));
      return Response.json({ compositeResponse: [{ referenceId: "w0", httpStatusCode: status, body }] });
    });
    const answer = await only(made.client.write([update(1, { MasterRecordId: null })]));
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(answer?.[name as "state"], value);
    assert.doesNotMatch(JSON.stringify(answer), /Unable to create/);
  });
}

test("sf-collections-create-200.json: created, in their order", { skip }, async () => {
  const { client } = salesforce((asked) =>
    asked.method === "PATCH" ? new Response(sample("sf-collections-create-200.json")) : rows([]),
  );
  const answers = await client.write([create(1), create(2)]);
  assert.deepEqual(
    answers.map((answer) => answer.state === "written" && answer.id),
    ["003ak00000luKU1AAM", "003ak00000luKU2AAM"],
  );
});

test("sf-collections-partial-duplicate.json: one is held by another, the other is created", { skip }, async () => {
  const holder = row(1, { Email: "ada@example.org" });
  const { client } = salesforce((asked) =>
    asked.method === "PATCH" ? new Response(sample("sf-collections-partial-duplicate.json")) : rows([holder]),
  );
  const answers = await client.write([create(1, { Email: "ada@example.org" }), create(2)]);
  assert.deepEqual(answers[0], { ref: "c1", state: "exists", holder: contact(1) });
  assert.ok(answers[1]?.state === "written" && answers[1].id === "003RM0000068xVCYAY");
});

test("sf-collections-allornone-rollback.json and -per-record-errors.json: each refused by its own code", {
  skip,
}, async () => {
  for (const [file, codes] of [
    ["sf-collections-allornone-rollback.json", ["REQUIRED_FIELD_MISSING", "ALL_OR_NONE_OPERATION_ROLLED_BACK"]],
    ["sf-collections-per-record-errors.json", ["MISSING_ARGUMENT", "MISSING_ARGUMENT"]],
  ] as const) {
    const answers = await salesforce(answerOf(file, 200)).client.write([create(1), create(2)]);
    assert.deepEqual(
      answers.map((answer) => answer.state === "refused" && answer.code),
      codes,
    );
  }
});

test("sf-collections-400-empty.json: a call that is refused as a whole", { skip }, async () => {
  const { client, asked } = salesforce(answerOf("sf-collections-400-empty.json", 400));
  const answers = await client.write([create(1), create(2)]);
  assert.deepEqual(
    answers.map((answer) => answer.state === "refused" && answer.code),
    ["REQUIRED_FIELD_MISSING", "REQUIRED_FIELD_MISSING"],
  );
  assert.equal(asked.length, 3, "together, then each alone");
  assert.deepEqual(await client.write([]), []);
  assert.equal(asked.length, 3, "nothing is never sent");
});

test("sf-collections-update-request.json: our creates have the same shape", { skip }, async () => {
  const { client, asked } = salesforce(() => new Response("[]"));
  await client.write([create(1), create(2)]);
  const documented = JSON.parse(sample("sf-collections-update-request.json"));
  const ours = JSON.parse(asked[0]?.body ?? "");
  assert.deepEqual(Object.keys(ours).sort(), Object.keys(documented).sort());
  assert.deepEqual(ours.records[0].attributes, documented.records[0].attributes);
});

test("sf-query-contacts.json: twenty records, without what is beside them", { skip }, async () => {
  const page = JSON.parse(sample("sf-query-contacts.json"));
  for (const record of page.records) record.Id = record.attributes.url.split("/").at(-1);
  const ids: string[] = page.records.map(({ Id }: { Id: string }) => Id);
  const found = await salesforce(() => Response.json(page)).client.read(ids, ["Department", "Description"]);
  assert.equal(found.size, 20);
  for (const [index, id] of ids.entries()) {
    const { Department, Description } = page.records[index];
    assert.deepEqual(found.get(id)?.record, { Department, Description });
  }
});

test("sf-getupdated.json and sf-getdeleted.json: ids, and the earlier of the two times", { skip }, async () => {
  const made = salesforce(
    (asked) => new Response(sample(asked.path.includes("/deleted/") ? "sf-getdeleted.json" : "sf-getupdated.json")),
  );
  made.clock.time = Date.UTC(2018, 9, 20);
  const page = await made.client.changes({ since: "2018-10-01T00:00:00Z" });
  assert.deepEqual(page.ids, ["a00D0000008pQR5IAM", "a00D0000008pQRGIA2", "a00D0000008pQRFIA2"]);
  assert.equal(page.cursor.since, "2018-10-01T00:00:00+00:00", "what is covered already stays so");
  assert.equal(made.asked.map(query).join(""), "");
});

const changed: [file: string, object: string, kind: string, ids: string[]][] = [
  ["sf-cdc-account-create-pubsub.json", "Account", "CREATE", ["0015f00002J9YYEAA3"]],
  ["sf-cdc-cometd-envelope-update.json", "Expense__c", "UPDATE", ["a005e000004y0fBAAQ"]],
  ["sf-cdc-contact-create-kafka.json", "Contact", "CREATE", ["0032X00002QU10JQAT"]],
  ["sf-cdc-contact-update-compound-address.json", "Contact", "UPDATE", ["003bm000016htgPAAQ"]],
  ["sf-cdc-contact-update-compound-name.json", "Contact", "UPDATE", ["003ak00000IiFInAAN"]],
  ["sf-cdc-gap-create.json", "Account", "GAP_CREATE", ["001ZM000001n4n5YAA"]],
  [
    "sf-cdc-merged-3-records-pubsub-raw.json",
    "Account",
    "UPDATE",
    ["0015f00002JUZPDAA5", "0015f00002JUZPXAA5", "0015f00002JUZPcAAP"],
  ],
];
const options = { topics: { HasOptedOutOfEmail: "unsubscribed" }, receivedAt: Date.UTC(2026, 2, 1) };
const bytes = (text: string) => new TextEncoder().encode(text);

for (const [file, object, kind, ids] of changed) {
  test(`${file}: each record is looked at, and of another object's integration none`, { skip }, () => {
    const read = readChangeEvents(bytes(sample(file)), { ...options, object });
    assert.ok("incoming" in read);
    assert.deepEqual(
      read.incoming.wakes,
      ids.map((id) => ({ subject: `crm:${id}` })),
    );
    assert.deepEqual(
      read.incoming.events.map((event) => event.kind),
      ids.map(() => kind),
    );
    const others = readChangeEvents(bytes(sample(file)), { ...options, object: "Lead" });
    assert.ok("incoming" in others && others.other === 1 && others.incoming.wakes.length === 0);
  });
}

test("sf-cdc-gap-overflow.json: everything is looked at", { skip }, () => {
  const read = readChangeEvents(bytes(sample("sf-cdc-gap-overflow.json")), { ...options, object: "Account" });
  assert.ok("incoming" in read);
  assert.deepEqual(read.incoming.wakes, [{ subject: "run:reconcile", lane: "bulk" }]);
});

test("sf-outbound-message-contact.xml: with its ids made unreadable it is refused; with ids it is taken", {
  skip,
}, () => {
  const text = sample("sf-outbound-message-contact.xml");
  const account = longId("00Do00000000001") as string;
  const read = (given: string) => readOutboundMessage(bytes(given), { ...options, object: "Contact", account });
  assert.deepEqual(read(text), { refused: "not-a-delivery" });
  const id = (prefix: string) => longId(`${prefix}${"0".repeat(15 - prefix.length)}`) as string;
  const restored = text
    .replace("00Do0000000xxxxxxx<", `${account}<`)
    .replace("04ko0000000xxxxxxx", id("04k"))
    .replace("04lo0000000xxxxxxx", id("04l"));
  assert.deepEqual(read(restored), { refused: "not-a-delivery" }, "the record's id has 19 characters");
  const taken = read(restored.replace("003o000000xxxxxxxxx", contact(1)));
  assert.ok("incoming" in taken);
  assert.deepEqual(taken.incoming.events, [
    {
      key: `message/${id("04l")}/${contact(1)}`,
      subject: `crm:${contact(1)}`,
      kind: "outbound_message",
      occurredAt: "2014-06-26T00:05:38.000Z",
    },
  ]);
  assert.doesNotMatch(JSON.stringify(taken), /dude|some/);
});

test("sf-outbound-message-ack.xml: an answer is no message", { skip }, () => {
  const account = longId("00Do00000000001") as string;
  const read = readOutboundMessage(bytes(sample("sf-outbound-message-ack.xml")), {
    ...options,
    object: "Contact",
    account,
  });
  assert.deepEqual(read, { refused: "not-a-delivery" });
});
