import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { example, lines, pathOf, run } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "crm-sync-check-"));
after(() => rmSync(folder, { recursive: true }));

function fileWith(text) {
  const path = join(folder, "mapping.yaml");
  writeFileSync(path, text);
  return path;
}

for (const name of readdirSync(pathOf("examples")).filter((file) => file.endsWith(".yaml"))) {
  test(`examples/${name} has no mistakes`, async () => {
    const { code, stdout, stderr } = await run(["check", "--json", example(name)]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(JSON.parse(stdout), []);
  });
}

test("of a file without mistakes the number of its entries is said", async () => {
  const { code, stdout, stderr } = await run(["check", example("walkthrough.yaml")]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /: \d+ entries, no mistakes\n$/);
  assert.deepEqual(lines(stdout).length, 1, stdout);
});

const misspelt = `field_mapping:
  - crm_feild: Email   # "ü" and 😀 before it would move the column
    penguinmails_field: email
`;

test("a mistake is shown in its line with a caret, and what to do", async () => {
  const file = fileWith(misspelt);
  const { code, stdout } = await run(["check", file]);
  assert.equal(code, 1);
  const said = lines(stdout);
  const first = said.findIndex((line) => line.startsWith(`${file}:2:5: error MAP001: `));
  assert.notEqual(first, -1, stdout);
  assert.equal(said[first + 1], `    2 |   - crm_feild: Email   # "ü" and 😀 before it would move the column`);
  assert.equal(said[first + 2], "      |     ^~~~~~~~~");
  assert.match(stdout, /did you mean crm_field\?/);
  assert.match(said.at(-1), /: \d+ errors?/);
});

test("diagnostics are a JSON array with --json", async () => {
  const { code, stdout, stderr } = await run(["check", "--json", fileWith(misspelt)]);
  assert.deepEqual([code, stderr], [1, ""]);
  const found = JSON.parse(stdout).find((diagnostic) => diagnostic.code === "MAP001");
  assert.deepEqual(
    [found.severity, found.line, found.column, found.endLine, found.endColumn, found.suggestion],
    ["error", 2, 5, 2, 14, "crm_field"],
  );
  assert.deepEqual(JSON.parse((await run(["check", "--json", example("walkthrough.yaml")])).stdout), []);
});

test("the caret stands under wide characters and tabs", async () => {
  const text = 'field_mapping: [{name: "山田\t", crm_field: E, penguinmails_field: e, dirrection: to_crm}]';
  const said = lines((await run(["check", fileWith(text)])).stdout);
  assert.equal(said.length, 5, said.join("\n")); // place, line, caret, suggestion, summary
  const [, line, caret] = said;
  const before = line.slice(0, line.indexOf("dirrection"));
  assert.equal(caret.indexOf("^"), before.length + 2); // each of the two wide characters takes two columns
});

test("of a long line the part around the mistake is shown", async () => {
  const { stdout } = await run(["check", fileWith(`{"name": "${"x".repeat(500_000)}", "feild_mapping": []}`)]);
  for (const line of lines(stdout)) assert.ok(line.length < 300, line.slice(0, 300));
  assert.match(stdout, /feild_mapping/);
});

const broken = {
  "broken YAML": ["field_mapping: [\n", /FIL001/],
  "broken JSON": ['{"field_mapping": [}', /FIL002/],
  "no UTF-8": [Buffer.from([0x61, 0x3a, 0x20, 0xff]), /FIL003/],
  "an empty file": ["", /FIL008/],
  "a file that is too large": [`# ${"x".repeat(2 << 20)}`, /FIL004/],
  "an alias bomb": [
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
      .concat(Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(", ")}]`))
      .join("\n"),
    /FIL006/,
  ],
  "10,000 levels of nesting": ["[".repeat(10_000), /FIL00[15]/],
};
for (const [name, [text, expected]] of Object.entries(broken)) {
  test(`${name}: a coded diagnostic and exit code 1`, async () => {
    const { code, stdout, stderr } = await run(["check", fileWith(text)]);
    assert.deepEqual([code, stderr], [1, ""]);
    assert.match(stdout, expected);
  });
}

test("a mapping with errors maps nothing", async () => {
  const { code, stdout, stderr } = await run(["map", fileWith(misspelt), "--to", "crm"], '{"email":"a@b.c"}\n');
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /MAP001/);
});
