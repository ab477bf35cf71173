/** The package where no loader of its own exists for the runtime: `loadEngine` then wants `module` or `bytes`. */
import { WasmEngine } from "./engine.js";
import { CrmSyncError } from "./errors.js";
import { type LoadEngine, loader } from "./load.js";

export const loadEngine: LoadEngine = loader(WasmEngine, () => {
  throw new CrmSyncError("API004", "this runtime has no loader of its own: give loadEngine the module or its bytes");
});
export * from "./errors.js";
export type { LoadEngine, LoadOptions } from "./load.js";
export type * from "./types.js";
