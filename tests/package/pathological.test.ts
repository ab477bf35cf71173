import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { memories } from "./memories.js";
import { failing } from "./support.js";

const engine = await loadEngine();
const numbers = Array.from({ length: 1000 }, (_, i) => i);
const nested = (times: number, expression: string, wrap: (inner: string) => string) =>
  Array.from({ length: times }).reduce<string>((inner) => wrap(inner), expression);

const binding = (value: string, inner: string) => `cel.bind(x, ${value}, ${inner})`;

/** More than an evaluation's 64 MB, the input and the engine itself together take. */
const bound = 160 * 1024 * 1024;

const pathological: [name: string, expression: string, code: string, variables?: Record<string, unknown>][] = [
  ["nested macros over a big list", "n.map(a, n.map(b, n.map(c, a + b + c)))", "EXP010", { n: numbers }],
  ["nested macros that build nothing", "n.all(a, n.all(b, n.all(c, a >= 0)))", "EXP010", { n: numbers }],
  ["strings that double", nested(60, "'0123456789'", (x) => `[${x}].map(x, x + x)[0]`), "EXP010"],
  ["lists that double", nested(60, "n", (x) => `[${x}].map(x, x + x)[0]`), "EXP010", { n: numbers }],
  [
    "bindings that double",
    binding(
      "'ab'",
      nested(60, "x", (inner) => `cel.bind(x, x + x, ${inner})`),
    ),
    "EXP010",
  ],
  [
    "equality of parts held many times",
    binding(
      "1",
      nested(60, "x == x", (inner) => `cel.bind(x, [x, x], ${inner})`),
    ),
    "EXP010",
  ],
  ["replacing in what it gave", nested(40, "'aaaa'", (x) => `${x}.replace('a', 'aaaa')`), "EXP010"],
  [
    "repetitions of repetitions over a long text",
    "t.matches(p)",
    "EXP010",
    { t: `${"a".repeat(100_000)}!`, p: "(a+)+$".repeat(20) },
  ],
  ["100,000 characters of parentheses", `${"(".repeat(50_000)}1${")".repeat(50_000)}`, "EXP011"],
  ["100,000 characters of minus", `${"-".repeat(100_000)}1`, "EXP011"],
  ["100,000 characters of brackets", "[".repeat(50_000) + "]".repeat(50_000), "EXP011"],
];

for (const dialect of ["cel", "crm"] as const) {
  for (const [name, expression, code, variables] of pathological) {
    test(`${name}, ${dialect}: a coded error, and the next call works`, () => {
      assert.throws(() => engine.evaluate(expression, variables ?? {}, { dialect }), failing(code));
      assert.equal(engine.evaluate("1 + 1"), 2);
    });
  }
}

test("a repetition of a repetition goes over 100 kB once, within its cost", () => {
  assert.equal(engine.evaluate("t.matches('(a+)+$')", { t: `${"a".repeat(100_000)}!` }), false);
});

test("none of them has taken more memory than an evaluation may", () => {
  assert.equal(memories.length, 1, "no instance was dropped");
  assert.ok((memories[0]?.buffer.byteLength ?? 0) < bound, `${memories[0]?.buffer.byteLength}`);
});
