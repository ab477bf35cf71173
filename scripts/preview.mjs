/**
 * dist/preview/: the custom elements with their worker, for the package; dist/pages/: the service's page for people, as
 * it stands below the service's address; build/preview/: the preview's page that `npm start` serves.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";
import { build } from "vite";
import { root, tool } from "./steps.mjs";
import "./typescript.mjs";

const review = ["review/conflict-review", "review/source"];
/** Kilobytes. */
const firstLoad = 180;
const dist = (...names) => join(root, "dist", ...names);

export async function buildPreview() {
  await buildElement();
  buildTypes();
  checkFirstLoad(await buildPage("preview", "build/preview"));
  await buildPage("admin", "dist/pages/admin");
  const { headersFile } = await import("../web/serve/admin-page.ts");
  writeFileSync(dist("pages/_headers"), headersFile);
}

/** What a page has already, or another copy would not do for (CodeMirror's state), stays outside. */
async function buildElement() {
  rmSync(dist("preview"), { recursive: true, force: true });
  const common = {
    bundle: true,
    format: "esm",
    target: "es2023",
    absWorkingDir: root,
    logLevel: "warning",
    outdir: "dist/preview",
    external: ["lit", "lit/*", "@codemirror/*", "@lezer/*", "@penguinmails/crm-sync"],
  };
  // What is not needed at first is loaded later.
  const { metafile } = await esbuild.build({
    ...common,
    entryPoints: ["web/preview/element.ts"],
    splitting: true,
    metafile: true,
  });
  writeLicences(Object.keys(metafile.inputs));
  // One file, which a host may have to serve from its own origin.
  await esbuild.build({ ...common, entryPoints: ["web/preview/worker.ts"] });
}

/** Of the packages that are part of what was built. Not each has the text of its licence with it. */
function writeLicences(inputs) {
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const texts = [...packages].sort().map((name) => {
    const folder = join(root, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    const text = file === undefined ? "" : `\n\n${readFileSync(join(folder, file), "utf8").trim()}`;
    return `${name} ${version}, ${license}${text}\n`;
  });
  writeFileSync(dist("preview", "LICENSES.txt"), texts.join("\n"));
}

/** What the page loads before anything is done on it, but for the engine, in bytes as a server sends them. */
function checkFirstLoad({ output }) {
  const chunks = new Map(output.map((one) => [one.fileName, one]));
  const names = new Set(output.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of names) for (const imported of chunks.get(name)?.imports ?? []) names.add(imported);
  // The worker, and what it loads at once, are files of their own.
  const others = output
    .map(({ fileName }) => fileName)
    .filter((name) => /\.(html|css)$|\/(worker|language)-/.test(name));
  for (const name of others) names.add(name);
  const sizes = [...names].map(
    (name) => gzipSync(readFileSync(join(root, "build/preview", name)), { level: 9 }).length,
  );
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  console.log(
    `the preview's page: ${kilobytes.toFixed(1)} kB gzipped at first, besides the engine; at most ${firstLoad}`,
  );
  if (!others.some((name) => name.includes("worker-")) || kilobytes > firstLoad)
    throw new Error(`the preview's page loads ${kilobytes.toFixed(1)} kB at first, more than ${firstLoad}`);
}

/** Declarations of the element and of what it hands out; those of the inside would only mislead. */
function buildTypes() {
  tool("tsc", ["-p", "web/preview/tsconfig.json"]);
  mkdirSync(dist("review"), { recursive: true });
  for (const name of [
    "preview/element",
    "preview/mapping-preview",
    "preview/protocol",
    "preview/rows",
    "preview/settings",
    ...review,
  ]) {
    copyFileSync(join(root, `build/preview-types/web/${name}.d.ts`), dist(`${name}.d.ts`));
  }
}

/** A page of the built package, as anybody's would be. */
async function buildPage(name, folder) {
  return build({
    configFile: false,
    root: join(root, "web", name),
    base: "./",
    logLevel: "warn",
    resolve: {
      alias: [
        { find: "@penguinmails/crm-sync/preview", replacement: dist("preview/element.js") },
        { find: "@penguinmails/crm-sync", replacement: dist("browser.js") },
      ],
    },
    worker: { format: "es" },
    build: {
      outDir: join(root, folder),
      emptyOutDir: true,
      target: "es2023",
      modulePreload: { polyfill: false },
    },
  });
}
