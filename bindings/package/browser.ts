/** Pages and their workers: bundlers know this form of URL, and put the file where the page finds it. */
import { WasmEngine } from "./engine.js";
import { compiled, type LoadEngine, loader } from "./load.js";

export * from "./index.js";
export const loadEngine: LoadEngine = loader(WasmEngine, () =>
  compiled(fetch(new URL("./engine/engine.wasm", import.meta.url))),
);
