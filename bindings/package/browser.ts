/** Pages and their workers: bundlers know this form of URL, and put the file where the page finds it. */
import { compiled, engineLoader, type LoadEngine } from "./load.js";

export * from "./index.js";
export const loadEngine: LoadEngine = engineLoader(() =>
  compiled(fetch(new URL("./engine/engine.wasm", import.meta.url))),
);
