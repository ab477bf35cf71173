/** One process at a time per folder: two that write the same embedded database would destroy it. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** This process's own, which a lock file with its pid cannot tell from one that a crashed process with that pid left. */
const held = new Set<string>();

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/**
 * When a process started, as Linux counts; empty elsewhere. A pid alone is soon another's: in a container the service
 * has the same one after every restart.
 */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function lives(owner: string): boolean {
  const [pid = 0, start = ""] = [Number(owner.split(" ")[0]), owner.split(" ")[1]];
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, as somebody else's.
    if (codeOf(error) === "ESRCH") return false;
  }
  return startOf(pid) === start;
}

const refused = (folder: string, owner: string) =>
  Object.assign(new Error(`${folder} is in use by process ${owner.split(" ")[0]}; one process at a time can open it`), {
    code: "FOLDER_IN_USE",
  });

/** Of a folder that exists, by its real path. Gives what releases it. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, "lock");
  const owner = `${process.pid} ${startOf(process.pid)}`;
  if (held.has(folder)) throw refused(folder, owner);
  while (!create(file, owner)) {
    const other = read(file);
    if (other === null) continue;
    if (lives(other)) throw refused(folder, other);
    takeAway(file, other);
  }
  held.add(folder);
  return () => {
    held.delete(folder);
    rmSync(file, { force: true });
  };
}

/** Linked rather than written in place: nobody sees it while it is empty yet. */
function create(file: string, owner: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, owner);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Moved rather than deleted: where two find the same dead owner, the later one sees that it moved the earlier's. */
function takeAway(file: string, dead: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (read(aside) !== dead) renameSync(aside, file);
  else rmSync(aside, { force: true });
}
