/** Vercel's edge functions: as on Workers, where the import says that the module is wanted. */
import engine from "./engine/engine.wasm?module";
import { engineLoader, type LoadEngine } from "./load.js";

export * from "./index.js";
export const loadEngine: LoadEngine = engineLoader(() => engine);
