import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./support.mjs";

const { list, table } = await source("web/cli/table.ts");
const { printable, stringWidth, truncated, wrapped } = await source("web/cli/text.ts");

const plain = new Proxy({}, { get: () => (text) => text });
const options = { width: 30, paint: plain };

test("columns are as wide as their contents, wide characters included", () => {
  const text = table(["Name", "Value"], [{ cells: ["山田", "x"] }, { cells: ["ab", "yy"], remark: "why" }], options);
  assert.equal(text, "Name  Value\n山田  x\nab    yy\n  why\n");
});

test("no line is wider than the table, and what was cut off shows", () => {
  const rows = [{ cells: ["a".repeat(20), "b".repeat(50), "c"], remark: "words and more words ".repeat(5).trim() }];
  const text = table(["One", "Two", "Three"], rows, options);
  for (const line of text.split("\n")) assert.ok(stringWidth(line) <= 30, line);
  assert.match(text, /…/);
});

test("a list wraps its values under themselves", () => {
  assert.equal(
    list([["name", "some words that wrap"]], { width: 18, paint: plain }),
    "name  some words\n      that wrap\n",
  );
});

test("text is wrapped between words, and within a word that is too long", () => {
  assert.deepEqual(wrapped("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
  assert.deepEqual(wrapped("", 3), [""]);
});

test("text is cut between characters, never within one", () => {
  assert.equal(truncated("abc", 3), "abc");
  assert.equal(truncated("abcd", 3), "ab…");
  assert.equal(truncated("山田", 3), "山…");
  assert.equal(truncated("👨‍👩‍👧👨‍👩‍👧", 3), "👨‍👩‍👧…");
});

test("a value cannot command the terminal", () => {
  assert.equal(printable("a\u001b[31mb\r\n\u202e"), "a\\u001b[31mb\\u000d\\n\\u202e");
});
