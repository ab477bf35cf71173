/** The filters upper and lower against JavaScript's own, over all of Unicode. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { compiled, root } from "./support.js";

const engine = await loadEngine();
const mapping = compiled(
  engine,
  `
field_mapping:
  - {crm_field: upper, formula: "{{ text | upper }}", direction: to_crm, on_blank: keep}
  - {crm_field: lower, formula: "{{ text | lower }}", direction: to_crm, on_blank: keep}
`,
);
const table = readFileSync(new URL("src/expression/case_table.h", root), "utf8");
/** Another Unicode may have letters that the table does not know; they stay as they are. */
const sameUnicode = table.includes(`from Unicode ${process.versions.unicode}.`);

/** Small Greek letters whose capitals are two characters, and the sigma whose small letter depends on the word. */
const isRefused = (text: string, which: "upper" | "lower") =>
  which === "lower" ? text === "Σ" : /[\u1f50-\u1ffc]/.test(text) && [...text.toUpperCase()].length > 1;

const changed = { upper: (text: string) => text.toUpperCase(), lower: (text: string) => text.toLowerCase() };

for (const which of ["upper", "lower"] as const) {
  test(`${which} is JavaScript's for every character`, () => {
    const wrong: string[] = [];
    let refused = 0;
    for (let code = 1; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      // Where nothing changes, texts of many characters are compared at once.
      const text = String.fromCodePoint(code);
      if (changed[which](text) === text && code % 512 !== 0) continue;
      const { [which]: given } = mapping.toCrm({ text: `${text}b` }).record;
      if (isRefused(text, which)) {
        if (given !== undefined) wrong.push(`U+${code.toString(16)} gave ${given}`);
        refused += 1;
      } else if (given !== changed[which](`${text}b`) && (sameUnicode || given !== text + changed[which]("b"))) {
        wrong.push(`U+${code.toString(16)} gave ${given}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.equal(refused, which === "upper" ? 79 : 1);
  });

  test(`${which} leaves alone what has no other case`, () => {
    for (let block = 0x20; block <= 0x10ffff; block += 0x400) {
      const unchanged = Array.from({ length: 0x400 }, (_, i) => block + i)
        .filter((code) => code < 0xd800 || (code >= 0xe000 && code <= 0x10ffff))
        .map((code) => String.fromCodePoint(code))
        .filter((text) => changed[which](text) === text)
        .join("");
      if (unchanged === "") continue;
      assert.equal(mapping.toCrm({ text: unchanged }).record[which], unchanged, `U+${block.toString(16)}`);
    }
  });
}
