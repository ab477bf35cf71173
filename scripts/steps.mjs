/** What the scripts have in common: running other programs from the repository's root, and building by preset. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program; ends this one with its exit code when it fails. */
export function run(program, args = [], { env = {}, quiet = false, cwd = root } = {}) {
  const result = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
    stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
  });
  if (result.status === 0) return;
  if (quiet) process.stderr.write(`${result.stdout}${result.stderr}`);
  console.error(
    `\n${[program, ...args].join(" ")}: ${result.error?.message ?? `exit code ${result.status ?? result.signal}`}`,
  );
  process.exit(result.status || 1);
}

/** A step with its name before it and its time behind it. */
export async function step(name, work) {
  console.log(`\n== ${name}`);
  const start = performance.now();
  await work();
  console.log(`== ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** Installs what is missing; `--postgres` and `--valgrind` besides what is built and tested with everywhere. */
export function setup(...options) {
  run("scripts/setup", options);
}

/** Programs of the JavaScript packages. */
export function tool(name, args, options) {
  run(join(root, "node_modules/.bin", name), args, options);
}

export function buildPreset(preset, targets = []) {
  // So that what one clone has compiled is there for the next.
  const env = { CCACHE_BASEDIR: root, CCACHE_NOHASHDIR: "1" };
  const ninja = join(root, "build", preset, "build.ninja");
  const presets = join(root, "CMakePresets.json");
  // Ninja notices changes of CMake's own files, but not of the presets.
  if (!existsSync(ninja) || statSync(presets).mtimeMs > statSync(ninja).mtimeMs) {
    run("cmake", ["--preset", preset], { quiet: true });
  }
  run("cmake", ["--build", "--preset", preset, ...targets.flatMap((target) => ["--target", target])], { env });
}

/** What the engine's tests read but cannot make: CEL's conformance suite, and the inputs of all conflicts of a field. */
export function writeCases() {
  for (const cases of ["conformance", "enumeration"]) {
    run(process.execPath, ["--import", "./scripts/typescript.mjs", `tests/${cases}/write.ts`, `build/${cases}.ndjson`]);
  }
}
