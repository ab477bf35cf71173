import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { compiled, contacts, failing, utf8 } from "./support.js";

const engine = await loadEngine();

test("a mapping says its name, hash and fields", () => {
  const mapping = compiled(engine);
  assert.equal(mapping.name, "contacts");
  assert.equal(mapping.crm, null);
  assert.match(mapping.hash, /^[0-9a-f]{32}$/);
  assert.equal(mapping.hash, compiled(engine, `# a comment\n${contacts}`).hash);
  assert.notEqual(mapping.hash, compiled(engine, contacts.replace("Extra__c", "Other__c")).hash);
  assert.deepEqual(
    mapping.fields.map(({ id, kind, local_field, crm_field, direction }) => [
      id,
      kind,
      local_field,
      crm_field,
      direction,
    ]),
    [
      ["email", "direct", "email", "Email", "bidirectional"],
      ["old_number", "direct", "old_number", "Old_Number__c", "bidirectional"],
      ["note", "direct", "note", "Description", "bidirectional"],
      ["extra", "direct", "extra", "Extra__c", "bidirectional"],
    ],
  );
});

test("the file's name names the mapping, and bytes are as good as a string", () => {
  const file = contacts.replace("name: contacts\n", "");
  const { mapping } = engine.compile(utf8(file), { fileName: "people.yaml" });
  assert.equal(mapping?.name, "people");
  assert.equal(mapping.hash, engine.compile(file, { fileName: "people.yaml" }).mapping?.hash);
});

test("mistakes are diagnostics with a place, all at once; nothing is thrown", () => {
  const { mapping, diagnostics } = engine.compile(
    "field_mapping:\n  - {penguinmails_feld: a, crm_field: b}\n  - {crm_field: c, direction: up}\n",
  );
  assert.equal(mapping, null);
  const misspelt = diagnostics.find(({ code }) => code === "MAP001");
  assert.ok(misspelt);
  assert.deepEqual([misspelt.line, misspelt.column, misspelt.severity], [2, 6, "error"]);
  assert.equal(misspelt.suggestion, "penguinmails_field");
  assert.ok(diagnostics.some(({ code, line }) => code === "MAP003" && line === 3));
});

const broken: Record<string, [string | Uint8Array, string]> = {
  nothing: ["", "FIL008"],
  "broken YAML": ["a: [1", "FIL001"],
  "broken JSON": ['{"a": ', "FIL002"],
  "bytes that are not UTF-8": [new Uint8Array([0x61, 0x3a, 0x20, 0xff]), "FIL003"],
  "a lone surrogate": ["a: \ud800", "FIL003"],
  "more than 1 MB": [`# ${"x".repeat(1 << 20)}`, "FIL004"],
  "10,000 levels of YAML": ["[".repeat(10_000), "FIL005"],
  "10,000 levels of JSON": [`{"a":${"[".repeat(10_000)}`, "FIL005"],
  "an alias bomb": [
    `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[..."bcdefghij"].map((name, i) => `${name}: &${name} [${`*${"abcdefghij"[i]},`.repeat(10)}]`).join("\n")}`,
    "FIL006",
  ],
};
for (const [name, [file, code]] of Object.entries(broken)) {
  test(`${name} is a diagnostic, and the next file compiles`, () => {
    const { mapping, diagnostics } = engine.compile(file);
    assert.equal(mapping, null);
    assert.equal(diagnostics[0]?.code, code, JSON.stringify(diagnostics));
    compiled(engine).dispose();
  });
}

test("what is no file at all is a coded error", () => {
  assert.throws(() => engine.compile(undefined as never), failing("API006"));
  assert.throws(() => engine.compile("", { fileName: 1 as never }), failing("API004"));
});
