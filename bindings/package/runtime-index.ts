/** The package without its compiler, where no loader of its own exists for the runtime: `loadRuntime` then wants `module` or `bytes`. */

import { CrmSyncError } from "./errors.js";
import { type LoadRuntime, loader } from "./load.js";
import { WasmRuntime } from "./runtime.js";

export const loadRuntime: LoadRuntime = loader(WasmRuntime, () => {
  throw new CrmSyncError("API004", "this runtime has no loader of its own: give loadRuntime the module or its bytes");
});
export * from "./errors.js";
export type { LoadOptions, LoadRuntime } from "./load.js";
export type * from "./types.js";
