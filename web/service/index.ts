/**
 * `@penguinmails/crm-sync/service`: two-way sync on any runtime with fetch and WebCrypto, over a store and jobs that the
 * host brings. `./service/node` brings them too; `./webhooks` is the handler alone, which needs no other package.
 */
export { type Clock, systemClock } from "./clock.js";
export { createService, type Ports, type Service, type ServiceOptions } from "./create-service.js";
export type * from "./crm/client.js";
export { CrmUnavailable } from "./crm/client.js";
export { type Clients, createClients } from "./crm/clients.js";
export type { Tokens } from "./crm/credentials.js";
export type { Keyring } from "./crm/sealing.js";
export { createApp } from "./http/app.js";
export type { Authenticate } from "./http/authenticate.js";
export type { HttpOptions, HttpStore } from "./http/options.js";
export type * from "./jobs/jobs.js";
export type * from "./store/model.js";
export { createPostgresStore } from "./store/postgres/postgres-store.js";
export type { Retention } from "./store/retention.js";
export type { Database, Sql } from "./store/sql.js";
export type * from "./store/store.js";
export { AccountTaken } from "./store/store.js";
export { ConflictResolver } from "./sync/conflict-resolver.js";
export type { SyncContext, Work } from "./sync/context.js";
export type { Decided } from "./sync/decide.js";
export { Mappings } from "./sync/mappings.js";
export { operations } from "./sync/operations.js";
export type { SyncRule } from "./sync/rule.js";
export { CRMSyncService } from "./sync/sync-service.js";
export * from "./webhooks/index.js";
