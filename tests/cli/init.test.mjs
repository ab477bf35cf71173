/** The starter files: they compile, hold what they promise, and their own tests pass. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { parse } from "yaml";
import { lines, run } from "./support.mjs";

const engine = await loadEngine();

/** The part of `actual` that `expected` names. */
function named(actual, expected) {
  if (typeof expected !== "object" || expected === null || Array.isArray(expected)) return actual;
  return Object.fromEntries(Object.entries(expected).map(([key, part]) => [key, named(actual?.[key], part)]));
}

for (const crm of ["salesforce", "hubspot"]) {
  const started = await run(["init", crm]);
  const { mapping, diagnostics } = engine.compile(started.stdout);

  test(`init ${crm} writes a file that compiles without a warning`, () => {
    assert.deepEqual([started.code, started.stderr], [0, ""]);
    // That tests are not run yet is said as a note.
    assert.deepEqual(
      diagnostics.filter(({ severity }) => severity !== "info"),
      [],
    );
    assert.equal(mapping.crm, crm);
  });

  test(`init ${crm} shows each kind of entry, identity, consent, a value map and tests`, () => {
    const file = parse(started.stdout);
    const kinds = new Set(mapping.fields.map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), ["aggregation", "conditional", "direct", "formula"]);
    assert.ok(file.identity.length > 0 && file.tests.length > 0);
    assert.ok(file.field_mapping.some((entry) => entry.penguinmails_field === "unsubscribed"));
    assert.ok(file.field_mapping.some((entry) => entry.value_map));
    assert.ok(lines(started.stdout).length < 110);
    for (const line of lines(started.stdout)) assert.ok(line.length <= 120, line);
    // Every block has a comment above it.
    for (const block of started.stdout.trim().split("\n\n")) assert.match(block, /^\s*#/, block);
  });

  for (const { name, given, to_crm, from_crm } of parse(started.stdout).tests) {
    test(`init ${crm}, its own test: ${name}`, () => {
      const expected = to_crm ?? from_crm;
      const { record } = to_crm ? mapping.toCrm(given.penguinmails) : mapping.fromCrm(given.crm);
      assert.deepEqual(named(record, expected), expected);
    });
  }
}
