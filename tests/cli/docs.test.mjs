import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { differing } from "../../scripts/generate-docs.mjs";
import { lines, pathOf, root, run } from "./support.mjs";

const docs = readdirSync(pathOf("docs")).filter((name) => name.endsWith(".md"));
const pages = ["README.md", "CHANGELOG.md", ...docs.map((name) => `docs/${name}`)];

test("generated files are what their tables give", () => {
  assert.deepEqual(
    differing().map(([path]) => path),
    [],
    "run node scripts/generate-docs.mjs",
  );
});

for (const page of pages) {
  test(`${page} links to what there is`, () => {
    const here = new URL(page, root);
    for (const [, target] of readFileSync(here, "utf8").matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^https?:/.test(target)) continue;
      assert.ok(existsSync(new URL(target, here)), `${page} links to ${target}`);
    }
  });
}

test("the README's example of the package does what it says", async () => {
  const code = readFileSync(pathOf("README.md"), "utf8").match(/```js\n([\s\S]*?)```/)[1];
  const expected = code.match(/console\.log.*\/\/ (.*)/)[1];
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code], {
    cwd: pathOf("."),
  });
  assert.equal(stdout.trim(), expected);
});

test("the README's example of the command line does what it says", async () => {
  const command = readFileSync(pathOf("README.md"), "utf8").match(/npx crm-sync (.*)/)[1];
  const { code, stdout } = await run(command.split(" "));
  assert.equal(code, 0);
  assert.equal(lines(stdout).length, 3);
});

test("every code that a page names is in the list of codes", () => {
  const known = new Set(readFileSync(pathOf("docs/diagnostics.md"), "utf8").match(/\b[A-Z]{3}\d{3}\b/g));
  for (const page of pages) {
    for (const code of readFileSync(pathOf(page), "utf8").match(/\b[A-Z]{3}\d{3}\b/g) ?? [])
      assert.ok(known.has(code), `${page} names ${code}`);
  }
});
