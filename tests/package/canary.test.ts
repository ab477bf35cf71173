/**
 * One instance serves tenants one after another, and its memory is used again without being wiped. Nothing of the first
 * tenant, whose texts and numbers are a canary, may come out for the second.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CrmSyncError, type Engine, loadEngine, type Mapping } from "@penguinmails/crm-sync";
import { memories } from "./memories.js";
import { compiled, utf8 } from "./support.js";

interface Tenant {
  word: string;
  number: bigint;
}
const first: Tenant = { word: "Zq7X".repeat(40), number: 7193719371937193719n };
/** Finds any eleven signs of what the first tenant gave. */
const canary = /Zq7X|q7XZ|7XZq|XZq7|71937193|19371937|93719371|37193719/i;

/** What a call gives or says, the whole of it; bytes as Latin-1, in which no broken character hides another. */
function said(call: () => unknown): string {
  try {
    const result = call();
    if (!(result instanceof Uint8Array)) return String(JSON.stringify(result, withBigints));
    assert.equal(result.buffer.byteLength, result.length, "bytes that are handed out are no view of the memory");
    return Buffer.from(result).toString("latin1");
  } catch (error) {
    const { name, code, message, diagnostics, cause } = error as CrmSyncError;
    assert.match(name, /^CrmSyncError$/, String(error));
    return JSON.stringify({ code, message, diagnostics, cause: String(cause) });
  }
}
const withBigints = (_key: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

const fileOf = ({ word }: Tenant) => `name: ${word}
conflict_resolution: {default: manual}
field_mapping:
  - {crm_field: C_${word}, penguinmails_field: ${word}}
  - {crm_field: Status, penguinmails_field: status, value_map: {"${word}": "mapped ${word}"}}
  - {crm_field: Full, formula: "{{\`${word}\`}} of ${word}", direction: to_crm}
  - {crm_field: Number, penguinmails_field: number}
`;
const localOf = ({ word, number }: Tenant) => ({ [word]: word, status: word, number });
const crmOf = ({ word, number }: Tenant) => ({
  [`C_${word}`]: `${word} too`,
  Status: `mapped ${word}`,
  Number: number,
});
const pairOf = (tenant: Tenant) => ({
  local: { record: localOf(tenant) },
  crm: { record: crmOf(tenant) },
  base: { local: { number: 1 }, crm: { Number: 1 } },
  now: "2026-03-01T00:00:00Z",
});
const json = (value: unknown) =>
  JSON.stringify(value, withBigints).replace(/"(number|Number)":"(\d+)"/g, (_all, key, digits) => `"${key}":${digits}`);

/** Calls whose results and errors name what the tenant gave. */
function uses(engine: Engine, mapping: Mapping, tenant: Tenant): Record<string, () => unknown> {
  const { word, number } = tenant;
  const context = { includeValues: true };
  return {
    fields: () => mapping.fields,
    toCrm: () => mapping.toCrm(localOf(tenant), context),
    outcomes: () => mapping.toCrm(localOf(tenant), context).fields,
    fromCrm: () => mapping.fromCrm(crmOf(tenant), context),
    resolve: () => mapping.resolve(pairOf(tenant)),
    mapMany: () => mapping.mapMany("to_crm", utf8(json([localOf(tenant)])), { ...context, trace: true }),
    resolveMany: () => mapping.resolveMany(utf8(json(pairOf(tenant)))),
    evaluate: () => engine.evaluate(`\`${word}\` + " ${word}"`, { [word]: word }),
    "evaluate a number": () => engine.evaluate("n", { n: number }),
    "mistakes of a file": () => engine.compile(`${word}: 1\nfield_mapping: [{direction: ${word}}]`).diagnostics,
    "mistake of an expression": () => engine.evaluate(`\`${word}\``),
    "mistake of an option": () => mapping.toCrm({}, { [word]: word } as never),
  };
}

/** The document cut off behind each byte, and with a byte in each place that no UTF-8 has there. */
function* malformed(document: string): Generator<Uint8Array> {
  const bytes = utf8(document);
  for (let at = 0; at < bytes.length; at++) {
    yield bytes.slice(0, at);
    for (const wrong of [0xff, 0xc3, 0xf0, 0x00]) yield bytes.with(at, wrong);
  }
}

/** The first tenant's turn, which leaves the canary in the buffers and arenas. */
function turn(engine: Engine): string[] {
  const mapping = compiled(engine, fileOf(first));
  const outputs = Object.values(uses(engine, mapping, first)).map(said);
  mapping.dispose();
  return outputs;
}

const held = () => Buffer.from(memories.at(-1)?.buffer ?? new ArrayBuffer(0)).includes(first.word.slice(0, 32));

test("the first tenant's own outputs hold the canary, and it is found in any eleven signs of it", async () => {
  const engine = await loadEngine();
  const mapping = compiled(engine, fileOf(first));
  for (const [name, use] of Object.entries(uses(engine, mapping, first))) assert.match(said(use), canary, name);
  for (const text of [first.word, String(first.number)]) {
    for (let at = 0; at + 11 <= text.length; at++) assert.match(text.slice(at, at + 11), canary);
  }
});

test("nothing of the first tenant comes out for the second", async () => {
  const engine = await loadEngine();
  for (const word of ["a", "ada", "Ünïcödé".repeat(3), "w".repeat(150), "w".repeat(400)]) {
    const second = { word, number: 5n };
    const mapping = compiled(engine, fileOf(second));
    for (const [name, use] of Object.entries(uses(engine, mapping, second))) {
      turn(engine);
      assert.doesNotMatch(said(use), canary, name);
      assert.ok(held(), "the memory still holds what must not come out");
    }
  }
});

test("nothing of the first tenant comes out for malformed input of the second", async () => {
  const engine = await loadEngine();
  const second = { word: "zoë", number: 12345678901234567890n };
  const mapping = compiled(engine, fileOf(second));
  const attempts: [string, (bytes: Uint8Array) => unknown][] = [
    [json(localOf(second)), (bytes) => mapping.mapMany("to_crm", bytes, { includeValues: true, trace: true })],
    [json(crmOf(second)), (bytes) => mapping.mapMany("from_crm", bytes, { includeValues: true, trace: true })],
    [json(pairOf(second)), (bytes) => mapping.resolveMany(bytes)],
    [json(pairOf(second)), (bytes) => mapping.resolve(bytes)],
    [fileOf(second), (bytes) => engine.compile(bytes).diagnostics],
    ['`zoë` + SUM(a.b) > 1 ? "é" : [1]', (bytes) => engine.evaluate(Buffer.from(bytes).toString(), { zoë: "é" })],
  ];
  turn(engine);
  let calls = 0;
  for (const [document, attempt] of attempts) {
    for (const bytes of malformed(document)) {
      if (++calls % 50 === 0) turn(engine);
      assert.doesNotMatch(
        said(() => attempt(bytes)),
        canary,
        document,
      );
    }
  }
  assert.ok(calls > 3_000);
  assert.ok(held(), "the memory still holds what must not come out");
});

test("a call that read beyond its own input would be seen", async () => {
  const engine = await loadEngine();
  const nameOf = () => engine.compile(utf8("field_mapping: []"), { fileName: "b" });
  turn(engine);
  const { encodeInto } = TextEncoder.prototype;
  TextEncoder.prototype.encodeInto = function (text, target) {
    const { read, written } = encodeInto.call(this, text, target);
    return { read, written: written && written + 64 };
  };
  try {
    assert.match(said(nameOf), canary);
  } finally {
    TextEncoder.prototype.encodeInto = encodeInto;
  }
  assert.doesNotMatch(said(nameOf), canary);
});
