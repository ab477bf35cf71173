/** `@penguinmails/crm-sync/service`: what stands between a CRM's calls and the engine. Any runtime with fetch and WebCrypto. */
export type { ContactEvents, HubSpotEvent } from "./hubspot-delivery.js";
export { createWebhookHandler } from "./webhook-handler.js";
export type { HubSpotRecord, StoredContact, WebhookCounts, WebhookOptions } from "./webhook-types.js";
