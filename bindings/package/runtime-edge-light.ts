/** Vercel's edge functions: as on Workers, where the import says that the module is wanted. The smaller module. */
import module from "./engine/runtime.wasm?module";
import { type LoadRuntime, loader } from "./load.js";
import { WasmRuntime } from "./runtime.js";

export * from "./runtime-index.js";
export const loadRuntime: LoadRuntime = loader(WasmRuntime, () => module);
