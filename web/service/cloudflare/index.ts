/** `@penguinmails/crm-sync/service/cloudflare`: the whole service as a Worker with an object for each tenant. */
export type { Env } from "./environment.js";
export { TenantObject } from "./tenant-object.js";
export { createWorker } from "./worker.js";
