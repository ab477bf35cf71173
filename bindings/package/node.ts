/** Node; Deno and Bun know the same functions. */
import { readFileSync } from "node:fs";
import { WasmEngine } from "./engine.js";
import { type LoadEngine, loader } from "./load.js";

export * from "./index.js";
export const loadEngine: LoadEngine = loader(WasmEngine, () =>
  WebAssembly.compile(readFileSync(new URL("./engine/engine.wasm", import.meta.url))),
);
