/** The keys that tokens are sealed under: the environment's, or those of a file that only its owner may read. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Misuse } from "../cli/failure.js";
import type { Keyring } from "../service/index.js";

/** `name:key`, the keys of 32 bytes in base64, with commas between them. The first one seals, all of them open. */
export function parseKeys(text: string, where: string): Keyring {
  const entries = text.split(",").map((entry): [string, Uint8Array] => {
    const [, name = "", key = ""] = /^\s*([\w-]{1,40}):([A-Za-z0-9+/]{43}=)\s*$/.exec(entry) ?? [];
    // Not a word of what it holds instead.
    if (name === "")
      throw new Misuse("CLI001", `serve: ${where} is name:key, the key being 32 bytes in base64`, create);
    return [name, new Uint8Array(Buffer.from(key, "base64"))];
  });
  return { current: entries[0]?.[0] ?? "", keys: Object.fromEntries(entries) };
}

const create = 'such as "one:$(openssl rand -base64 32)"; another one after a comma opens what is older';

export function keysOfFolder(folder: string): { keyring: Keyring; file: string; isNew: boolean } {
  const file = join(folder, "keys");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, `one:${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
    return { keyring: parseKeys(readFileSync(file, "utf8"), file), file, isNew: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return { keyring: parseKeys(readFileSync(file, "utf8"), file), file, isNew: false };
  }
}
