/** The parts of dist/. Needs the JavaScript packages, so it is imported after the set-up. */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import esbuild from "esbuild";
import { mappingSchema } from "./mapping-schema.mjs";
import { buildPreview } from "./preview.mjs";
import { buildPreset, root, tool } from "./steps.mjs";

const dist = (...names) => join(root, "dist", ...names);
const common = { bundle: true, format: "esm", target: "es2023", absWorkingDir: root, logLevel: "warning" };

/** dist/engine/: the whole engine and what only runs compiled mappings, each a .wasm and its glue; nothing else. */
export async function buildEngine(preset = "wasm", folder = dist("engine")) {
  buildPreset(preset);
  mkdirSync(folder, { recursive: true });
  for (const name of ["engine", "runtime"]) {
    copyFileSync(join(root, "build", preset, `${name}.wasm`), join(folder, `${name}.wasm`));
    await esbuild.build({
      ...common,
      entryPoints: [`build/${preset}/${name}.mjs`],
      outfile: join(folder, `${name}.js`),
      minify: true,
    });
  }
}

/** build/wasm-scalar/package/: what dist/ holds, with the engine without SIMD, for tests to compare. */
export async function buildScalarPackage() {
  const folder = join(root, "build/wasm-scalar/package");
  cpSync(dist(), folder, { recursive: true });
  await buildEngine("wasm-scalar", join(folder, "engine"));
}

/** The engine with the calls of bench/engine/, which no package holds. */
export function buildBench() {
  buildPreset("wasm", ["crmsync_bench"]);
}

export async function buildPackage() {
  for (const name of existsSync(dist()) ? readdirSync(dist()) : []) {
    if (name !== "engine") rmSync(dist(name), { recursive: true });
  }
  await esbuild.build({
    ...common,
    entryPoints: ["index", "node", "browser", "workerd", "edge-light"]
      .flatMap((name) => [name, `runtime-${name}`])
      .concat("errors")
      .map((name) => `bindings/package/${name}.ts`),
    outdir: "dist",
    splitting: true,
    platform: "neutral",
    external: ["node:*", "./engine/*", "./normalizers.js"],
  });
  await buildNormalizers();
  writeFileSync(dist("schema.json"), `${JSON.stringify(mappingSchema(), null, 2)}\n`);
  buildTypes();
  await buildCommandLine();
  await buildPreview();
  await buildService();
}

/** With libphonenumber-js in it, whose licences come along: its own, and Google's for the tables of numbers. */
async function buildNormalizers() {
  const library = join(root, "node_modules/libphonenumber-js");
  const { version } = JSON.parse(readFileSync(join(library, "package.json"), "utf8"));
  const notice = [
    `libphonenumber-js ${version}, with metadata of Google's libphonenumber (Apache License 2.0,`,
    "https://www.apache.org/licenses/LICENSE-2.0).",
    "",
    readFileSync(join(library, "LICENSE"), "utf8").trim(),
  ];
  await esbuild.build({
    ...common,
    entryPoints: ["bindings/package/normalizers.ts"],
    outdir: "dist",
    platform: "neutral",
    mainFields: ["module", "main"],
    minify: true,
    banner: { js: `/*!\n${notice.join("\n")}\n*/` },
  });
}

/** Declarations of what index.ts exports; those of the inside would only mislead. */
function buildTypes() {
  tool("tsc", ["-p", "tsconfig.types.json"]);
  for (const name of ["index", "runtime-index", "load", "errors", "normalizers", "types"]) {
    copyFileSync(join(root, `build/types/${name}.d.ts`), dist(`${name}.d.ts`));
  }
  for (const name of ["engine", "runtime"])
    copyFileSync(join(root, `bindings/package/engine/${name}.d.wasm.ts`), dist(`${name}.wasm.d.ts`));
}

/** The service and what `serve` shows of it are files of their own, which no other command loads. */
export async function buildCommandLine() {
  await esbuild.build({
    ...common,
    entryPoints: { "crm-sync": "web/cli/main.ts" },
    outdir: "dist/cli",
    splitting: true,
    platform: "node",
    plugins: [
      leaveOutside(/\/bindings\/package\/node\.js$/, "../node.js"),
      leaveOutside(/\/service\/node\/index\.js$/, "../service/node.js"),
    ],
  });
  chmodSync(dist("cli/crm-sync.js"), 0o755);
}

/** In parts, so that what the entries share is there once. What else they need is the host's to bring. */
export async function buildService() {
  await esbuild.build({
    ...common,
    entryPoints: {
      index: "web/service/index.ts",
      node: "web/service/node/index.ts",
      cloudflare: "web/service/cloudflare/index.ts",
      webhooks: "web/service/webhooks/index.ts",
    },
    outdir: "dist/service",
    splitting: true,
    platform: "neutral",
    packages: "external",
    external: ["@penguinmails/crm-sync", "cloudflare:*"],
    plugins: [leaveOutside(/\/bindings\/package\/errors\.js$/, "../errors.js")],
  });
  tool("tsc", ["-p", "web/service/tsconfig.json"]);
  const types = join(root, "build/service-types/web/service");
  for (const file of reached(
    types,
    ["index", "node/index", "cloudflare/index", "webhooks/index"].map((entry) => `${entry}.d.ts`),
  )) {
    cpSync(join(types, file), dist("service", file));
  }
}

/** The declarations that the entries' declarations lead to; those of the inside would only mislead. */
function reached(folder, entries) {
  const files = new Set(entries);
  for (const file of files) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const [, specifier] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)\.js"/g)) {
      const next = join(dirname(file), `${specifier}.d.ts`);
      if (next.startsWith("..")) throw new Error(`${file} declares what stands outside the service: ${specifier}`);
      files.add(next);
    }
  }
  return files;
}

/** An import that stays one, of a file that has another place in dist/. */
function leaveOutside(filter, path) {
  return {
    name: `leave ${path} outside`,
    setup: (build) => build.onResolve({ filter }, () => ({ path, external: true })),
  };
}
