/** Cloudflare's Workers: what compiles code from bytes is refused there, an imported .wasm file is a module. The smaller module. */
import module from "./engine/runtime.wasm";
import { type LoadRuntime, loader } from "./load.js";
import { WasmRuntime } from "./runtime.js";

export * from "./runtime-index.js";
export const loadRuntime: LoadRuntime = loader(WasmRuntime, () => module);
