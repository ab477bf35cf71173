import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { failing, root } from "./support.js";

const wasm = readFileSync(new URL("dist/engine/engine.wasm", root));
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const withoutLoader: typeof import("@penguinmails/crm-sync") = await import(new URL("dist/index.js", root).href);

test("the version is the package's", async () => {
  assert.equal((await loadEngine()).version, manifest.version);
});

test("the module or its bytes may be given, on a runtime without a loader too", async () => {
  const module = await WebAssembly.compile(wasm);
  const ways = [
    () => ({ module }),
    () => ({ bytes: wasm }),
    () => ({ bytes: new Response(wasm) }),
    () => ({ bytes: new Response(wasm, { headers: { "content-type": "application/wasm" } }) }),
    () => ({ bytes: Promise.resolve(new Response(wasm)) }),
  ];
  for (const options of ways) {
    for (const load of [loadEngine, withoutLoader.loadEngine]) {
      assert.equal((await load(options())).evaluate("1 + 1"), 2);
    }
  }
});

test("a runtime without a loader asks for the module", async () => {
  await assert.rejects(withoutLoader.loadEngine(), failing("API004", /module or its bytes/));
});

test("bytes that are no module are refused, and so is an answer without them", async () => {
  const answers = [
    () => new Uint8Array([1, 2, 3]),
    () => new Response("{}", { headers: { "content-type": "application/wasm" } }),
    () => new Response(wasm, { status: 404 }),
    () => Promise.reject(new TypeError("no network")),
  ];
  for (const answer of answers) await assert.rejects(loadEngine({ bytes: answer() }), failing("API004"));
});

test("another module is refused", async () => {
  const module = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  await assert.rejects(loadEngine({ module }), failing("API004"));
});

test("two engines share nothing", async () => {
  const [first, second] = [await loadEngine(), await loadEngine()];
  const { mapping } = first.compile("field_mapping: [{penguinmails_field: a, crm_field: b}]");
  assert.ok(mapping);
  second.compile("field_mapping: [{penguinmails_field: c, crm_field: d}]");
  assert.deepEqual(mapping.toCrm({ a: 1, c: 2 }).record, { b: 1 });
});

test("every export and command of the package was built, with one .wasm for each of the two modules", () => {
  const files = readdirSync(new URL("dist", root), { recursive: true }).map(String);
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? target : Object.values(target as object),
  );
  for (const target of [...targets, ...Object.values(manifest.bin as object)]) {
    assert.ok(readFileSync(new URL(target, root)).length > 0, target);
  }
  // The service's page for people is whole by itself, with an engine of its own.
  const modules = files.filter((file) => file.endsWith(".wasm") && !/^pages\b/.test(file));
  assert.deepEqual(modules.sort(), ["engine/engine.wasm", "engine/runtime.wasm"]);
  assert.equal(manifest.dependencies, undefined, "the engine installs nothing else");
});

test("the glue evaluates no code, which workerd and pages with a CSP forbid", () => {
  const glue = readFileSync(new URL("dist/engine/engine.js", root), "utf8");
  assert.doesNotMatch(glue, /\beval\(|new Function\(|Function\("/);
});
