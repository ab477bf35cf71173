/** Writes the enumeration as NDJSON for the engine's tests: `write.ts <file>`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { written } from "./groups.js";

const file = process.argv[2];
if (file === undefined) throw new Error("which file?");
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, written());
