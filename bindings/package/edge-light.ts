/** Vercel's edge functions: as on Workers, where the import says that the module is wanted. */
import module from "./engine/engine.wasm?module";
import { WasmEngine } from "./engine.js";
import { type LoadEngine, loader } from "./load.js";

export * from "./index.js";
export const loadEngine: LoadEngine = loader(WasmEngine, () => module);
