/** HubSpot's webhooks on Cloudflare Workers: each contact in a Durable Object of its own, which does one thing at a time. */
import { DurableObject } from "cloudflare:workers";
import { loadRuntime } from "@penguinmails/crm-sync/runtime";
import { agreeOnDecision, createWebhookHandler, hubspotContacts, takeDecision } from "@penguinmails/crm-sync/webhooks";
import compiled from "./mapping.bin";

// Once for each isolate, before its first request. The file was compiled when the Worker was built.
const runtime = await loadRuntime();
const mapping = runtime.load(new Uint8Array(compiled));

export default {
  async fetch(request, env) {
    const hubspot = hubspotContacts({ token: env.HUBSPOT_TOKEN });
    const object = ({ portalId, objectId }) => env.CONTACTS.getByName(`${portalId}/${objectId}`);
    const handle = createWebhookHandler({
      secret: env.HUBSPOT_CLIENT_SECRET,
      publicUrl: env.PUBLIC_URL,
      mapping: (portalId) => (portalId === env.HUBSPOT_PORTAL ? mapping : null),
      loadContact: (contact) => object(contact).load(),
      fetchCrm: hubspot.fetchCrm,
      // Taken here first, so that nothing old is written to HubSpot; agreed on when HubSpot has taken it, too.
      async onDecision(decision, contact) {
        await object(contact).take(decision);
        await hubspot.write(contact, decision);
        await object(contact).agree(decision);
      },
      onError: (error, { objectId }) =>
        console.error(JSON.stringify({ objectId, error: error.name, code: error.status ?? error.cause?.code })),
    });
    return handle(request);
  },
};

/** PenguinMails' side of one contact and what both sides last agreed on. */
export class Contact extends DurableObject {
  async load() {
    return (await this.ctx.storage.get("contact")) ?? null;
  }

  take(decision) {
    return this.#change((kept) => takeDecision(kept, decision));
  }

  agree(decision) {
    return this.#change((kept) => agreeOnDecision(kept, decision));
  }

  /** While the object waits for its storage, no other call to it begins. */
  async #change(next) {
    const kept = next(await this.load());
    if (kept !== null) await this.ctx.storage.put("contact", kept);
  }
}
