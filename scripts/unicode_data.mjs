/**
 * Writes src/expression/regex/unicode_data.cpp: the general categories that `matches` knows, and simple case folding.
 * Both come from what this Node's regular expressions hold of Unicode; tests/package/regex.test.ts compares them again.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./steps.mjs";

const code_points = 0x110000;
const is_surrogate = (c) => c >= 0xd800 && c < 0xe000;

/** 0: none of those that are kept. */
const kinds = [/\p{L}/u, /\p{Nd}/u, /\p{N}/u, /\p{Z}/u];

function category_runs() {
  const kind_of = (c) => (is_surrogate(c) ? 0 : kinds.findIndex((kind) => kind.test(String.fromCodePoint(c))) + 1);
  const runs = [];
  for (let c = 0; c < code_points; c++) {
    const kind = kind_of(c);
    if (runs.at(-1)?.kind === kind) runs.at(-1).length++;
    else runs.push({ kind, length: 1 });
  }
  return runs;
}

/** Every letter that folds, with the smallest of those that are the same without case. */
function folds() {
  const others = new Map();
  const join_if_same = (a, b) => {
    const literal = `\\u{${a.codePointAt(0).toString(16)}}`;
    if (a === b || [...b].length !== 1 || !new RegExp(`^${literal}$`, "iu").test(b)) return;
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      others.set(from.codePointAt(0), [...(others.get(from.codePointAt(0)) ?? []), to.codePointAt(0)]);
    }
  };
  for (let c = 0; c < code_points; c++) {
    if (is_surrogate(c)) continue;
    const character = String.fromCodePoint(c);
    const lower = character.toLowerCase();
    const upper = character.toUpperCase();
    for (const other of [lower, upper, upper.toLowerCase(), lower.toUpperCase()]) join_if_same(character, other);
  }
  const smallest = new Map();
  for (const first of [...others.keys()].sort((a, b) => a - b)) {
    const waiting = smallest.has(first) ? [] : [first];
    while (waiting.length > 0) {
      const next = waiting.pop();
      if (smallest.has(next)) continue;
      smallest.set(next, first);
      waiting.push(...others.get(next));
    }
  }
  return [...smallest].filter(([from, to]) => from !== to).sort(([a], [b]) => a - b);
}

/** Pairs with the same distance, on neighbouring code points or on every second, in one run. */
function fold_runs(pairs) {
  const runs = [];
  for (let i = 0; i < pairs.length; ) {
    const [first, to] = pairs[i];
    let best = { first, count: 1, stride: 1, distance: to - first };
    for (const stride of [1, 2]) {
      let count = 1;
      for (; i + count < pairs.length; count++) {
        const [from, target] = pairs[i + count];
        if (from !== first + count * stride || target - from !== to - first) break;
      }
      if (count > best.count) best = { ...best, count, stride };
    }
    runs.push(best);
    i += best.count;
  }
  return runs;
}

function variable_length(value) {
  const bytes = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

function array(name, comment, bytes) {
  return `/// ${comment}\nconst unsigned char ${name}[] = {${bytes.join(", ")}};\n`;
}

const runs = category_runs();
const distances = [];
let behind = 0;
for (const { first, count, stride, distance } of fold_runs(folds())) {
  distances.push(...variable_length(first - behind), ...variable_length(count * 2 + stride - 1));
  distances.push(...variable_length(distance < 0 ? -distance * 2 - 1 : distance * 2));
  behind = first + (count - 1) * stride;
}
const file = join(root, "src/expression/regex/unicode_data.cpp");
writeFileSync(
  file,
  `// Written by scripts/unicode_data.mjs from Unicode ${process.versions.unicode}.
#include "expression/regex/unicode_data.h"

namespace crmsync::expression::regex {

${array(
  "category_kinds",
  "Of each run of code points.",
  runs.map(({ kind }) => kind),
)}
${array(
  "category_lengths",
  "Of each run: 7 bits a byte, the lowest first.",
  runs.flatMap(({ length }) => variable_length(length)),
)}
${array("fold_runs", "Of each run: how far behind the last, 2 * count + (every second), distance with its sign in bit 0.", distances)}
const std::size_t category_run_count = sizeof category_kinds;
const std::size_t fold_size = sizeof fold_runs;

}  // namespace crmsync::expression::regex
`,
);
run("clang-format", ["-i", file]);
