/** Cloudflare's Workers: what compiles code from bytes is refused there, an imported .wasm file is a module. */
import module from "./engine/engine.wasm";
import { WasmEngine } from "./engine.js";
import { type LoadEngine, loader } from "./load.js";

export * from "./index.js";
export const loadEngine: LoadEngine = loader(WasmEngine, () => module);
