/** Writing: conditions, partial failures in their order, duplicates, locks, lost answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CrmUnavailable, type CrmWrite } from "../../../web/service/crm/client.js";
import { type Asked, json } from "../crm/support.js";
import * as sf from "./support.js";

const { contact, create, errors, other, ourself, part, query, row, rows, salesforce, seen, subrequests, update } = sf;

/** Answers Composite by the statuses of the writes, in their order, and with what the look finds. */
const composite = (asked: Asked, statuses: (number | [number, unknown])[], records: object[]) =>
  json({
    compositeResponse: subrequests(asked).map(({ referenceId }, index, { length }) => {
      if (index === length - 1) return part(referenceId, 200, { done: true, records });
      const status = statuses[index] ?? 204;
      return Array.isArray(status) ? part(referenceId, ...status) : part(referenceId, status);
    }),
  });
/** The first read tells a client what time it is there. */
const acquainted = async (made: ReturnType<typeof salesforce>) => {
  await made.client.list(null);
  made.asked.length = 0;
  return made;
};
const isList = (asked: Asked) => asked.method === "GET" && query(asked).includes("ORDER BY Id LIMIT");
const isComposite = ({ path }: Asked) => path.endsWith("/composite");

test("24 updates go in one call, each on its condition, and what they left is in the same answer", async () => {
  const left = { LastModifiedDate: "2026-03-01T10:00:00.000+0000", Phone: "+1 (0)" };
  const made = await acquainted(
    salesforce((asked) =>
      isList(asked)
        ? rows([])
        : composite(
            asked,
            [],
            Array.from({ length: 25 }, (_, index) => row(index, left)),
          ),
    ),
  );
  const writes = Array.from({ length: 25 }, (_, index) => update(index, { Phone: "+10" }));
  const answers = await made.client.write(writes);
  assert.deepEqual(
    made.asked.map((one) => subrequests(one).length),
    [25, 2],
  );
  assert.deepEqual(subrequests(made.asked[0] as Asked)[0], {
    method: "PATCH",
    url: `/services/data/v66.0/sobjects/Contact/${contact(0)}`,
    referenceId: "w0",
    httpHeaders: { "If-Unmodified-Since": "Sun, 01 Mar 2026 09:00:00 GMT" },
    body: { Phone: "+10" },
  });
  const look = new URL(subrequests(made.asked[1] as Asked)[1]?.url ?? "", "https://x").searchParams.get("q");
  assert.equal(
    look,
    "SELECT Phone,Id,SystemModstamp,LastModifiedDate,LastModifiedById,IsDeleted,MasterRecordId " +
      `FROM Contact WHERE Id IN ('${contact(24)}')`,
  );
  assert.deepEqual(
    answers.map(({ ref }) => ref),
    writes.map(({ ref }) => ref),
  );
  assert.deepEqual(answers[3], {
    ref: "u3",
    state: "written",
    id: contact(3),
    record: { Phone: "+1 (0)" },
    updatedAt: "2026-03-01T10:00:00.000+00:00",
  });
});

test("partial failures go to the writes that they are of", async () => {
  const failure = (errorCode: string, fields: string[] = []) => [{ errorCode, message: "zq canary", fields }];
  const made = await acquainted(
    salesforce((asked) =>
      isList(asked)
        ? rows([])
        : composite(
            asked,
            [
              [412, failure("PRECONDITION_FAILED")],
              204,
              [404, failure("ENTITY_IS_DELETED")],
              [400, failure("UNABLE_TO_LOCK_ROW")],
              [400, failure("REQUIRED_FIELD_MISSING", ["LastName"])],
              [400, failure("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["Level__c"])],
              [500, failure("UNKNOWN_EXCEPTION")],
            ],
            [row(1, { Phone: "1" })],
          ),
    ),
  );
  const answers = await made.client.write(Array.from({ length: 7 }, (_, index) => update(index, { Phone: "1" })));
  assert.deepEqual(
    answers.map((answer) => [answer.ref, answer.state, "fields" in answer ? answer.fields : null]),
    [
      ["u0", "changed", null],
      ["u1", "written", null],
      ["u2", "gone", null],
      ["u3", "later", null],
      ["u4", "refused", ["LastName"]],
      ["u5", "refused", ["Level__c"]],
      ["u6", "unknown", null],
    ],
  );
  assert.doesNotMatch(JSON.stringify(answers), /canary/);
});

test("what somebody changed right after our write is not taken for what it left", async () => {
  const made = await acquainted(
    salesforce((asked) =>
      isList(asked) ? rows([]) : composite(asked, [], [row(1, { Phone: "theirs", LastModifiedById: other })]),
    ),
  );
  const [answer] = await made.client.write([update(1, { Phone: "ours" })]);
  assert.deepEqual(answer, { ref: "u1", state: "written", id: contact(1), record: { Phone: "ours" }, updatedAt: null });
});

test("a look that fails is made good by another; without one, what was sent stands", async () => {
  for (const [later, record] of [
    [() => rows([row(1, { Phone: "kept" })]), { Phone: "kept" }],
    [() => errors(500, "UNKNOWN_EXCEPTION"), { Phone: "sent" }],
  ] as const) {
    const made = await acquainted(
      salesforce((asked) => {
        if (isList(asked)) return rows([]);
        if (!isComposite(asked)) return later();
        const [first] = subrequests(asked);
        const failed = [{ errorCode: "INVALID_FIELD", message: "No such column 'X' on entity 'Contact'" }];
        return json({ compositeResponse: [part(first?.referenceId ?? "", 204), part("look", 400, failed)] });
      }),
    );
    const [answer] = await made.client.write([update(1, { Phone: "sent" })]);
    assert.ok(answer?.state === "written");
    assert.deepEqual(answer.record, record);
  }
});

test("a record that changed in the second it was read in waits until that second is over", async () => {
  const changed = "2026-03-01T10:00:00.000+0000";
  const wait = seen({ Phone: "0" }, "2026-03-01T10:00:00.000+00:00");
  const made = salesforce((asked) =>
    isComposite(asked)
      ? composite(asked, [], [row(1, { Phone: "1" })])
      : rows([row(1, { Phone: "0", LastModifiedDate: changed })]),
  );
  const write = update(1, { Phone: "1" }, { seen: { ...wait, readAt: made.clock.now() } });
  const [first] = await made.client.write([write]);
  assert.deepEqual(first, { ref: "u1", state: "later", after: 1_200, why: "changed a moment ago" });
  made.clock.time += 1_999;
  assert.equal((await made.client.write([write]))[0]?.state, "later");
  made.clock.time += 1;
  assert.ok(!made.asked.some(isComposite));
  assert.equal((await made.client.write([write]))[0]?.state, "written");
  assert.deepEqual(made.asked.map(isComposite), [false, false, false, true]);
  const [patch] = subrequests(made.asked[3] as Asked);
  assert.equal(patch?.httpHeaders?.["If-Unmodified-Since"], "Sun, 01 Mar 2026 10:00:00 GMT");
});

test("it is the second of Salesforce's clock, not of ours", async () => {
  const behind = salesforce(
    (asked) => (isComposite(asked) ? composite(asked, [], [row(1)]) : rows([row(1, { Phone: "0" })])),
    { aheadBy: -3_600_000 },
  );
  await acquainted(behind);
  // Read at 10:00 of ours, which is 9:00 of theirs: the very second of the last change.
  const write = update(1, { Phone: "1" }, { seen: { ...seen({ Phone: "0" }), readAt: behind.clock.now() } });
  assert.equal((await behind.client.write([write]))[0]?.state, "later");
  assert.ok(!behind.asked.some(isComposite));
});

test("an edit in that same second is seen by its values", async () => {
  const made = salesforce((asked) =>
    isComposite(asked) ? composite(asked, [], []) : rows([row(1, { Phone: "theirs" }), row(2, { Phone: "0" })]),
  );
  const at = { seen: seen({ Phone: "0" }) };
  const answers = await made.client.write([update(1, { Phone: "1" }, at), update(2, { Phone: "1" }, at)]);
  assert.deepEqual(
    answers.map(({ state }) => state),
    ["changed", "written"],
  );
  assert.equal(subrequests(made.asked[1] as Asked).length, 2);
});

test("an opt-out is written as an update is", async () => {
  const made = await acquainted(
    salesforce((asked) => (isList(asked) ? rows([]) : composite(asked, [], [row(1, { HasOptedOutOfEmail: true })]))),
  );
  const values = { HasOptedOutOfEmail: true };
  const consent = { ref: "a", kind: "consent", id: contact(1), email: "a@example.org", values, seen: seen() } as const;
  const [written] = await made.client.write([consent]);
  assert.ok(written?.state === "written" && written.record.HasOptedOutOfEmail === true);
  assert.deepEqual(subrequests(made.asked[0] as Asked)[0]?.body, values);
  assert.deepEqual(made.client.consentFields, []);
});

test("creates are upserts by our key, answered in their order, and read back", async () => {
  const made = salesforce((asked) => {
    if (asked.method === "GET") return rows([row(2, { LastName: "Trimmed" })]);
    return json([
      { success: false, errors: [{ statusCode: "REQUIRED_FIELD_MISSING", message: "zq", fields: ["LastName"] }] },
      { id: contact(2).slice(0, 15), success: true, errors: [], created: true },
      { success: false, errors: [{ statusCode: "UNABLE_TO_LOCK_ROW", message: "zq", fields: [] }] },
      {
        success: false,
        errors: [{ statusCode: "DUPLICATE_EXTERNAL_ID", message: "zq", fields: ["PenguinMails_Id__c"] }],
      },
    ]);
  });
  const writes = [create(1, {}), create(2, { LastName: "Trimmed " }), create(3), create(4)];
  const answers = await made.client.write(writes);
  assert.deepEqual(
    answers.map(({ ref, state }) => [ref, state]),
    [
      ["c1", "refused"],
      ["c2", "written"],
      ["c3", "later"],
      ["c4", "refused"],
    ],
  );
  const [, written] = answers;
  assert.ok(written?.state === "written");
  assert.deepEqual([written.id, written.record], [contact(2), { LastName: "Trimmed" }]);
  const [asked] = made.asked;
  assert.deepEqual(
    [asked?.method, asked?.path],
    ["PATCH", "/services/data/v66.0/composite/sobjects/Contact/PenguinMails_Id__c"],
  );
  assert.match(asked?.headers.get("sforce-duplicate-rule-header") ?? "", /includeRecordDetails=true/);
  const sent = JSON.parse(asked?.body ?? "");
  assert.equal(sent.allOrNone, false);
  assert.deepEqual(sent.records[1], {
    attributes: { type: "Contact" },
    LastName: "Trimmed ",
    PenguinMails_Id__c: "key-2",
  });
});

test("201 creates are two calls, and integers beyond 2^53 are sent as they are", async () => {
  const { client, asked } = salesforce((request) => {
    if (request.method === "GET") return rows([]);
    const { length } = [...request.body.matchAll(/"attributes"/g)];
    return json(Array.from({ length }, (_, index) => ({ id: contact(index), success: true, errors: [] })));
  });
  const answers = await client.write(
    Array.from({ length: 201 }, (_, index) => create(index, { Big__c: 9007199254740993n })),
  );
  assert.ok(answers.every(({ state }) => state === "written"));
  assert.deepEqual(
    asked.map(({ method }) => method),
    ["PATCH", "GET", "PATCH", "GET"],
  );
  assert.match(asked[0]?.body ?? "", /"Big__c":9007199254740993,/);
});

test("a duplicate is somebody's address, or nothing that another look would change", async () => {
  const matched = (...ids: string[]) => ({
    statusCode: "DUPLICATES_DETECTED",
    message: "Use one of these records?",
    duplicateResult: { matchResults: [{ matchRecords: ids.map((Id) => ({ record: { Id } })) }] },
  });
  const result = (error: object) => ({ success: false, errors: [error] });
  const { client, asked } = salesforce((request) => {
    if (request.method === "GET") {
      return rows([
        row(1, { Email: "one@example.org" }),
        row(2, { Email: "two@example.org" }),
        row(3, { Email: "two@example.org" }),
      ]);
    }
    return json([
      result(matched()),
      result(matched(contact(3).slice(0, 15))),
      result(matched()),
      result(matched(contact(9))),
      result(matched()),
    ]);
  });
  const emails = ["ONE@example.org", "two@example.org", "two@example.org", "namesake@example.org", null];
  const answers = await client.write(emails.map((Email, index) => create(index, { LastName: "A", Email })));
  assert.deepEqual(
    answers.map((answer) => [answer.state, "holder" in answer ? answer.holder : undefined]),
    [
      ["exists", contact(1)],
      ["exists", contact(3)],
      ["exists", null],
      ["refused", undefined],
      ["refused", undefined],
    ],
  );
  assert.equal(asked.length, 2);
});

test("a call that is refused as a whole does not take the others with it", async () => {
  const { client } = salesforce((request) => {
    if (request.method === "GET") return rows([]);
    if (request.body.includes("poison")) return errors(400, "JSON_PARSER_ERROR", "zq");
    const keys = [...request.body.matchAll(/"key-(\d+)"/g)].map(([, key]) => Number(key));
    return json(keys.map((key) => ({ id: contact(key), success: true, errors: [] })));
  });
  const writes = Array.from({ length: 9 }, (_, index) => create(index, { LastName: index === 6 ? "poison" : "A" }));
  const answers = await client.write(writes);
  assert.deepEqual(
    answers.map(({ state }) => state === "written"),
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((one) => one !== 6),
  );
  assert.ok(answers.every((answer, index) => answer.state !== "written" || answer.id === contact(index)));
  assert.ok(answers[6]?.state === "refused" && answers[6].code === "JSON_PARSER_ERROR");
});

test("a lost answer leaves the outcome open; what was never sent waits", async () => {
  for (const lost of [
    () => Promise.reject(new TypeError("fetch failed")),
    () => new Response("[]", { status: 503 }),
    () => new Response("not json"),
    () => json({ compositeResponse: [] }),
  ]) {
    const made = await acquainted(salesforce((asked) => (isList(asked) ? rows([]) : lost())));
    const answers = await made.client.write([update(1, { Phone: "1" }), update(2, { Phone: "1" })]);
    assert.deepEqual(
      answers.map(({ state }) => state),
      ["unknown", "unknown"],
    );
    assert.equal(made.asked.length, 1, "never sent again on suspicion");
  }
  const short = [{ id: contact(1), success: true, errors: [] }];
  const creates = await salesforce(() => json(short)).client.write([create(1), create(2)]);
  assert.deepEqual(
    creates.map(({ state }) => state),
    ["unknown", "unknown"],
  );

  const limit = () => errors(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
  const before = await acquainted(salesforce((asked) => (isList(asked) ? rows([]) : limit())));
  await assert.rejects(before.client.write([update(1, { Phone: "1" })]), (error) => {
    return error instanceof CrmUnavailable && error.kind === "later" && error.after === 900_000;
  });
  let calls = 0;
  const between = await acquainted(
    salesforce((asked) => (isList(asked) ? rows([]) : calls++ > 0 ? limit() : composite(asked, [], []))),
  );
  const answers = await between.client.write(Array.from({ length: 30 }, (_, index) => update(index, { Phone: "1" })));
  assert.deepEqual(
    answers.map(({ state }) => state),
    [...Array(24).fill("written"), ...Array(6).fill("later")],
  );
  assert.ok(answers[29]?.state === "later" && answers[29].after === 900_000);
});

test("an object or a key field that is not there is about no record", async () => {
  const { client } = salesforce(() => errors(404, "NOT_FOUND", "The requested resource does not exist"));
  await assert.rejects(
    client.write([create(1)]),
    (error) => error instanceof CrmUnavailable && error.kind === "broken",
  );
});

test("deletions compare first, for those who ask to be forgotten too", async () => {
  const { client, asked } = salesforce((request) => {
    if (request.method === "GET") {
      return rows([
        row(1, { Email: "a" }),
        row(2, { Email: "edited" }),
        row(3, { Email: "a", LastModifiedDate: "2026-03-01T09:59:00.000+0000" }),
        row(4, { IsDeleted: true }),
        row(6, { Email: "a" }),
        row(7, { IsDeleted: true, MasterRecordId: contact(1) }),
      ]);
    }
    return json([
      { id: contact(1), success: true, errors: [] },
      { id: contact(6), success: false, errors: [{ statusCode: "DELETE_FAILED", message: "zq", fields: [] }] },
    ]);
  });
  const gone = (number: number): CrmWrite => {
    return {
      ref: `d${number}`,
      kind: "delete",
      id: contact(number),
      seen: seen({ Email: "a" }),
      privacy: number === 1,
    };
  };
  const answers = await client.write([1, 2, 3, 4, 5, 6, 7].map(gone));
  assert.deepEqual(
    answers.map(({ ref, state }) => [ref, state]),
    [
      ["d1", "written"],
      ["d2", "changed"],
      ["d3", "changed"],
      ["d4", "gone"],
      ["d5", "gone"],
      ["d6", "refused"],
      ["d7", "gone"],
    ],
  );
  assert.equal(asked[1]?.method, "DELETE");
  assert.equal(asked[1]?.url.searchParams.get("ids"), `${contact(1)},${contact(6)}`);
});

test("answers stand in the order of the writes, whatever kinds they are of", async () => {
  const made = salesforce((asked) => {
    if (isComposite(asked)) return composite(asked, [], []);
    if (asked.method === "PATCH") return json([{ id: contact(5), success: true, errors: [] }]);
    if (asked.method === "DELETE") return json([{ id: contact(6), success: true, errors: [] }]);
    return rows([row(1), row(6)]);
  });
  const removal: CrmWrite = { ref: "d6", kind: "delete", id: contact(6), seen: seen(), privacy: false };
  const answers = await made.client.write([removal, create(5), update(1, { Phone: "1" })]);
  assert.deepEqual(
    answers.map(({ ref, state }) => [ref, state]),
    [
      ["d6", "written"],
      ["c5", "written"],
      ["u1", "written"],
    ],
  );
});

test("lost answers are looked up: ours, theirs, not taken, gone", async () => {
  const later = "2026-03-01T09:59:00.000+0000";
  const { client } = salesforce((asked) =>
    query(asked).includes("PenguinMails_Id__c IN")
      ? rows([row(9, { PenguinMails_Id__c: "key-9", LastName: "A", Phone: null })])
      : rows([
          row(1, { LastModifiedDate: later, Phone: "1", Born__c: "2026-01-01T00:00:00.000+0000" }),
          row(2, { LastModifiedDate: later, LastModifiedById: other, Phone: "1", Born__c: null }),
          row(3, { Phone: "1", Born__c: null }),
          row(4, { LastModifiedDate: later, Phone: "2", Born__c: null }),
          row(5, { IsDeleted: true }),
          row(6, { LastModifiedDate: later, Phone: "1", Born__c: null }),
        ]),
  );
  const removal = (number: number): CrmWrite => {
    return { ref: `d${number}`, kind: "delete", id: contact(number), seen: seen(), privacy: false };
  };
  const writes = [
    update(1, { Phone: "1", Born__c: "2026-01-01T00:00:00Z" }),
    update(2, { Phone: "1" }),
    update(3, { Phone: "1" }),
    update(4, { Phone: "1" }),
    update(5, { Phone: "1" }),
    update(6, { Phone: "1" }, { seen: seen({}, null) }),
    update(7, { Phone: "1" }),
    removal(5),
    removal(6),
    create(9),
    create(10),
  ];
  const answers = await client.lookUp(writes, ["Phone", "LastName"]);
  assert.deepEqual(
    answers.map(({ ref, state }) => [ref, state]),
    [
      ["u1", "written"],
      ["u2", "changed"],
      ["u3", "changed"],
      ["u4", "changed"],
      ["u5", "gone"],
      ["u6", "changed"],
      ["u7", "gone"],
      ["d5", "written"],
      ["d6", "changed"],
      ["c9", "written"],
      ["c10", "later"],
    ],
  );
  // Whoever has put it there: what was sent stands there.
  const holds = answers.slice(1, 4).map((answer) => answer.state === "changed" && answer.holds);
  assert.deepEqual(holds, [{ Phone: "1" }, { Phone: "1" }, {}]);
  assert.ok(answers[10]?.state === "later" && answers[10].after === 0);
  assert.ok(answers[9]?.state === "written" && answers[9].id === contact(9) && answers[9].record.LastName === "A");
  // What was edited since a create is no re-spelling of it.
  const edited = row(9, { PenguinMails_Id__c: "key-9", LastName: "B", LastModifiedById: other });
  const [made] = await salesforce(() => rows([edited])).client.lookUp([create(9)], ["LastName"]);
  assert.equal(made?.state === "written" && made.record.LastName, "A");
  const strangers = salesforce(() => rows([row(1, { LastModifiedDate: later, Phone: "1" })]), { ourself: null });
  assert.equal((await strangers.client.lookUp([update(1, { Phone: "1" })], []))[0]?.state, "changed");
  assert.notEqual(ourself, other);
});
