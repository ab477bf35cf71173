/** axe cannot judge colours inside an editor, so the tokens are held to WCAG AA by computation. */
import assert from "node:assert/strict";
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
  test(`every ink can be read on every ground in ${scheme}`, () => {
    const colours = new Map(pairs.map(([, name = "", ...schemes]) => [name, schemes[index] ?? ""]));
    const colour = (name: string) => colours.get(name) ?? assert.fail(`there is no colour ${name}`);
    const soft = ["accent", "good", "warning", "error"].map((name) => [name, `${name}-soft`] as const);
    const read = [...inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const)), ...soft];
    const faint = read.filter(([ink, ground]) => contrast(colour(ink), colour(ground)) < 4.5);
    assert.deepEqual(faint, []);
  });
}
