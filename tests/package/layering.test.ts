/** Arrows run one way: third party → src → bindings → web, and inside src by folder. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { root } from "./support.js";

function files(folder: string, pattern: RegExp): { path: string; text: string }[] {
  return readdirSync(new URL(folder, root), { recursive: true })
    .map((path) => `${folder}/${path}`)
    .filter((path) => pattern.test(path))
    .map((path) => ({ path, text: readFileSync(new URL(path, root), "utf8") }));
}

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? "");
const includes = (text: string) => matches(text, /^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm);
const imports = (text: string) => matches(text, /(?:from|import|import\()\s*["']([^"']+)["']/g);
const source = files("src", /\.(h|cpp)$/);
const packageSources = files("bindings/package", /\.ts$/);

/** Which folders of src each may include; the root folder is the public interface, on top of all. */
const allowed: Record<string, string[]> = {
  diagnostics: ["diagnostics", "json"],
  json: ["diagnostics", "json"],
  expression: ["diagnostics", "json", "expression"],
  mapping: ["diagnostics", "json", "expression", "mapping"],
  conflict: ["diagnostics", "json", "expression", "mapping", "conflict"],
  editor: ["diagnostics", "json", "expression", "mapping", "editor"],
  image: ["diagnostics", "json", "expression", "mapping", "image"],
  "": ["diagnostics", "json", "expression", "mapping", "conflict", "editor", "image", ""],
};
const folderOf = (path: string) => (path.includes("/") ? (path.split("/")[0] ?? "") : "");

test("there is something to look at", () => {
  assert.ok(source.length > 20 && packageSources.length > 5);
});

test("includes in src run one way", () => {
  const own = new Set(source.map(({ path }) => path.replace("src/", "")));
  const breaches = source.flatMap(({ path, text }) => {
    const folder = folderOf(path.replace("src/", ""));
    return includes(text)
      .filter((include) => own.has(include) && !allowed[folder]?.includes(folderOf(include)))
      .map((include) => `${path} includes ${include}`);
  });
  assert.deepEqual(breaches, []);
});

test("src knows nothing of its host", () => {
  const hosts =
    /^(emscripten|wasi|unistd|sys\/|ctime$|time\.h$|chrono$|fstream$|iostream$|filesystem$|locale|regex$|thread$)/;
  const breaches = source.flatMap(({ path, text }) =>
    includes(text)
      .filter((include) => hosts.test(include))
      .map((include) => `${path} includes ${include}`),
  );
  assert.deepEqual(breaches, []);
  for (const { path, text } of source) assert.doesNotMatch(text, /__EMSCRIPTEN__|\bEM_ASM|\bgetenv\(/, path);
});

test("each library is in its one place", () => {
  const users = (pattern: RegExp) =>
    source.filter(({ text }) => includes(text).some((include) => pattern.test(include)));
  assert.equal(
    users(/^yaml-cpp\//).length,
    1,
    users(/^yaml-cpp\//)
      .map(({ path }) => path)
      .join(", "),
  );
  for (const { path } of users(/^nlohmann\//)) assert.match(path, /^src\/(mapping\/|crmsync|api)/);
  for (const { path } of users(/^(fast_float|dragonbox)\//)) assert.match(path, /^src\/json\//);
  const emscripten = files("bindings", /\.(h|cpp)$/).filter(({ text }) =>
    includes(text).some((include) => /^emscripten/.test(include)),
  );
  assert.deepEqual(
    emscripten.map(({ path }) => path),
    ["bindings/embind.h"],
  );
});

/** What else the runtimes' loaders import. */
const foreign: Record<string, string[]> = {
  "bindings/package/node.ts": ["node:fs"],
  "bindings/package/normalizers.ts": ["libphonenumber-js/min"],
  "bindings/package/runtime-node.ts": ["node:fs"],
  "bindings/package/workerd.ts": ["./engine/engine.wasm"],
  "bindings/package/runtime-workerd.ts": ["./engine/runtime.wasm"],
  "bindings/package/edge-light.ts": ["./engine/engine.wasm?module"],
  "bindings/package/runtime-edge-light.ts": ["./engine/runtime.wasm?module"],
};

test("the package needs nothing of Node but in Node's loader, and nothing that is not its own", () => {
  for (const { path, text } of packageSources) {
    const others = imports(text).filter(
      (specifier) => !/^(\.\/|\.\.\/)((engine|catalogs)\/)?[\w-]+\.js$/.test(specifier),
    );
    assert.deepEqual(others, foreign[path] ?? [], path);
    if (!path.endsWith("node.ts")) assert.doesNotMatch(text, /\b(process|Buffer|require|__dirname)\b[.(]/, path);
  }
});

test("what pages and edge functions load needs nothing of Node", () => {
  const onNode = /^web\/service\/node\//;
  const service = files("web/service", /\.ts$/).filter(({ path }) => !onNode.test(path));
  const sources = [...service, ...files("web/preview", /\.ts$/)];
  assert.ok(sources.length > 15);
  for (const { path, text } of sources) {
    const ofNode = imports(text).filter((specifier) => specifier.startsWith("node:"));
    assert.deepEqual(ofNode, [], path);
    assert.ok(!imports(text).some((specifier) => specifier.includes("/node/")), path);
    assert.doesNotMatch(text, /\b(process|Buffer|require|__dirname)\b[.(]/, path);
  }
});
