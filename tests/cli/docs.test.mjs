import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { loadEngine } from "@penguinmails/crm-sync";
import { differing, documentedFunctions } from "../../scripts/generate-docs.mjs";
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

test("the examples of docs/functions.md give what they say", async () => {
  const engine = await loadEngine();
  let count = 0;
  for (const { family, examples } of documentedFunctions()) {
    if (family === "filters") continue; // templates, which only mappings hold; the engine's own tests run them
    for (const dialect of family === "aggregates" ? ["crm"] : ["cel", "crm"]) {
      for (const [expression, result] of examples) {
        const outcome = engine.evaluateTyped(expression, {}, { dialect });
        if (result === "error") assert.ok("error" in outcome, expression);
        else assert.deepEqual(outcome, engine.evaluateTyped(result, {}, { dialect }), expression);
        count += 1;
      }
    }
  }
  assert.ok(count > 200, `${count} examples`);
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

test("the README's examples of the command line do what they say", async () => {
  const written = join(await mkdtemp(join(tmpdir(), "crm-sync-")), "mapping.yaml");
  const commands = [...readFileSync(pathOf("README.md"), "utf8").matchAll(/^ {4}npx crm-sync (.*)$/gm)];
  const outputs = [];
  for (const [, command] of commands) {
    const [, words, target] = command.match(/^(.*?)(?: > (\S+))?$/);
    const { code, stdout } = await run(words.split(" ").map((word) => (word === "mapping.yaml" ? written : word)));
    assert.equal(code, 0, command);
    if (target === "mapping.yaml") writeFileSync(written, stdout);
    else outputs.push(lines(stdout).length);
  }
  assert.deepEqual(outputs, [3, 3]);
});

test("every code that a page names is in the list of codes", () => {
  const known = new Set(readFileSync(pathOf("docs/diagnostics.md"), "utf8").match(/\b[A-Z]{3}\d{3}\b/g));
  for (const page of pages) {
    for (const code of readFileSync(pathOf(page), "utf8").match(/\b[A-Z]{3}\d{3}\b/g) ?? [])
      assert.ok(known.has(code), `${page} names ${code}`);
  }
});
