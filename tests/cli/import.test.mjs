/** `crm-sync import segment` as a command; what is imported is import-segment.test.mjs. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { jsonLines, lines, run } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "crm-sync-import-"));
after(() => rmSync(folder, { recursive: true }));

function fileWith(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const mapping = JSON.stringify({
  email: { "@path": "$.traits.email" },
  greeting: { "@template": "Dear {{traits.name}}," },
  all: { "@flatten": { separator: ".", value: { "@path": "$.traits" } } },
});

test("the mapping file goes to stdout, what was refused to stderr, and the file maps", async () => {
  const said = await run(["import", "segment", fileWith("people.json", mapping)]);
  assert.equal(said.code, 0);
  const messages = lines(said.stderr);
  assert.match(messages[0], /^crm-sync: warning CLI005: all: @flatten: /);
  assert.equal(messages.at(-1), "2 of 3 fields imported");
  assert.match(said.stdout, /^name: people$/m);
  assert.match(said.stdout, /^# {3}all: @flatten: /m);
  const file = fileWith("people.yaml", said.stdout);
  assert.equal((await run(["check", file])).stdout, `${file}: 2 entries, no mistakes\n`);
  const mapped = await run(["map", file, "--to", "crm"], '{"traits": {"email": "a@b.c", "name": "Ada"}}');
  assert.deepEqual(JSON.parse(mapped.stdout), { email: "a@b.c", greeting: "Dear Ada," });
});

test("stdin, and JSON with --json", async () => {
  const said = await run(["import", "segment", "--json"], mapping);
  assert.equal(said.code, 0);
  const file = fileWith("people-2.json", said.stdout);
  assert.deepEqual(JSON.parse((await run(["check", "--json", file])).stdout), []);
  const [refusal] = jsonLines(said.stderr);
  assert.deepEqual(
    [refusal.code, refusal.severity, refusal.path, Object.keys(JSON.parse(said.stdout).field_mapping)],
    ["CLI005", "warning", "/all", ["email", "greeting"]],
  );
});

test("a list of paths comes with a note", async () => {
  const path = (name) => ({ "@path": `$.traits.${name}` });
  // biome-ignore lint/suspicious/noThenProperty: the mapping kit's @if has one
  const choice = { exists: path("a"), then: path("a"), else: path("b") };
  const said = await run(
    ["import", "segment", "--json"],
    JSON.stringify({ one: { "@if": choice }, two: { "@if": choice } }),
  );
  assert.equal(said.code, 0);
  const notes = jsonLines(said.stderr);
  assert.deepEqual(
    notes.map(({ code, severity }) => [code, severity]),
    [["CLI006", "info"]],
  );
  assert.match(notes[0].message, /^one, two: /);
});

test("exit code 1 only where nothing could be imported", async () => {
  const said = await run(["import", "segment"], '{"all": {"@flatten": {"separator": "."}}}');
  assert.equal(said.code, 1);
  assert.match(said.stderr, /0 of 1 fields imported/);
});

for (const [name, [text, code]] of Object.entries({ "no JSON": ["{", "JSN001"], "no object": ["[1]", "JSN010"] })) {
  test(`${name} is an error`, async () => {
    const said = await run(["import", "segment"], text);
    assert.deepEqual([said.code, said.stdout], [1, ""]);
    assert.ok(said.stderr.startsWith(`crm-sync: error ${code}: `), said.stderr);
  });
}
