/** The starter files: they compile, hold what they promise, and their own tests pass. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { parse } from "yaml";
import { lines, run } from "./support.mjs";

const engine = await loadEngine();

for (const crm of ["salesforce", "hubspot"]) {
  const started = await run(["init", crm]);
  const { mapping, diagnostics } = engine.compile(started.stdout);

  test(`init ${crm} writes a file that compiles without a warning`, () => {
    assert.deepEqual([started.code, started.stderr], [0, ""]);
    assert.deepEqual(diagnostics, []);
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

  test(`init ${crm}: the file's own tests pass`, () => {
    const { passed, failed, laws } = mapping.test();
    assert.deepEqual([passed, failed, laws.broken], [2, 0, []]);
  });
}
