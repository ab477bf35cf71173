import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { failing } from "./support.js";

const engine = await loadEngine();

test("an expression over variables gives a JavaScript value", () => {
  assert.equal(engine.evaluate("lead_score >= 75", { lead_score: 80 }), true);
  assert.equal(engine.evaluate("SUM(opens + clicks)", { opens: [1, 2], clicks: [3, 4] }), 10);
  assert.deepEqual(engine.evaluate('{"a": [1, null, "é"]}', {}, { dialect: "cel" }), { a: [1, null, "é"] });
  assert.equal(engine.evaluate("id", { id: 2n ** 60n }), 2n ** 60n);
});

test("a failure has a code and a place in the expression", () => {
  assert.throws(
    () => engine.evaluate("1 +"),
    (error: { diagnostics?: { line: number; column: number }[] }) =>
      failing("EXP001")(error) && error.diagnostics?.[0]?.line === 1 && error.diagnostics[0].column >= 3,
  );
  assert.throws(() => engine.evaluate("1 / 0", {}, { dialect: "cel" }), failing("EXP005"));
  assert.throws(() => engine.evaluate("a\ud800"), failing("EXP001"));
  assert.throws(() => engine.evaluate("1", {}, { dialect: "sql" as never }), failing("API004"));
  assert.throws(() => engine.evaluate("1", { a: Number.NaN }), failing("API006", /at \/a/));
  assert.throws(() => engine.evaluate(1 as never), failing("API006"));
});

test("typed values keep their CEL type, and failures are values", () => {
  assert.deepEqual(engine.evaluateTyped("1u", {}, { dialect: "cel" }), { value: { t: "uint", v: "1" } });
  assert.deepEqual(engine.evaluateTyped("x + 1", { x: { t: "int", v: "9223372036854775806" } }, { dialect: "cel" }), {
    value: { t: "int", v: "9223372036854775807" },
  });
  const none = { t: "optional", v: null } as const;
  const some = { t: "optional", v: { t: "int", v: "1" } } as const;
  assert.deepEqual(engine.evaluateTyped("[x, y, optional.of(y)]", { x: none, y: some }, { dialect: "cel" }), {
    value: { t: "list", v: [none, some, { t: "optional", v: some }] },
  });
  const failed = engine.evaluateTyped("x + 2", { x: { t: "int", v: "9223372036854775806" } }, { dialect: "cel" });
  assert.equal("error" in failed && failed.error.code, "EXP006");
});

test("very long and very deep expressions are coded errors, and the next works", () => {
  for (const source of [
    "(".repeat(10_000),
    "-".repeat(100_000),
    `${"1+".repeat(200_000)}1`,
    `a${".b".repeat(100_000)}`,
  ]) {
    assert.throws(() => engine.evaluate(source), failing("EXP011"));
    assert.equal(engine.evaluate("1 + 1"), 2);
  }
});
