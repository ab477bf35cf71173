// biome-ignore-all lint/suspicious/noThenProperty: the mapping kit's @if has one
/** Mappings of Segment's: what is imported gives what Segment's own mapping kit gives, and the rest is refused. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import fc from "fast-check";
import { source } from "./support.mjs";

const { transform } = createRequire(import.meta.url)("@segment/actions-core/mapping-kit");
const { importSegment } = await source("web/import/segment.ts");
const { mappingText } = await source("web/import/mapping-text.ts");
const engine = await loadEngine();

function imported(mapping) {
  const result = importSegment(mapping);
  const compiled = engine.compile(mappingText("segment", result));
  const expected = result.entries.size === 0 ? ["MAP016"] : [];
  assert.deepEqual(
    compiled.diagnostics.map(({ code }) => code),
    expected,
    mappingText("segment", result),
  );
  return { ...result, compiled: compiled.mapping };
}

/** JSON knows no undefined: in an object it leaves the key out, in a list it is null. */
const kit = (mapping, record) => JSON.parse(JSON.stringify(transform(structuredClone(mapping), record)));

/** The kit's integers beyond 2^53 are numbers, the engine's keep their digits. */
const asNumbers = (value) =>
  JSON.parse(JSON.stringify(value, (_, part) => (typeof part === "bigint" ? Number(part) : part)));

/** Where a list of paths is a null and then nothing: the one difference, which the import says. */
function isKnownDifference(entry, expected, actual) {
  return Array.isArray(entry.penguinmails_field) && expected === undefined && actual === null;
}

function assertSame(mapping, result, records) {
  const wanted = Object.fromEntries(Object.entries(mapping).filter(([field]) => result.entries.has(field)));
  for (const record of records) {
    const expected = kit(wanted, record);
    const { record: written, fields } = result.compiled.toCrm(record);
    const actual = asNumbers(written);
    const failed = fields.filter(({ diagnostic }) => diagnostic);
    for (const field of Object.keys(wanted)) {
      if (isKnownDifference(result.entries.get(field), expected[field], actual[field])) continue;
      assert.deepEqual(actual[field], expected[field], JSON.stringify([field, mapping[field], record, failed]));
      assert.equal(Object.hasOwn(actual, field), Object.hasOwn(expected, field), field);
    }
  }
}

const path = (text) => ({ "@path": text });
const first = (...paths) =>
  paths.map(path).reduceRight((otherwise, one) => ({ "@if": { exists: one, then: one, else: otherwise } }));

// The shapes of the defaults of Segment's own destinations, which have too many dependencies to be installed here.
const hubspot = {
  email: path("$.traits.email"),
  company: path("$.traits.company"),
  firstname: first("$.traits.first_name", "$.traits.firstName"),
  lastname: first("$.traits.last_name", "$.traits.lastName"),
  city: path("$.traits.address.city"),
  zip: first("$.traits.address.postalCode", "$.traits.address.postal_code"),
  website: path("$.traits.website"),
  occurredAt: path("$.timestamp"),
  properties: path("$.properties"),
  enable_batching: false,
  batch_size: 100,
  batch_keys: ["list_details"],
};
const salesforce = {
  operation: "upsert",
  last_name: first("$.traits.last_name", "$.properties.last_name"),
  email: first("$.traits.email", "$.properties.email"),
  mailing_city: first("$.traits.address.city", "$.properties.address.city"),
  number_of_employees: first("$.traits.employees", "$.properties.employees"),
  account_number: path("$.groupId"),
  traits: { External_Id__c: path("$.userId"), Name: first("$.traits.name", "$.traits.company.name"), Fixed: "x" },
  bulkUpsertExternalId: { externalIdName: "Key__c", externalIdValue: path("$.userId") },
};
const people = [
  {},
  { traits: {}, properties: {} },
  { traits: { email: null, first_name: null, last_name: null }, properties: { email: null } },
  { traits: { email: "ada@example.org", first_name: "Ada", firstName: "Augusta", employees: 0, name: "" } },
  { traits: { firstName: "Augusta", lastName: "", email: "  ", company: { name: "Engines" }, website: false } },
  { traits: { address: { city: "London", postal_code: "W1" } }, userId: "u1", groupId: 7, timestamp: "2026-01-01" },
  { properties: { last_name: "Lovelace", email: "a@b.c", address: { city: null }, employees: 1.5 }, userId: null },
  { traits: { first_name: false, last_name: 0, address: { postalCode: null, postal_code: "E1" } } },
];
for (const [name, mapping] of Object.entries({ hubspot, salesforce })) {
  test(`defaults like ${name}'s are imported whole, and give the same`, () => {
    const result = imported(mapping);
    assert.deepEqual(result.refused, []);
    assert.deepEqual([...result.entries.keys()], Object.keys(mapping));
    assertSame(mapping, result, people);
  });
}

test("a path is a direct entry, a path or else another one a list", () => {
  const { entries } = imported(hubspot);
  assert.deepEqual(entries.get("email"), { crm_field: "email", on_blank: "keep", penguinmails_field: "traits.email" });
  assert.deepEqual(entries.get("firstname").penguinmails_field, ["traits.first_name", "traits.firstName"]);
});

test("the one difference is said, and is what it says", () => {
  const { notes, compiled } = imported(hubspot);
  assert.deepEqual(
    notes.map(({ fields }) => fields),
    [["firstname", "lastname", "zip"]],
  );
  const record = { traits: { first_name: null } };
  assert.equal("firstname" in kit(hubspot, record), false);
  assert.deepEqual(compiled.toCrm(record).record.firstname, null);
});

test("where a holder is null, so is the field, as in Segment", () => {
  const result = imported({ city: path("$.traits.address.city") });
  const record = { traits: { address: null } };
  assert.deepEqual(kit({ city: path("$.traits.address.city") }, record), { city: null });
  assert.deepEqual(result.compiled.toCrm(record).record, { city: null });
});

/** Fields, each of which must be imported. */
const expressible = {
  "a literal": { "@literal": "x" },
  "a literal of a literal": { "@literal": { "@literal": 5 } },
  "a text with everything": "\"'\\\n\t\u0000\u0085\u2028 {{x}} {% y %} #: é 😀",
  "a number": -1.5,
  "a large number": 1e19,
  "a whole number beyond 2^53": 2 ** 60,
  "a negative": -7,
  null: null,
  "the empty text": "",
  false: false,
  "a list": ["a", 1, null, true, [], {}],
  "an object": { a: 1, b: { c: null, "d e": "x" } },
  "an object of paths": { a: path("$.traits.a"), b: { c: path("$.traits.b"), d: 1 } },
  "a list of paths": [path("$.traits.a"), "x"],
  "the whole record": path("$."),
  "a path without $": path("traits.a"),
  "a path in brackets": path("$.traits['First Name']"),
  "a path with a space": path("$.integrations.Actions Amplitude.session_id"),
  "a path with two dots": path("$.traits..a"),
  "a path that is a literal": { "@path": { "@literal": "$.traits.a" } },
  "a path with metadata": { "@path": "$.traits.a", _metadata: { type: "string" } },
  "the type of the event": path("$.type"),
  "a name of the engine": { a: path("$.now"), b: path("$.given"), c: path("$.in.list") },
  "if it exists": { "@if": { exists: path("$.traits.a"), then: path("$.traits.a") } },
  "if it exists, else false": { "@if": { exists: path("$.traits.a"), then: path("$.traits.a"), else: false } },
  "if it exists, else a literal": { "@if": { exists: path("$.traits.a"), then: path("$.traits.a"), else: "none" } },
  "if it exists, else a number": { "@if": { exists: path("$.traits.a"), then: path("$.traits.a"), else: 5 } },
  "if it exists, else a text": {
    "@if": { exists: path("$.traits.a"), then: path("$.traits.a"), else: { "@template": "x" } },
  },
  "if it exists, another": { "@if": { exists: path("$.traits.a"), then: "yes", else: "no" } },
  "if it exists, a text": { "@if": { exists: path("$.traits.a"), then: { "@template": "a {{traits.b}}" } } },
  "if it is not blank": { "@if": { blank: path("$.traits.a"), then: path("$.traits.a") } },
  "if it is not blank, a literal": { "@if": { blank: path("$.traits.a"), then: "yes", else: "no" } },
  "if a literal exists": { "@if": { exists: "x", then: "yes", else: "no" } },
  "if null is blank": { "@if": { exists: null, blank: "x", then: "yes", else: "no" } },
  "three paths": first("$.traits.a", "$.traits.b", "$.traits.c"),
  "three paths and a literal": {
    "@if": {
      exists: path("$.traits.a"),
      then: path("$.traits.a"),
      else: { "@if": { exists: path("$.traits.b"), then: path("$.traits.b"), else: "c" } },
    },
  },
  "an object with a choice": {
    a: first("$.traits.a", "$.traits.b"),
    b: { "@if": { blank: path("$.traits.c"), then: path("$.traits.a") } },
  },
  "a template": { "@template": "{{traits.a}} {{ traits.b }}!" },
  "a template of one": { "@template": "{{traits.a}}" },
  "a template with three braces": { "@template": "<{{{traits.a}}}>" },
  "a template without a place": { "@template": "{ } }} é" },
  "the empty template": { "@template": "" },
  "liquid with names only": { "@liquid": "{{ traits.a }}-{{traits.b}}" },
  "liquid without any": { "@liquid": "just text" },
  "a replacement": { "@replace": { pattern: "a", replacement: "b", value: path("$.traits.a") } },
  "a replacement of the first": {
    "@replace": { pattern: ".", replacement: "", global: false, value: path("$.traits.a") },
  },
  "two replacements": {
    "@replace": { pattern: "x", replacement: "a", pattern2: "a", replacement2: "é", value: path("$.traits.a") },
  },
  "a replacement by nothing": { "@replace": { pattern: " ", value: { "@template": "{{traits.a}} {{traits.b}}" } } },
  rows: { "@arrayPath": ["$.properties.rows", { id: path("$.id"), deep: path("$.o.x"), fixed: "f" }] },
  "rows without a shape": { "@arrayPath": ["$.properties.rows"] },
  "rows with choices": {
    "@arrayPath": ["$.properties.rows", { id: first("$.id", "$.o.x"), text: { "@template": "#{{id}}" } }],
  },
  "rows of rows": { "@arrayPath": ["$.properties.rows", { inner: { "@arrayPath": ["$.list", { v: path("$.v") }] } }] },
  "an object with rows": { rows: { "@arrayPath": ["$.properties.rows", { id: path("$.id") }] } },
  "a merge of objects": {
    "@merge": { direction: "right", objects: [{ a: path("$.traits.a"), b: 1 }, { b: path("$.traits.b") }] },
  },
  "a merge to the left": { "@merge": { direction: "left", objects: [{ a: 1 }, { a: 2, c: path("$.traits.c") }] } },
  "a text that is never null": { "@excludeWhenNull": { "@template": "{{traits.a}}" } },
  "null that is left out": {
    "@excludeWhenNull": { "@if": { exists: path("$.traits.a"), then: "yes", else: { "@literal": null } } },
  },
};

const leaves = [undefined, null, "", "  ", "a.x a", "é", 0, 5, 1.5, 1e21, 1e-7, true, false];
const records = leaves.flatMap((a, index) => {
  const b = leaves[(index * 5 + 3) % leaves.length];
  const c = leaves[(index * 7 + 4) % leaves.length];
  const rows = [[], [{ id: a, o: { x: b }, list: [{ v: c }, {}] }, {}, { id: null, list: [] }], { id: b }, a][
    index % 4
  ];
  const full = {
    type: "track",
    traits: { a, b, c, "First Name": b },
    properties: { rows },
    integrations: { "Actions Amplitude": { session_id: c } },
    now: a,
    given: b,
    in: { list: c },
  };
  // Without undefined, which no JSON has.
  return [full, { traits: { a } }, { traits: { b } }, { traits: { a, b } }].map((record) =>
    JSON.parse(JSON.stringify(record)),
  );
});

test("there are enough records", () => assert.equal(records.length, 52));
for (const [name, value] of Object.entries(expressible)) {
  test(`${name} gives the same`, () => {
    const result = imported({ field: value });
    assert.deepEqual(result.refused, []);
    assertSame({ field: value }, result, [{}, ...records]);
  });
}

test("upper and lower case give the same, and leave alone what is no text", () => {
  const inner = path("$.traits.a");
  const mapping = {
    low: { "@case": { operator: "lower", value: inner } },
    up: { "@case": { operator: "upper", value: inner } },
    either: { "@case": { operator: "lower", value: first("$.traits.b", "$.traits.c") } },
  };
  const result = imported(mapping);
  assert.deepEqual(result.refused, []);
  assertSame(mapping, result, [
    {},
    ...records,
    ...["Straße ÄÖ", "ﬁ İ", ["A"], { A: "B" }].map((a) => ({ traits: { a } })),
  ]);
});

const inexpressible = {
  "@liquid": [
    { "@liquid": "{% if traits.a %}x{% endif %}" },
    { "@liquid": "{{ traits.a | upcase }}" },
    { "@liquid": "{{ traits.size }}" },
  ],
  "@transform": [{ "@transform": { apply: { a: path("$.traits.a") }, mapping: { b: path("$.a") } } }],
  "@flatten": [{ "@flatten": { separator: ".", value: path("$.traits") } }],
  "@json": [
    { "@json": { mode: "encode", value: path("$.traits") } },
    { "@json": { mode: "decode", value: path("$.traits.a") } },
  ],
  "@merge": [{ "@merge": { direction: "right", objects: [{ a: 1 }, path("$.traits")] } }],
  "@excludeWhenNull": [{ "@excludeWhenNull": path("$.traits") }],
  "@replace": [
    { "@replace": { pattern: "a", replacement: "$&", value: "x" } },
    { "@replace": { pattern: "a", replacement: "b", ignorecase: true, value: "x" } },
    { "@replace": { pattern: "", replacement: "b", value: "x" } },
  ],
  "@case": [
    { "@case": { operator: "lower", value: { "@template": "{{traits.a}}" } } },
    { "@case": { operator: "title", value: path("$.traits.a") } },
  ],
  "@template": [{ "@template": "{{.}}" }, { "@template": "{{ {{{traits.a}}} }}" }, { "@template": path("$.traits.a") }],
  "@path": [
    path("$.traits.list.0.a"),
    path("$.traits.list[0]"),
    path("$.traits.length"),
    path("$.traits.constructor"),
    { "@path": path("$.traits.a") },
  ],
  "@if": [
    { "@if": { exists: path("$.traits.a"), then: path("$.traits.b") } },
    { "@if": { blank: path("$.traits.a"), then: path("$.traits.a"), else: path("$.traits.b") } },
    { "@if": { then: "x" } },
    { "@if": { exists: path("$.traits.a"), then: path("$.traits.a"), else: { "@liquid": "{% now %}" } } },
  ],
  "@madeUp": [{ "@madeUp": 1 }],
};
for (const [directive, values] of Object.entries(inexpressible)) {
  test(`what ${directive} does beyond that is refused by name`, () => {
    for (const value of values) {
      const result = importSegment({ kept: path("$.traits.a"), "a/b": value });
      assert.deepEqual([...result.entries.keys()], ["kept"], JSON.stringify(value));
      const [refusal] = result.refused;
      assert.deepEqual([result.refused.length, refusal.field, refusal.path], [1, "a/b", "/a~1b"]);
      const inner = directive === "@if" && JSON.stringify(value).includes("@liquid") ? "@liquid" : directive;
      assert.equal(refusal.directive, inner, JSON.stringify(value));
      assert.ok(refusal.message.length > 10);
      const text = mappingText("segment", result);
      assert.ok(text.includes(`#   a/b: ${inner}: ${refusal.message}\n`), text);
      assert.ok(engine.compile(text).mapping);
    }
  });
}

test("what Segment refuses is refused", () => {
  const values = [
    { "@path": "$.a", "@literal": 1 },
    { "@path": "$.a", other: 1 },
    { "@if": "x" },
    { "@merge": { objects: [] } },
    { "@arrayPath": "x" },
  ];
  for (const value of values) assert.equal(importSegment({ field: value }).refused.length, 1, JSON.stringify(value));
});

test("a whole and its parts: formulas read what direct entries cannot share", () => {
  const mapping = {
    all: path("$.traits"),
    city: path("$.traits.address.city"),
    address: path("$.traits.address"),
    event: path("$.properties"),
  };
  const result = imported(mapping);
  assert.deepEqual(result.refused, []);
  assertSame(mapping, result, [
    {},
    { traits: { address: { city: "Oslo" } } },
    { traits: {} },
    { properties: { a: 1 } },
  ]);
});

test("a field that could be PenguinMails' own, with a type, passes as it is", () => {
  const mapping = { a: path("$.email"), b: path("$.firstName") };
  assertSame(mapping, imported(mapping), [{ email: 5, firstName: true }, { email: null }, { firstName: "" }, {}]);
});

test("names of any kind", () => {
  const mapping = {
    "First Name": "a",
    "x.y": "b",
    on: "c",
    "": "d",
    "tick`": "e",
    12: "f",
    "k: #": "g",
    "é\n": "h",
    __proto: "i",
  };
  const result = imported(mapping);
  assert.deepEqual(
    result.refused.map(({ field }) => field),
    ["", "tick`"],
  );
  assertSame(mapping, result, [{}]);
});

test("an action, and its fields: their defaults", () => {
  const fields = {
    email: { label: "Email", type: "string", default: path("$.traits.email") },
    note: { label: "Note", type: "string" },
    bad: { label: "Bad", type: "string", default: { "@json": { mode: "encode", value: 1 } } },
  };
  for (const [given, above] of [
    [fields, ""],
    [{ title: "Contact", fields, perform: null }, "/fields"],
  ]) {
    const { entries, refused, empty } = importSegment(given);
    assert.deepEqual([[...entries.keys()], empty], [["email"], ["note"]]);
    assert.deepEqual(
      refused.map(({ path: place }) => place),
      [`${above}/bad/default`],
    );
  }
  // A mapping may have a field of that name.
  assert.deepEqual([...importSegment({ fields: { a: path("$.traits.a") } }).entries.keys()], ["fields"]);
});

test("a directive over the whole mapping refuses all of it", () => {
  const { entries, refused } = importSegment({ a: 1, __segment_internal_directive: { "@transform": { apply: {} } } });
  assert.equal(entries.size, 0);
  assert.deepEqual(new Set(refused.map(({ directive }) => directive)), new Set(["__segment_internal_directive"]));
});

const names = ["a", "b", "c"];
const leaf = fc.constantFrom(...leaves);
const recordOf = fc
  .record(
    { traits: fc.record({ a: leaf, b: leaf, c: leaf }), rows: fc.array(fc.record({ a: leaf, b: leaf, c: leaf })) },
    { requiredKeys: [] },
  )
  .map(({ traits, rows }) => JSON.parse(JSON.stringify({ traits, properties: rows && { rows } })));

const { value: anyValue } = fc.letrec((tie) => ({
  path: fc.constantFrom(...names).map((name) => path(`$.traits.${name}`)),
  text: fc
    .array(fc.constantFrom("x", " ", "{{traits.a}}", "{{ traits.b }}", "{{{traits.c}}}", "'", '"', "\\"))
    .map((parts) => ({ "@template": parts.join("") })),
  scalar: fc.constantFrom("x", "", 0, 1, true, false, null, { "@literal": "y" }),
  choice: fc
    .record(
      { kind: fc.constantFrom("exists", "blank"), looked: tie("path"), then: tie("value"), else: tie("value") },
      { requiredKeys: ["kind", "looked"] },
    )
    .map(({ kind, looked, ...branches }) => ({ "@if": { [kind]: looked, ...branches } })),
  object: fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 3 }),
  rows: fc.constant({
    "@arrayPath": ["$.properties.rows", { p: path("$.a"), q: first("$.b", "$.c"), r: { "@template": "{{a}}" } }],
  }),
  replace: tie("text").map((value) => ({ "@replace": { pattern: "x", replacement: "yx", value } })),
  without: tie("choice").map((value) => ({ "@excludeWhenNull": value })),
  value: fc.oneof(
    { maxDepth: 4 },
    tie("path"),
    tie("scalar"),
    tie("text"),
    tie("choice"),
    tie("object"),
    tie("rows"),
    tie("replace"),
    tie("without"),
  ),
}));

test("whatever is imported gives the same", () => {
  let count = 0;
  const mappings = fc.dictionary(fc.constantFrom("f", "g", "h"), anyValue, { minKeys: 1 });
  fc.assert(
    fc.property(mappings, fc.array(recordOf, { minLength: 3, maxLength: 6 }), (mapping, some) => {
      const result = imported(mapping);
      count += result.entries.size;
      assertSame(mapping, result, some);
      result.compiled?.dispose();
    }),
    { numRuns: 600 },
  );
  assert.ok(count > 500, `${count} entries`);
});
