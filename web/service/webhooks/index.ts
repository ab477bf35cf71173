/** `@penguinmails/crm-sync/webhooks`: HubSpot's calls, decided as they come. Needs no other package. */
export {
  type HubSpotContacts,
  type HubSpotContactsOptions,
  hubspotContacts,
} from "./hubspot-contacts.js";
export type { ContactEvents, HubSpotEvent } from "./hubspot-delivery.js";
export { agreeOnDecision, type KeptContact, takeDecision } from "./kept-contact.js";
export { createWebhookHandler } from "./webhook-handler.js";
export type { HubSpotRecord, StoredContact, WebhookCounts, WebhookOptions } from "./webhook-types.js";
