/** Goldens that Catch2 reads too: the package must give what the engine gives natively, to the byte. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { type Decision, loadEngine, type MappedRecord, type Mapping } from "@penguinmails/crm-sync";
import { parse } from "yaml";
import { failing, root, text, utf8 } from "./support.js";

interface Case {
  name: string;
  to_crm?: string;
  from_crm?: string;
  context?: string;
  record?: string;
  reasons?: string;
  input?: string;
  expect?: string;
  error?: string;
}
interface Group {
  name: string;
  mapping: string;
  cases: Case[];
}

const read = (name: string) => readFileSync(new URL(`tests/cases/${name}`, root), "utf8");
const engine = await loadEngine();

/** Every case of a file, with the line of the expected bytes that is its own. */
function* cases(name: string): Generator<{ group: Group; one: Case; mapping: Mapping; exact: string }> {
  const lines = read(`${name}.expected.ndjson`).trimEnd().split("\n");
  for (const group of parse(read(`${name}.yaml`)) as Group[]) {
    const { mapping, diagnostics } = engine.compile(group.mapping, { fileName: "case.yaml" });
    assert.ok(mapping, `${group.name}: ${JSON.stringify(diagnostics)}`);
    for (const one of group.cases) yield { group, one, mapping, exact: lines.shift() ?? "no line" };
  }
  assert.equal(lines.length, 0, `${name}.expected.ndjson has more lines than there are cases`);
}

/** "status reason" of each entry that the case names. */
function stories(named: object, fields: { id: string; reason: string }[], first: "intent" | "status"): object {
  const told = Object.fromEntries(
    fields.map((field) => [field.id, `${(field as Record<string, unknown>)[first]} ${field.reason}`]),
  );
  return Object.fromEntries(Object.keys(named).map((id) => [id, told[id]]));
}

for (const { group, one, mapping, exact } of cases("mapping")) {
  test(`mapping: ${group.name}: ${one.name}`, () => {
    const direction = one.to_crm === undefined ? "from_crm" : "to_crm";
    const record = one.to_crm ?? one.from_crm ?? "";
    const context = one.context === undefined ? {} : JSON.parse(one.context);
    const line = text(mapping.mapMany(direction, utf8(record.replaceAll("\n", " ")), { ...context, trace: true }));
    if (one.error !== undefined) {
      assert.equal(JSON.parse(line).error.code, one.error);
      return;
    }
    assert.equal(line, `${exact}\n`);
    const map = (): MappedRecord =>
      direction === "to_crm" ? mapping.toCrm(JSON.parse(record), context) : mapping.fromCrm(JSON.parse(record), context);
    if (one.record !== undefined) assert.deepEqual(map().record, JSON.parse(one.record));
    if (one.reasons !== undefined) {
      const named = JSON.parse(one.reasons) as object;
      assert.deepEqual(stories(named, map().fields, "intent"), named);
    }
  });
}

for (const { group, one, mapping, exact } of cases("resolve")) {
  test(`resolve: ${group.name}: ${one.name}`, () => {
    const input = one.input ?? "";
    if (one.error !== undefined) {
      assert.throws(() => mapping.resolve(utf8(input)), failing(one.error));
      return;
    }
    assert.equal(text(mapping.resolveMany(utf8(input.replaceAll("\n", " ")))), `${exact}\n`);
    const decision = mapping.resolve(utf8(input));
    assert.deepEqual(mapping.resolve(JSON.parse(input)), decision, "objects and bytes give the same answer");
    const { fields = {}, reviews, ...exactly } = JSON.parse(one.expect ?? "{}");
    assert.deepEqual(stories(fields, decision.fields, "status"), fields);
    for (const [name, value] of Object.entries(exactly)) assert.deepEqual(decision[name as keyof Decision], value, name);
    if (reviews === undefined) return;
    assert.equal(decision.reviews.length, reviews.length);
    for (const [index, review] of reviews.entries()) {
      assert.partialDeepStrictEqual?.(decision.reviews[index], review);
    }
  });
}

test("the mission's blocks load as they are", () => {
  const blocks = read("mission.yaml").split(/^---$/m);
  for (const block of blocks) {
    const { mapping, diagnostics } = engine.compile(block, { fileName: "mission.yaml" });
    assert.ok(mapping, JSON.stringify(diagnostics));
  }
});
