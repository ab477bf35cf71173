import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps.mjs";

/** The files below a folder of the repository whose paths match, in order; Node 20 has no glob of its own. */
export function globSync(folder, pattern) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((path) => join(folder, path))
    .filter((path) => pattern.test(path))
    .sort();
}
