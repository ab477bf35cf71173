/** axe cannot judge colours inside an editor, so the tokens are held to WCAG AA by computation. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { tokens } from "../../web/preview/styles.js";

const pairs = [...tokens.cssText.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)];
const inks = ["ink", "quiet", "accent", "good", "warning", "error", "code-key", "code-text"];
const grounds = ["surface", "page", "highlight"];

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

for (const [index, scheme] of ["light", "dark"].entries()) {
  const colours = new Map(pairs.map(([, name = "", ...schemes]) => [name, schemes[index] ?? ""]));
  const colour = (name: string) => colours.get(name) ?? assert.fail(`there is no colour ${name}`);
  const below = (least: number, seen: (readonly [string, string])[]) =>
    seen.filter(([one, ground]) => contrast(colour(one), colour(ground)) < least);

  test(`every ink can be read on every ground in ${scheme}`, () => {
    const soft = ["accent", "good", "warning", "error"].map((name) => [name, `${name}-soft`] as const);
    const read = [...inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const)), ...soft];
    assert.deepEqual(below(4.5, read), []);
  });

  test(`the edge of what can be used is seen on every ground in ${scheme}`, () => {
    const edges = grounds.map((ground) => ["edge", ground] as const);
    assert.deepEqual(below(3, edges), []);
  });
}

test("whatever can be used has that edge, not the fainter line between parts", () => {
  const rules = ["preview", "review", "admin"].flatMap((name) => {
    const folder = new URL(`../../web/${name}/`, import.meta.url);
    const sources = readdirSync(folder).filter((file) => file.endsWith(".ts"));
    const texts = sources.map((file) => readFileSync(new URL(file, folder), "utf8"));
    return texts.flatMap((text) => [...text.matchAll(/([^{}]+)\{([^{}]*)\}/g)]);
  });
  const framed = rules.filter(([, , body = ""]) => body.includes("border: 1px solid"));
  const used = framed.filter(([, selector = ""]) => /button|input|select|\.(mode|file|group|more)\b/.test(selector));
  assert.ok(used.length >= 10);
  assert.deepEqual(
    used.filter(([, , body = ""]) => !body.includes("border: 1px solid var(--edge)")).map(([rule]) => rule),
    [],
  );
});
