/** Where the entries of a mapping file stand in its editor. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { yaml } from "@codemirror/lang-yaml";
import { EditorState } from "@codemirror/state";
import { loadEngine } from "@penguinmails/crm-sync";
import { entriesOf, entryAt, entryNamed } from "../../web/preview/entries.js";

const stateOf = (doc: string) => EditorState.create({ doc, extensions: [yaml()] });
const texts = (doc: string) => entriesOf(stateOf(doc)).map(({ name, from, to }) => [name, doc.slice(from, to)]);

test("lists and maps, in blocks and in braces", () => {
  assert.deepEqual(
    texts('field_mapping:\n  - crm_field: "Email"\n    penguinmails_field: [email, b]\n  - {crm_field: A}\n'),
    [
      ["email", 'crm_field: "Email"\n    penguinmails_field: [email, b]'],
      ["A", "{crm_field: A}"],
    ],
  );
  assert.deepEqual(texts("fieldMapping:\n  one: {crmField: Email}\n  'two':\n    crmField: B\n"), [
    ["one", "one: {crmField: Email}"],
    ["two", "'two':\n    crmField: B"],
  ]);
  assert.deepEqual(texts('{"field_mapping": [{"crm_field": "a.`b c`"}, {"name": "n", "crm_field": "B"}]}'), [
    ["a.b c", '{"crm_field": "a.`b c`"}'],
    ["n", '{"name": "n", "crm_field": "B"}'],
  ]);
  for (const none of ["", "field_mapping:", "field_mapping: 7", "- a", "field_mapping: [", "crm: hubspot"]) {
    assert.deepEqual(texts(none), [], none);
  }
});

test("a place in an entry's lines is the entry's, its dash included; a part is its entry's", () => {
  const state = stateOf("field_mapping:\n  - {crm_field: A}\n\n  - crm_field: B\n    direction: to_crm\n");
  const at = (line: number) => entryAt(state, state.doc.line(line).from)?.name;
  assert.deepEqual([1, 2, 3, 4, 5].map(at), [undefined, "A", undefined, "B", "B"]);
  assert.equal(entryNamed(state, "B/first")?.name, "B");
  assert.equal(entryNamed(state, "C"), undefined);
});

test("every result of the examples finds its entry", async () => {
  const engine = await loadEngine();
  const folder = new URL("../../examples/", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  let found = 0;
  for (const file of files) {
    const text = readFileSync(new URL(file, folder), "utf8");
    await engine.prepare(text);
    const { mapping } = engine.compile(text);
    const state = stateOf(text);
    for (const { id } of mapping?.fields ?? []) {
      assert.ok(entryNamed(state, id), `${file}: ${id}`);
      found += 1;
    }
    mapping?.dispose();
  }
  assert.ok(found > 20, `${found} fields in ${files.length} files`);
});
