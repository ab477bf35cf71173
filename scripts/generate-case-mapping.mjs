// Writes src/expression/case_table.h: Unicode's simple case mappings, as this Node's ICU has them, in about 800 bytes.
// Run after an update of Unicode; tests/package/case-mapping.test.ts compares the engine with Node.
import { writeFileSync } from "node:fs";

const firstNonAscii = 0x80;
const last = 0x1ffff;

/** From each character to the one that it is in the other case, where that is one. */
function mapping(change) {
  const map = new Map();
  for (let code = firstNonAscii; code <= last; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const from = String.fromCodePoint(code);
    const to = [...change(from)];
    if (to.length === 1 && to[0] !== from) map.set(code, to[0].codePointAt(0));
  }
  return map;
}

/** Runs of neighbours, or of every second one, that are the same distance from their other case. */
function runs(pairs) {
  const sorted = [...pairs].sort((a, b) => a[0] - b[0]);
  const found = [];
  for (let i = 0; i < sorted.length; ) {
    const [start, to] = sorted[i];
    const length = (stride) => {
      let count = 1;
      while (
        sorted[i + count]?.[0] === start + count * stride &&
        sorted[i + count][1] - sorted[i + count][0] === to - start
      )
        count++;
      return count;
    };
    const stride = length(2) > length(1) ? 2 : 1;
    found.push({ start, stride, count: length(stride), delta: to - start });
    i += length(stride);
  }
  return found;
}

const upper = mapping((text) => text.toUpperCase());
const lower = mapping((text) => text.toLowerCase());
const both = [...lower].filter(([capital, small]) => upper.get(small) === capital);
const onlyUpper = [...upper].filter(([small, capital]) => lower.get(capital) !== small);
const onlyLower = [...lower].filter(([capital, small]) => upper.get(small) !== capital);

const bytes = [];
const put = (number) => {
  let rest = number;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
};
for (const pairs of [both, onlyUpper, onlyLower]) {
  let at = 0;
  for (const { start, stride, count, delta } of runs(pairs)) {
    put((count << 1) | (stride - 1));
    put(start - at);
    put(delta < 0 ? -delta * 2 - 1 : delta * 2);
    at = start;
  }
  put(0);
}

const rows = [];
for (let i = 0; i < bytes.length; i += 20) rows.push(`    ${bytes.slice(i, i + 20).join(", ")},`);
writeFileSync(
  new URL("../src/expression/case_table.h", import.meta.url),
  `#pragma once
// Written by scripts/generate-case-mapping.mjs from Unicode ${process.versions.unicode}.
#include <cstdint>

namespace crmsync::expression {

/// Three lists of runs of characters: capitals with their small letters, both ways; small letters with a capital, and
/// capitals with a small letter, one way only. A run is: its count, doubled, plus 1 where only every second character
/// is meant; its first character, as the distance from the run before; and the distance to the other case, zigzag. All
/// in base 128, the low digits first; a count of 0 ends a list.
// clang-format off
constexpr std::uint8_t case_table[] = {
${rows.join("\n")}
};
// clang-format on

}  // namespace crmsync::expression
`,
);
