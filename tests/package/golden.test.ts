/** Goldens that Catch2 reads too: the package must give what the engine gives natively, to the byte. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Decision, loadEngine, type MappedRecord } from "@penguinmails/crm-sync";
import { type Case, mappingCases, resolveCases } from "./golden.js";
import { compiled, root } from "./support.js";

const engine = await loadEngine();
const read = (file: string) => readFileSync(new URL(`tests/cases/${file}`, root), "utf8");
const stories = (fields: { id: string; reason: string; intent?: string; status?: string }[]) =>
  Object.fromEntries(fields.map(({ id, intent, status, reason }) => [id, `${status ?? intent} ${reason}`]));

/** Every member that is named, as it is named. */
function includes(actual: object, expected: object) {
  for (const [key, value] of Object.entries(expected)) {
    assert.deepEqual((actual as Record<string, unknown>)[key], value, key);
  }
}

function run(cases: Case[], file: string, compare: (result: object, expected: Case["expected"]) => void) {
  const lines = read(file).split("\n").filter(Boolean);
  assert.equal(cases.length, lines.length);
  for (const [i, one] of cases.entries()) {
    test(`${file.split(".")[0]}: ${one.name}`, () => {
      assert.equal(one.bytes(), `${lines[i]}\n`);
      const result = one.objects();
      if (result === undefined) return;
      if (one.expected.error) assert.deepEqual(result, { error: one.expected.error });
      else compare(result as object, one.expected);
    });
  }
}

run(mappingCases(engine), "mapping.expected.ndjson", (result, { record, reasons }) => {
  const mapped = result as MappedRecord;
  assert.deepEqual(mapped.record, record);
  if (reasons) includes(stories(mapped.fields), reasons as object);
});

run(resolveCases(engine), "resolve.expected.ndjson", (result, { fields, reviews, base, ...rest }) => {
  const decision = result as Decision;
  includes(decision, rest);
  if (fields) includes(stories(decision.fields), fields as object);
  if (base) {
    const { mapping: _hashes, ...agreed } = decision.base;
    assert.deepEqual(agreed, base);
  }
  if (!Array.isArray(reviews)) return;
  assert.equal(decision.reviews.length, reviews.length);
  for (const [i, review] of reviews.entries()) includes(decision.reviews[i] ?? {}, review);
});

test("the mission's blocks load as they are", () => {
  for (const block of read("mission.yaml").split(/^---$/m)) compiled(engine, block);
});
