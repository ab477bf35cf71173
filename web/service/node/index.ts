/** `@penguinmails/crm-sync/service/node`: the whole service on Node, on PostgreSQL or an embedded one. */
export { type Listening, type ListenOptions, listen } from "./listen.js";
export { type OpenService, openService, type ServiceConfiguration } from "./open-service.js";
export { type OpenStore, openStore, type StoreOptions } from "./open-store.js";
