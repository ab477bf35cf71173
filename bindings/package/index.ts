/** The package where no loader of its own exists for the runtime: `loadEngine` then wants `module` or `bytes`. */
import { CrmSyncError } from "./errors.js";
import { engineLoader, type LoadEngine } from "./load.js";

export const loadEngine: LoadEngine = engineLoader(() => {
  throw new CrmSyncError("API004", "this runtime has no loader of its own: give loadEngine the module or its bytes");
});
export * from "./errors.js";
export type { LoadEngine, LoadOptions } from "./load.js";
export type * from "./types.js";
