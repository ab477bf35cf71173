import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import fc from "fast-check";
import { encode } from "../../bindings/package/encode.js";
import { compiled, failing, text, utf8 } from "./support.js";

const engine = await loadEngine();
const mapping = compiled(engine);

test("a record goes to the CRM and comes back", () => {
  const local = { email: "ada@example.org", old_number: 7, note: "call", extra: { a: [1, null, true] } };
  const crm = { Email: "ada@example.org", Old_Number__c: 7, Description: "call", Extra__c: { a: [1, null, true] } };
  assert.deepEqual(mapping.toCrm(local).record, crm);
  assert.deepEqual(mapping.fromCrm(crm).record, local);
});

test("fields say what became of each entry, also when the record has a field of that name", () => {
  const plain = mapping.toCrm({ email: "ada@example.org" });
  assert.deepEqual(
    plain.fields.map(({ id, intent }) => [id, intent]),
    [
      ["email", "set"],
      ["old_number", "skip"],
      ["note", "skip"],
      ["extra", "skip"],
    ],
  );
  assert.equal(plain.fields, plain.fields, "parsed once");
  const awkward = { extra: { x: 1, fields: [{ y: ',"fields":[' }] } };
  for (const context of [{}, { includeValues: true }]) {
    const mapped = mapping.toCrm(awkward, context);
    assert.deepEqual(mapped.record, { Extra__c: awkward.extra });
    assert.equal(mapped.fields.length, 4);
  }
});

test("integers beyond 2^53 survive as bigint", () => {
  const id = 12345678901234567890n;
  assert.deepEqual(mapping.toCrm({ old_number: id, extra: [-id] }).record, { Old_Number__c: id, Extra__c: [-id] });
  assert.equal(text(mapping.mapMany("to_crm", utf8(`{"old_number":${id}}`))).trim(), `{"Old_Number__c":${id}}`);
});

test("objects and bytes give the same answers", () => {
  const record = fc.record(
    {
      email: fc.string({ unit: "grapheme" }),
      old_number: fc.bigInt(),
      note: fc.string(),
      extra: fc.jsonValue({ maxDepth: 3 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(record, (local) => {
      const trace = mapping.mapMany("to_crm", utf8(encode(local, "record")), { trace: true });
      const { record, fields } = mapping.toCrm(local);
      assert.equal(text(trace), `${encode({ record, fields }, "mapped")}\n`);
    }),
    { numRuns: 200 },
  );
});

test("many records: a bad one is an error line, the others are mapped", () => {
  const lines = text(mapping.mapMany("to_crm", utf8('{"email":"a@b.c"}\n\n{"email":\n{"old_number":2}')))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, 3);
  assert.deepEqual(lines[0], { Email: "a@b.c" });
  assert.equal(lines[1].index, 1);
  assert.equal(lines[1].error.code, "JSN003");
  assert.deepEqual(lines[2], { Old_Number__c: 2 });
});

test("the output goes into the caller's memory where it fits", () => {
  const records = utf8('{"email":"a@b.c"}\n{"old_number":2}');
  const pair = utf8('{"local":{"record":{"email":"a@b.c"}},"crm":null,"base":null,"now":"2026-03-01T12:00:00Z"}');
  const calls: ((into?: Uint8Array) => Uint8Array)[] = [
    (into) => mapping.mapMany("to_crm", records, {}, into),
    (into) => mapping.resolveMany(pair, {}, into),
  ];
  for (const call of calls) {
    const fresh = call();
    for (const room of [fresh.length, fresh.length + 100]) {
      const into = new Uint8Array(room + 8).fill(7).subarray(4, 4 + room);
      const output = call(into);
      assert.deepEqual(output, fresh);
      assert.equal(output.buffer, into.buffer);
      assert.equal(output.byteOffset, into.byteOffset);
      const others = new Uint8Array(into.buffer).filter((_, at) => at < 4 || at >= 4 + fresh.length);
      assert.ok(
        others.every((byte) => byte === 7),
        "nothing else is touched",
      );
    }
    const small = new Uint8Array(fresh.length - 1);
    assert.deepEqual(call(small), fresh);
    assert.ok(
      small.every((byte) => byte === 0),
      "what is too small is left alone",
    );
  }
});

test("a lone surrogate is refused, not respelt", () => {
  assert.throws(() => mapping.toCrm({ email: "a\ud800b" }), failing("JSN006"));
  assert.deepEqual(mapping.toCrm({ email: "a\ud83d\ude00b" }).record, { Email: "a😀b" });
});

const bad: Record<string, [unknown, string]> = {
  "a list": [[], "JSN010"],
  "a string": ["x", "JSN010"],
  null: [null, "JSN010"],
  "more than 32 MB": [{ note: "x".repeat(50_000_000) }, "JSN005"],
};
for (const [name, [record, code]] of Object.entries(bad)) {
  test(`a record that is ${name} is a coded error, and the next call works`, () => {
    assert.throws(() => mapping.toCrm(record as object), failing(code));
    assert.deepEqual(mapping.toCrm({ old_number: 1 }).record, { Old_Number__c: 1 });
  });
}

test("ten thousand levels in bytes are a coded error, and the next call works", () => {
  const deep = utf8(`{"extra":${"[".repeat(10_000)}${"]".repeat(10_000)}}`);
  assert.equal(JSON.parse(text(mapping.mapMany("to_crm", deep))).error.code, "JSN004");
  assert.deepEqual(mapping.toCrm({ old_number: 1 }).record, { Old_Number__c: 1 });
});

test("wrong arguments are coded errors", () => {
  const anything = (value: unknown) => value as never;
  assert.throws(() => mapping.mapMany(anything("sideways"), utf8("{}")), failing("API004", /sideways/));
  assert.throws(() => mapping.mapMany(anything("toString"), utf8("{}")), failing("API004"));
  assert.throws(() => mapping.mapMany("to_crm", anything("{}")), failing("API006"));
  assert.throws(() => mapping.resolveMany(anything([])), failing("API006"));
  assert.throws(() => mapping.mapMany("to_crm", utf8("{}"), {}, anything([])), failing("API006"));
  assert.throws(() => mapping.resolveMany(utf8("{}"), {}, anything(new ArrayBuffer(9))), failing("API006"));
  assert.throws(() => mapping.toCrm({}, { now: anything(1) }), failing("API004"));
  assert.throws(() => mapping.toCrm({}, anything({ tomorrow: true })), failing("API004"));
});
