/**
 * Builds the package's modules twice from what is committed, in folders of different names and without the compiler's
 * cache, and compares them byte by byte. It takes as long as two builds from nothing.
 *
 *   node scripts/reproducible.mjs
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, run } from "./steps.mjs";

const modules = ["engine.wasm", "runtime.wasm"];

/** The hashes of both modules, built in this folder. */
function built(folder) {
  mkdirSync(folder);
  const archive = `${folder}.tar`;
  run("git", ["-C", root, "archive", "--output", archive, "HEAD"]);
  run("tar", ["-xf", archive, "-C", folder]);
  // What the set-up has put beside the sources; where there is none, CMake fetches it.
  const libraries = join(root, ".deps");
  if (existsSync(libraries)) cpSync(libraries, join(folder, ".deps"), { recursive: true, verbatimSymlinks: true });
  const how = { env: { CCACHE_DISABLE: "1" }, cwd: folder };
  run("cmake", ["--preset", "wasm"], { ...how, quiet: true });
  // By the preset: it says where the tools find theirs.
  const targets = ["crmsync_wasm", "crmsync_runtime_wasm"].flatMap((name) => ["--target", name]);
  run("cmake", ["--build", "--preset", "wasm", ...targets], how);
  return modules.map((name) =>
    createHash("sha256")
      .update(readFileSync(join(folder, "build/wasm", name)))
      .digest("hex"),
  );
}

export function checkReproducible() {
  const place = mkdtempSync(join(tmpdir(), "crm-sync-twice-"));
  try {
    const first = built(join(place, "a"));
    const second = built(join(place, "another-folder-with-a-longer-name"));
    for (const [index, name] of modules.entries()) {
      console.log(`${name} ${first[index]}`);
      if (first[index] !== second[index]) throw new Error(`${name}: two builds, two modules`);
    }
  } finally {
    rmSync(place, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) checkReproducible();
