/** Pages and their workers: bundlers know this form of URL, and put the file where the page finds it. The smaller module. */

import { compiled, type LoadRuntime, loader } from "./load.js";
import { WasmRuntime } from "./runtime.js";

export * from "./runtime-index.js";
export const loadRuntime: LoadRuntime = loader(WasmRuntime, () =>
  compiled(fetch(new URL("./engine/runtime.wasm", import.meta.url))),
);
