/** `@penguinmails/crm-sync/service`: what stands between a CRM's calls and the engine. Any runtime with fetch and WebCrypto. */
export type { ContactEvents, HubSpotEvent } from "./webhooks/hubspot-delivery.js";
export { createWebhookHandler } from "./webhooks/webhook-handler.js";
export type { HubSpotRecord, StoredContact, WebhookCounts, WebhookOptions } from "./webhooks/webhook-types.js";
