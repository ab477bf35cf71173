/** matches() against JavaScript's own regular expressions: on what Unicode says, and on patterns that both can read. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import fc from "fast-check";
import { failing, root } from "./support.js";

const engine = await loadEngine();
const matches = (text: string, pattern: string) => engine.evaluate("text.matches(pattern)", { text, pattern });

const codePoints = Array.from({ length: 0x110000 }, (_, c) => c).filter((c) => c < 0xd800 || c >= 0xe000);
/** Short enough for the cost of one evaluation. */
const pieces = (characters: string[]) =>
  Array.from({ length: Math.ceil(characters.length / 5000) }, (_, i) => characters.slice(i * 5000, (i + 1) * 5000));

/** Node may know a later Unicode, whose new characters the table has nothing about. */
const data = readFileSync(new URL("src/expression/regex/unicode_data.cpp", root), "utf8");
const sameUnicode = data.includes(`from Unicode ${process.versions.unicode}.`);

test("general categories are Unicode's", () => {
  for (const category of ["L", "Nd", "N", "Z"]) {
    const expected = new RegExp(`\\p{${category}}`, "u");
    const characters = codePoints.map((c) => String.fromCodePoint(c));
    const inside = characters.filter((character) => expected.test(character));
    assert.ok(inside.length > 15);
    for (const piece of pieces(inside)) {
      assert.ok(!sameUnicode || matches(piece.join(""), `^\\p{${category}}*$`), category);
    }
    for (const piece of pieces(characters.filter((character) => !expected.test(character)))) {
      assert.equal(matches(piece.join(""), `\\p{${category}}`), false, category);
    }
  }
});

test("letters fold as Unicode says", () => {
  const folding = codePoints.map((c) => String.fromCodePoint(c)).filter((c) => /\p{Changes_When_Casemapped}/u.test(c));
  assert.ok(folding.length > 2500);
  const candidates = [...new Set(folding.flatMap((c) => [c, c.toLowerCase(), c.toUpperCase()]))].filter(
    (c) => [...c].length === 1,
  );
  const all = candidates.join("");
  for (const character of candidates.filter((_, i) => i % 7 === 0 || i < 100)) {
    const same = all.replace(new RegExp(`[^${character}]`, "giu"), "");
    const others = all.replace(new RegExp(character, "giu"), "");
    if (!sameUnicode) continue;
    assert.equal(matches(same, `(?i)^${character}+$`), true, character);
    assert.equal(matches(others, `(?i)${character}`), false, character);
  }
});

/** Patterns that RE2 and JavaScript read alike. */
const { pattern } = fc.letrec<{ pattern: string; piece: string; sequence: string }>((tie) => ({
  piece: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("a", "b", "c", "1", "-", "_", " ", "é", "ß", "k", "😀", ".", "\\.", "\\n", "\\x41", "\\u{1F600}"),
    fc.constantFrom("[ab]", "[^a]", "[a-cé]", "[^\\d\\n]", "[\\w\\-]", "\\d", "\\D", "\\w", "\\W", "\\p{L}", "\\P{N}"),
    fc.constantFrom("^", "$", "\\b", "\\B"),
    tie("pattern").map((inner) => `(${inner})`),
    tie("pattern").map((inner) => `(?:${inner})`),
    fc
      .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{0}"))
      .map(([inner, times]) => `(?:${inner})${times}`),
  ),
  sequence: fc.array(tie("piece"), { maxLength: 4 }).map((parts) => parts.join("")),
  pattern: fc.array(tie("sequence"), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("|")),
}));
const text = fc
  .array(fc.constantFrom("a", "b", "c", "A", "K", "k", "1", "-", "_", " ", "\n", "é", "É", "ß", "😀", "."), {
    maxLength: 12,
  })
  .map((characters) => characters.join(""));

test("patterns match as JavaScript's do", () => {
  fc.assert(
    fc.property(pattern, text, fc.constantFrom("", "i", "m", "s"), (source, subject, flag) => {
      // In /iu words have more letters in JavaScript: ſ and the Kelvin sign.
      fc.pre(flag !== "i" || !/\\[wWbB]/.test(source));
      const expected = new RegExp(source, `u${flag}`).test(subject);
      const re2 = source.replace(/\\u\{/g, "\\x{");
      assert.equal(matches(subject, flag ? `(?${flag})${re2}` : re2), expected);
    }),
    { seed: 4, numRuns: 1500 },
  );
});

test("a malformed pattern is an error with a place, and cannot hang", () => {
  assert.throws(() => engine.evaluate("'x'.matches('a(b')"), failing("EXP024", /1:15|column 15|not closed/));
  assert.throws(() => matches("x", "(?=x)"), failing("EXP024", /look-around/));
  assert.equal(matches("a".repeat(100_000), "(a+)+b"), false);
  assert.throws(() => matches("a".repeat(100_000), "(?:a|b)*a(?:a|b){500}c"), failing("EXP010"));
});
