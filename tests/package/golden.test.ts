/** Goldens that Catch2 reads too: the package must give what the engine gives natively, to the byte. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Decision, loadEngine, type MappedRecord } from "@penguinmails/crm-sync";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import { type Case, directionOf, groups, mappingCases, resolveCases } from "./golden.js";
import { compiled, root, text, utf8 } from "./support.js";

const engine = await loadEngine({ normalizers });
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

const mapped = (result: object, { record, reasons }: Case["expected"]) => {
  const { record: actual, fields } = result as MappedRecord;
  assert.deepEqual(actual, record);
  if (reasons) includes(stories(fields), reasons as object);
};
run(mappingCases(engine), "mapping.expected.ndjson", mapped);
run(mappingCases(engine, "samples.yaml"), "samples.expected.ndjson", mapped);
run(mappingCases(engine, "pains.yaml"), "pains.expected.ndjson", mapped);

for (const { mapping, cases } of groups(engine, "acknowledge.yaml")) {
  for (const one of cases) {
    test(`acknowledge: ${one.name}`, () => {
      const decision = mapping.resolve(JSON.parse(one.input ?? ""));
      const expected = JSON.parse(one.expect ?? "");
      const acknowledged = () => mapping.acknowledge(decision, JSON.parse(one.read_back ?? ""));
      if (expected.error) {
        assert.throws(acknowledged, { code: expected.error });
        return;
      }
      const { base, fields } = acknowledged();
      const bytes = utf8(JSON.stringify(decision));
      assert.deepEqual(mapping.acknowledge(bytes, JSON.parse(one.read_back ?? "")), { base, fields });
      if (base) delete base.mapping;
      assert.deepEqual({ base, fields }, expected);
    });
  }
}

for (const { name, mapping, cases } of groups(engine, "samples.yaml")) {
  test(`samples: ${name}: every entry is set in each direction that it writes`, () => {
    const set = new Set<string>();
    for (const one of cases.filter(({ error }) => error === undefined)) {
      const direction = directionOf(one);
      const records = utf8(`[${one[direction]}]`);
      const line = text(mapping.mapMany(direction, records, { ...JSON.parse(one.context ?? "{}"), trace: true }));
      for (const { id, intent } of (JSON.parse(line) as MappedRecord).fields) {
        if (intent === "set") set.add(`${id} ${direction}`);
      }
    }
    const writes = mapping.fields.flatMap(({ id, direction }) =>
      (direction === "bidirectional" ? ["to_crm", "from_crm"] : [direction]).map((one) => `${id} ${one}`),
    );
    assert.deepEqual(
      writes.filter((one) => !set.has(one)),
      [],
    );
  });
}

run(resolveCases(engine), "resolve.expected.ndjson", (result, { fields, reviews, base, ...rest }) => {
  const decision = result as Decision;
  includes(decision, rest);
  if (fields) includes(stories(decision.fields), fields as object);
  if (base) {
    const { mapping: _hashes, ...agreed } = decision.base ?? {};
    assert.deepEqual(agreed, base);
  }
  if (!Array.isArray(reviews)) return;
  assert.equal(decision.reviews.length, reviews.length);
  for (const [i, review] of reviews.entries()) includes(decision.reviews[i] ?? {}, review);
});

test("the mission's blocks load as they are", () => {
  for (const block of read("mission.yaml").split(/^---$/m)) compiled(engine, block);
});
