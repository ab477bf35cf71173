/** Completion and hover through the package. What is offered where is tested with the engine. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CrmSyncError, loadEngine } from "@penguinmails/crm-sync";
import { functions } from "../../bindings/package/language.js";

const engine = await loadEngine();

test("without the texts there is no documentation, with them each key, function and filter has it", async () => {
  const before = engine.complete("sync:\n  dir", 2, 6);
  assert.deepEqual(before, [
    {
      kind: "key",
      label: "direction",
      detail: "to_crm | from_crm | bidirectional",
      insert: "direction: ",
      from: { line: 2, column: 3 },
      to: { line: 2, column: 6 },
    },
  ]);
  await engine.loadDocumentation();
  const [after] = engine.complete("sync:\n  dir", 2, 6);
  assert.equal(after?.documentation, "In which direction records are synchronised; absent: bidirectional.");

  const keys = engine.complete("field_mapping:\n  - ", 2, 5);
  assert.ok(keys.length > 30);
  for (const { documentation, label } of keys) assert.match(documentation ?? "", /\.$/, label);

  const formula = (text: string) => `field_mapping: [{crm_field: a, formula: "${text}`;
  const at = (text: string) => engine.complete(formula(text), 1, formula(text).length + 1);
  const functions = [...at("{{ "), ...at("{{ first_name.")].filter(({ kind }) => kind === "function");
  assert.ok(functions.length > 50);
  for (const { documentation, label } of functions) assert.match(documentation ?? "", /.+\n.+\./s, label);
  const filters = at("{{ first_name | ");
  assert.ok(filters.length >= 4);
  for (const { documentation, label } of filters) assert.match(documentation ?? "", /\{\{.*\n.+\./s, label);
});

test("every documented function can be completed", () => {
  const formula = 'field_mapping: [{crm_field: a, formula: "{{ ';
  const labels = new Set(
    ["", "first_name.", "first_name | "].flatMap((text) =>
      engine.complete(formula + text, 1, formula.length + text.length + 1).map(({ label }) => label),
    ),
  );
  // Of what optionals alone have, and cel.bind, an editor says nothing.
  const rare = new Set(["or", "orValue", "optMap", "optFlatMap", "bind"]);
  const names = Object.keys(functions).map((name) => name.replace("|", ""));
  assert.ok(names.length > 80);
  assert.deepEqual(
    names.filter((name) => !labels.has(name) && !rare.has(name)),
    [],
  );
});

test("hover says what stands there", async () => {
  await engine.loadDocumentation();
  const file = 'field_mapping: [{crm_field: a, direction: to_crm, formula: "SUM(opens)"}]';
  const at = (text: string) => engine.hover(file, 1, file.indexOf(text) + 1);
  assert.match(at("direction")?.documentation ?? "", /^In which direction the entry writes/);
  assert.match(at("to_crm")?.documentation ?? "", /^In which direction the entry writes/);
  assert.match(at("SUM")?.documentation ?? "", /^SUM\(\[list, \]number\) -> number\nThe sum over the rows\.$/);
  assert.equal(at("opens")?.detail, "number, read-only");
  assert.equal(at("[{"), null);
});

test("a lone surrogate, and what is no position", () => {
  assert.deepEqual(engine.complete("\ud800", 1, 1), engine.complete("\ufffd", 1, 1));
  assert.ok(Array.isArray(engine.complete("name: x", 0, 0)));
  for (const place of [-1, 1.5, Number.NaN, 2 ** 32]) {
    assert.throws(
      () => engine.complete("name: x", place, 1),
      (error: CrmSyncError) => error.code === "API004",
    );
  }
  assert.throws(
    () => engine.hover(new Uint8Array() as unknown as string, 1, 1),
    (error: CrmSyncError) => error.code === "API006",
  );
});
