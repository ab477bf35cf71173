import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { example, pathOf, run, start } from "./support.mjs";

const folder = await mkdtemp(join(tmpdir(), "crm-sync-compile-"));

/** What `compile` writes, as a file. */
async function compiled(mapping, ...args) {
  const child = start(["compile", mapping, ...args]);
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 0);
  const file = join(folder, "mapping.bin");
  writeFileSync(file, Buffer.concat(chunks));
  return file;
}

test("map and resolve take the compiled mapping, and give what they give of the file", async () => {
  const mapping = example("hubspot-contacts.yaml");
  const file = await compiled(mapping);
  const contacts = readFileSync(example("contacts.ndjson"));
  const pairs = readFileSync(example("hubspot-pairs.json"));
  const mapped = await run(["map", file, "--to", "crm"], contacts);
  assert.equal(mapped.code, 0, mapped.stderr);
  assert.notEqual(mapped.stdout, "");
  assert.deepEqual(mapped, await run(["map", mapping, "--to", "crm"], contacts));
  const now = ["--now", "2026-03-01T10:00:05Z"];
  assert.deepEqual(await run(["resolve", file, ...now], pairs), await run(["resolve", mapping, ...now], pairs));
});

test("a mapping file with mistakes gives no bytes", async () => {
  const file = join(folder, "broken.yaml");
  writeFileSync(file, "field_mapping: [{crm_feild: A}]\n");
  const { code, stdout, stderr } = await run(["compile", file]);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /MAP001/);
});

test("bytes that are damaged are refused", async () => {
  const file = await compiled(example("hubspot-contacts.yaml"));
  const bytes = readFileSync(file);
  bytes[100] ^= 1;
  writeFileSync(file, bytes);
  const { code, stderr } = await run(["map", file, "--to", "crm"], "{}");
  assert.equal(code, 1);
  assert.match(stderr, /API009/);
  assert.match(stderr, /compile the mapping file again/);
});

test("what needs the mapping file says so", async () => {
  const file = await compiled(example("hubspot-contacts.yaml"));
  const checked = await run(["check", file]);
  assert.equal(checked.code, 2);
  assert.match(checked.stderr, /is a compiled mapping/);
  const tested = await run(["test", file]);
  assert.equal(tested.code, 1);
  assert.match(tested.stderr, /API010/);
});

test("what a catalog says counts when the file is compiled", async () => {
  const file = await compiled(example("hubspot-contacts.yaml"));
  const { code, stderr } = await run(["map", file, "--to", "crm", "--catalog", "catalog.json"], "{}");
  assert.equal(code, 2);
  assert.match(stderr, /--catalog/);
});

test("nothing is written to a terminal", async () => {
  // script(1) of util-linux gives the command a terminal.
  const command = `${process.execPath} ${pathOf("dist/cli/crm-sync.js")} compile ${example("hubspot-contacts.yaml")}`;
  const child = spawn("script", ["-qec", command, "/dev/null"]);
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  assert.equal(code, 2);
  assert.match(Buffer.concat(chunks).toString(), /nothing for a terminal/);
});
