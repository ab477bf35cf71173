import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { example, jsonLines, run } from "./support.mjs";

const mapping = example("walkthrough.yaml");
const pair = JSON.parse(readFileSync(example("walkthrough.json"), "utf8"));
const decided = JSON.parse((await run(["resolve", mapping], JSON.stringify(pair))).stdout);
const recorded = (decision, input = pair) => `${JSON.stringify({ input, decision })}\n`;

test("a decision comes out the same again", async () => {
  const { code, stdout, stderr } = await run(["replay", mapping], recorded(decided) + recorded(decided));
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(jsonLines(stdout), [
    { index: 0, same: true },
    { index: 1, same: true },
  ]);
});

test("one that does not says what differs, and how it is decided now", async () => {
  const other = structuredClone(decided);
  other.outcome = "merged";
  other.fields[1].reason = "crm_wins";
  const { code, stdout, stderr } = await run(["replay", mapping], `broken\n${recorded(other)}`);
  assert.equal(code, 1);
  const [broken, answer] = jsonLines(stdout);
  assert.equal(broken.index, 0);
  const { decision, ...rest } = answer;
  assert.deepEqual(rest, { index: 1, same: false, differs: ["outcome", `field ${decided.fields[1].id}`] });
  assert.deepEqual(decision, decided);
  assert.match(stderr, /^stdin:2:\d+: error CLI007: the decision comes out differently now: outcome, field /m);
});

test("a decision of another mapping says so", async () => {
  const { code, stdout } = await run(["replay", mapping], recorded({ ...decided, mapping: "0" }));
  assert.equal(code, 1);
  assert.deepEqual(jsonLines(stdout)[0].differs, ["mapping"]);
});

test("a line without both, and an input without its time, are errors", async () => {
  const { now, ...timeless } = pair;
  const { code, stdout } = await run(["replay", mapping], `${JSON.stringify(pair)}\n${recorded(decided, timeless)}`);
  assert.equal(code, 1);
  assert.deepEqual(
    jsonLines(stdout).map(({ error }) => error.code),
    ["CLI007", "CNF002"],
  );
});
