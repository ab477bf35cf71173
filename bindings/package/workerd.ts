/** Cloudflare's Workers: what compiles code from bytes is refused there, an imported .wasm file is a module. */
import engine from "./engine/engine.wasm";
import { engineLoader, type LoadEngine } from "./load.js";

export * from "./index.js";
export const loadEngine: LoadEngine = engineLoader(() => engine);
