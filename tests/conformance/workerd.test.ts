/** The same in Cloudflare's workerd. */
import assert from "node:assert/strict";
import { startWorkerd } from "../workerd.js";
import { type Dialect, dialects, optionsIn } from "./dialects.js";
import type { Answer } from "./report.js";
import { testSuite } from "./run.js";
import { readSuite } from "./suite.js";

const suite = readSuite();
const workerd = await startWorkerd("tests/conformance/worker.js");

async function answered(dialect: Dialect): Promise<Map<string, Answer>> {
  const cases = suite.cases.map((each) => ({ ...each, options: optionsIn(dialect, each) }));
  const response = await workerd.dispatchFetch("http://localhost/", { method: "POST", body: JSON.stringify(cases) });
  const answers = (await response.json()) as Answer[];
  assert.equal(answers.length, cases.length);
  return new Map(cases.map(({ id }, index) => [id, answers[index] as Answer]));
}

for (const dialect of dialects) {
  const answers = await answered(dialect);
  testSuite(suite, dialect, "workerd", ({ id }) => answers.get(id) as Answer);
}
await workerd.dispose();
