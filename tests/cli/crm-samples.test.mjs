/** Replays real answers of HubSpot and Salesforce where the machine has them: CRM_SYNC_SAMPLES, else ../shared/samples. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { example, jsonLines, pathOf, run } from "./support.mjs";

const folder = join(process.env.CRM_SYNC_SAMPLES ?? pathOf("../shared/samples"), "crm");
const skip = existsSync(folder) ? false : `there are no samples in ${folder}; CRM_SYNC_SAMPLES may name another folder`;
const cases = parse(readFileSync(pathOf("tests/cases/crm-samples.yaml"), "utf8"));

function recordsOf(file) {
  const page = JSON.parse(readFileSync(join(folder, file), "utf8"));
  return page.results ?? page.records;
}

/** The expectation with the answer's own values where it refers to them; a list of them is a text with spaces. */
function filled(expected, record) {
  if (typeof expected === "string" && expected.startsWith("$")) {
    const value = expected
      .slice(1)
      .split(".")
      .reduce((part, key) => part?.[key], record);
    assert.notEqual(value, undefined, `the answer has no ${expected}`);
    return value;
  }
  if (Array.isArray(expected)) return expected.map((part) => filled(part, record)).join(" ");
  if (typeof expected !== "object" || expected === null) return expected;
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, filled(value, record)]));
}

for (const { file, mapping, count, records } of cases.map) {
  test(`map ${file} with ${mapping}`, { skip }, async () => {
    const { code, stdout, stderr } = await run(["map", example(mapping), "--to", "penguinmails", join(folder, file)]);
    assert.deepEqual([code, stderr], [0, ""]);
    const mapped = jsonLines(stdout);
    assert.equal(mapped.length, count);
    const given = recordsOf(file);
    for (const [index, expected] of Object.entries(records)) {
      assert.deepEqual(mapped[index], filled(expected, given[index]), `record ${index}`);
    }
  });
}

for (const replay of cases.resolve) {
  test(`resolve ${replay.file}: ${replay.name}`, { skip }, async () => {
    const crm = recordsOf(replay.file)[replay.record];
    const local = replay.local && { record: filled(replay.local, crm), updated_at: replay.local_updated_at };
    const base = replay.base && { ...filled(replay.base, crm), agreed_at: "2023-01-01T00:00:00Z" };
    const pair = { link: replay.name, local, crm, base };
    const args = ["resolve", example(replay.mapping), "--now", "2026-03-01T00:00:00Z"];
    const { code, stdout, stderr } = await run(args, JSON.stringify(pair));
    assert.deepEqual([code, stderr], [0, ""]);
    const [decision] = jsonLines(stdout);
    assert.equal(decision.outcome, replay.outcome);
    if (replay.local_patch) assert.deepEqual(decision.local, filled(replay.local_patch, crm));
    if (replay.crm_patch) assert.deepEqual(decision.crm, filled(replay.crm_patch, crm));
    const reasons = Object.fromEntries(decision.fields.map(({ id, reason }) => [id, reason]));
    for (const [id, reason] of Object.entries(replay.reasons ?? {})) assert.equal(reasons[id], reason, id);
  });
}
