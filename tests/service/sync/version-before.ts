/** The version that was released before this one, from the repository's history. */
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { root } from "../../package/support.js";
import type { Version } from "./world.js";

const commit = "b711b1aefe6228d7411ea3935e6a2da030ec6a77";

/** Its sources of the service, which run on this version's engine. */
const folder = new URL(`build/before-${commit.slice(0, 12)}/`, root);

// Whoever the clone belongs to, it is only read.
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "safe.directory=*", ...args], {
    ...{ cwd: fileURLToPath(root), maxBuffer: 64 * 2 ** 20, stdio: ["ignore", "pipe", "pipe"] },
  });

/** Not in a clone without the history. */
export function isThere(): boolean {
  try {
    git("cat-file", "-e", commit);
    return true;
  } catch {
    return false;
  }
}

function unpack(): void {
  const made = fileURLToPath(new URL(`${folder.href.slice(0, -1)}-${process.pid}/`));
  mkdirSync(made, { recursive: true });
  try {
    const packed = git("archive", commit, "bindings", "web");
    execFileSync("tar", ["-x", "-C", made], { input: packed });
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, fileURLToPath(folder));
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

export async function versionBefore(): Promise<Version> {
  unpack();
  const load = (path: string) => import(new URL(`web/service/${path}`, folder).href);
  const modules = ["crm/clients", "http/app", "sync/mappings", "sync/operations", "sync/sync-service"];
  const stored = ["node/pg-boss-jobs", "store/postgres/migrate", "store/postgres/postgres-store"];
  const loaded = await Promise.all([...modules, ...stored].map((path) => load(`${path}.ts`)));
  return Object.assign({}, ...loaded) as Version;
}
