/**
 * dist/preview/: the custom elements with their worker, for the package; dist/admin/: the service's page for reviews;
 * build/preview/: the preview's page that `npm start` serves.
 */
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import esbuild from "esbuild";
import { build } from "vite";
import { root, tool } from "./steps.mjs";

const review = ["review/conflict-review", "review/source"];
const dist = (...names) => join(root, "dist", ...names);

export async function buildPreview() {
  await buildElement();
  buildTypes();
  await buildPage("preview", "build/preview");
  await buildPage("admin", "dist/admin");
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
  await esbuild.build({ ...common, entryPoints: ["web/preview/element.ts"], splitting: true });
  // One file, which a host may have to serve from its own origin.
  await esbuild.build({ ...common, entryPoints: ["web/preview/worker.ts"] });
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

    ...review,
  ]) {
    copyFileSync(join(root, `build/preview-types/web/${name}.d.ts`), dist(`${name}.d.ts`));
  }
}

/** A page of the built package, as anybody's would be. */
async function buildPage(name, folder) {
  await build({
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
