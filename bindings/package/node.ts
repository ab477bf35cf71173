/** Node; Deno and Bun know the same functions. */
import { readFileSync } from "node:fs";
import { engineLoader, type LoadEngine } from "./load.js";

export * from "./index.js";
export const loadEngine: LoadEngine = engineLoader(() =>
  WebAssembly.compile(readFileSync(new URL("./engine/engine.wasm", import.meta.url))),
);
