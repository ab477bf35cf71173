/** Node; Deno and Bun know the same functions. The smaller module. */
import { readFileSync } from "node:fs";
import { type LoadRuntime, loader } from "./load.js";
import { WasmRuntime } from "./runtime.js";

export * from "./runtime-index.js";
export const loadRuntime: LoadRuntime = loader(WasmRuntime, () =>
  WebAssembly.compile(readFileSync(new URL("./engine/runtime.wasm", import.meta.url))),
);
