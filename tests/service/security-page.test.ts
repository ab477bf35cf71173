/** docs/security.md names tests that are there. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { usualRetention } from "../../web/service/store/retention.js";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const page = read("docs/security.md");

test("each threat of docs/security.md has its test, by its name", () => {
  const threats = (page.split("## Threats")[1]?.split("\n## ")[0] ?? "")
    .split("\n")
    .filter((row) => row.startsWith("| "));
  const rows = threats.slice(1);
  assert.ok(rows.length >= 15);
  for (const row of rows) {
    const [, file, title] = /\| `(tests\/[\w./-]+)`: (.+) \|$/.exec(row) ?? [];
    assert.ok(file && title, row);
    const source = read(file);
    assert.ok(
      [`"${title}"`, `\`${title}\``].some((name) => source.includes(name)),
      `${file} has no test "${title}"`,
    );
  }
});

test("docs/security.md says how long is kept what", () => {
  for (const [name, days] of Object.entries(usualRetention))
    assert.ok(page.includes(`| \`${name}\` | ${days} |`), name);
});
