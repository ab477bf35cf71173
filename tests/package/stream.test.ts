import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import fc from "fast-check";
import { StreamWord } from "../../bindings/package/boundary.js";
import { recordStream } from "../../bindings/package/stream.js";
import { compiled, failing, text, utf8 } from "./support.js";

const engine = await loadEngine();
const mapping = compiled(engine);

type Through = TransformStream<Uint8Array, Uint8Array>;

/** What comes out of the stream when these go in, as UTF-8. */
async function joined(through: Through, chunks: Iterable<Uint8Array>): Promise<string> {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const reader = source.pipeThrough(through).getReader();
  const given: Uint8Array[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) given.push(next.value);
  return text(Buffer.concat(given));
}

/** The bytes in pieces that end at these places. */
function cutAt(bytes: Uint8Array, ends: readonly number[]): Uint8Array[] {
  const places = [0, ...[...ends].sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

const lines = [
  '{"email":"ada@example.org","extra":{"a":[1,"\\ud83d\\ude00",null]}}',
  '{"email":"ü€😀","note":"line\\nend"}',
  "",
  "  \t",
  '{"email":}',
  "[1]",
  '{"old_number":12345678901234567890}\r',
  '{"email":"\ud83d',
];
const batches = [
  lines.join("\n"),
  `${lines.join("\n")}\n`,
  `[${lines.slice(0, 2).join(" ,\n")}]\n`,
  "[{},{]",
  "[]",
  "",
];

test("a stream gives the bytes of the whole wherever its chunks end", async () => {
  for (const batch of batches.map(utf8)) {
    const expected = text(mapping.mapMany("to_crm", batch, { trace: true }));
    for (let cut = 0; cut <= batch.length; cut++) {
      assert.equal(await joined(mapping.mapStream("to_crm", { trace: true }), cutAt(batch, [cut])), expected);
    }
    const bytes = Array.from(batch, (byte) => Uint8Array.of(byte));
    assert.equal(await joined(mapping.mapStream("to_crm", { trace: true }), bytes), expected);
  }
});

test("any batch in any pieces", async () => {
  const batch = fc.array(fc.oneof(fc.json(), fc.constantFrom(...lines)), { maxLength: 6 });
  const form = fc.constantFrom<(parts: string[]) => string>(
    (parts) => parts.join("\n"),
    (parts) => `[${parts.join()}]`,
  );
  await fc.assert(
    fc.asyncProperty(batch, form, fc.array(fc.nat()), async (parts, write, numbers) => {
      const bytes = utf8(write(parts));
      const chunks = cutAt(
        bytes,
        numbers.map((number) => number % (bytes.length + 1)),
      );
      assert.equal(await joined(mapping.mapStream("to_crm"), chunks), text(mapping.mapMany("to_crm", bytes)));
    }),
    { numRuns: 300 },
  );
});

test("decisions stream the same way", async () => {
  const pair = (email: string) =>
    JSON.stringify({ local: { record: { email } }, crm: { record: { Email: "b@x.org" } } });
  const pairs = utf8([pair("a@x.org"), "{", pair("c@x.org")].join("\n"));
  const expected = text(mapping.resolveMany(pairs));
  assert.match(expected, /"index":1\}/);
  for (let cut = 0; cut <= pairs.length; cut++)
    assert.equal(await joined(mapping.resolveStream(), cutAt(pairs, [cut])), expected);
});

test("errors say which record of the stream, and where in it", async () => {
  const good = `${'{"email":"a@example.org"}\n'.repeat(40_000)}`;
  const given = await joined(mapping.mapStream("to_crm"), [utf8(`${good}{"email":"ü" 1}\n{}\n`)]);
  const [error, last] = given.trim().split("\n").slice(-2);
  assert.equal(last, "{}");
  const { error: diagnostic, index } = JSON.parse(error as string);
  assert.deepEqual([diagnostic.code, diagnostic.line, diagnostic.column, index], ["JSN001", 40_001, 14, 40_000]);
});

test("what is whole comes before the next chunk does", async () => {
  for (const chunks of [
    ['{"email":"a"}\n{"em', 'ail":"b"}\n'],
    ['[{"email":"a"},{"em', 'ail":"b"}'],
  ]) {
    const { readable, writable } = mapping.mapStream("to_crm");
    const [writer, reader] = [writable.getWriter(), readable.getReader()];
    for (const [i, email] of ["a", "b"].entries()) {
      void writer.write(utf8(chunks[i] as string));
      assert.equal(text((await reader.read()).value as Uint8Array), `{"Email":"${email}"}\n`);
    }
    void writer.close();
    await reader.read();
  }
});

test("a record of many chunks is not looked through again with each", async () => {
  let looks = 0;
  const through = recordStream((parts, place) => {
    looks += 1;
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    place[StreamWord.taken] = place[StreamWord.last] === 1 ? size : 0;
    return new Uint8Array(place[StreamWord.taken] as number).fill(0x20);
  });
  const chunks = Array.from({ length: 3000 }, () => utf8("x".repeat(1000)));
  assert.equal((await joined(through, chunks)).length, 3_000_000);
  assert.ok(looks < 100, `${looks} times`);
});

test("normalisers and tables serve a stream as they serve a call", async () => {
  const file = `
crm: salesforce
field_mapping:
  - {crm_field: Phone, penguinmails_field: phone, normalize: [trim, phone_e164], phone_region: DE}
  - {crm_field: OwnerId, penguinmails_field: owner, lookup: {object: User, by: Email}}
`;
  const prepared = await loadEngine();
  await prepared.prepare(file);
  const own = compiled(prepared, file);
  const records = utf8('{"phone":" 030 1234567","owner":"ada@example.org"}\n{"phone":"030 7654321"}\n');
  const context = { lookups: { User: { Email: { "ada@example.org": "005000000000001AAA" } } } };
  const expected = text(own.mapMany("to_crm", records, context));
  assert.match(expected, /\+49301234567.*005000000000001AAA.*\n.*\+49307654321/);
  for (let cut = 0; cut <= records.length; cut++)
    assert.equal(await joined(own.mapStream("to_crm", context), cutAt(records, [cut])), expected);
});

test("what is no bytes, a mapping that was disposed and a wrong direction end in coded errors", async () => {
  const own = compiled(engine);
  await assert.rejects(joined(own.mapStream("to_crm"), ["{}" as unknown as Uint8Array]), failing("API006"));
  assert.throws(() => own.mapStream("up" as "to_crm"), failing("API004"));
  const stream = own.mapStream("to_crm");
  own.dispose();
  await assert.rejects(joined(stream, [utf8("{}\n")]), failing("API007"));
  assert.throws(() => own.resolveStream(), failing("API007"));
});

test("a mistake in the context ends the stream with the engine's diagnostic", async () => {
  const stream = mapping.mapStream("to_crm", { now: "yesterday" });
  await assert.rejects(joined(stream, [utf8("{}\n")]), failing("API004"));
});
