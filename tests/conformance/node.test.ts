/** CEL's conformance suite through the package in Node, in both dialects. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { dialects, flipsByRule, optionsIn } from "./dialects.js";
import { canonical } from "./report.js";
import { testSuite } from "./run.js";
import { type Level, readSuite } from "./suite.js";

const engine = await loadEngine();
const suite = readSuite();

test("the suite holds what is counted on, each test under its own name", () => {
  const ofLevel = (level: Level) => suite.cases.filter((each) => each.level === level).length;
  assert.deepEqual([suite.total, ofLevel("core"), ofLevel("extension")], [2344, 1081, 519]);
  assert.equal(new Set(suite.cases.map(({ id }) => id)).size, 1600);
});

for (const dialect of dialects) {
  testSuite(suite, dialect, "Node", (each) =>
    engine.evaluateTyped(each.expression, each.variables, optionsIn(dialect, each)),
  );
}

const byId = new Map(suite.cases.map((each) => [each.id, each]));
for (const [rule, flips] of Object.entries(flipsByRule)) {
  test(`in crm ${Object.keys(flips).length} tests flip, since ${rule}`, () => {
    for (const [id, value] of Object.entries(flips)) {
      const expected = byId.get(id)?.expected;
      assert.ok(expected !== undefined, `there is no test ${id}`);
      assert.notEqual(value && canonical(value), expected && canonical(expected), `${id} does not flip`);
    }
  });
}
