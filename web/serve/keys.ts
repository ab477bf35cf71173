/** The keys that tokens are sealed under: the environment's, or those of a file that only its owner may read. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseKeys } from "../service/environment.js";
import type { Keyring } from "../service/index.js";
import { orMisuse } from "./configuration.js";

export function keysOfFolder(folder: string): { keyring: Keyring; file: string; isNew: boolean } {
  const file = join(folder, "keys");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, `one:${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
    return { keyring: keysIn(file), file, isNew: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return { keyring: keysIn(file), file, isNew: false };
  }
}

const keysIn = (file: string) => orMisuse(() => parseKeys(readFileSync(file, "utf8"), file));
