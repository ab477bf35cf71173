import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf } from "../../web/preview/lines.js";

test("lines are the same, however long they are and wherever the text is cut to decode it", () => {
  const short = Array.from({ length: 30_000 }, (_, index) => `line ${index} ä€😀`);
  const long = ["x".repeat(200_000), "é".repeat(65_535), "", "end"];
  for (const lines of [[], [""], ["one"], short, long, [...short, ...long]]) {
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
    assert.deepEqual([...linesOf(bytes)], lines);
  }
});
