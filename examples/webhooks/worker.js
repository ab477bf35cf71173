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
    if (!env.HUBSPOT_PORTAL) throw new Error("HUBSPOT_PORTAL is not set");
    const hubspot = hubspotContacts({ token: env.HUBSPOT_TOKEN, mapping });
    const object = ({ portalId, objectId }) => env.CONTACTS.getByName(`${portalId}/${objectId}`);
    const handle = createWebhookHandler({
      secret: env.HUBSPOT_CLIENT_SECRET,
      publicUrl: env.PUBLIC_URL,
      mapping: (portalId) => (portalId === env.HUBSPOT_PORTAL ? mapping : null),
      loadContact: (contact) => object(contact).load(),
      fetchCrm: hubspot.fetchCrm,
      // Taken here first, so that nothing old is written to HubSpot; agreed on when HubSpot has taken it, too.
      async onDecision(decision, contact, base) {
        await object(contact).take(decision, base);
        const agreed = await hubspot.write(contact, decision);
        await object(contact).agree(decision, agreed);
      },
      onError(error, { portalId, objectId }) {
        const code = error.status ?? error.code ?? error.cause?.code;
        console.error(JSON.stringify({ portalId, objectId, error: error.name, code }));
      },
    });
    return handle(request);
  },
};

/** PenguinMails' side of one contact and what both sides last agreed on. */
export class Contact extends DurableObject {
  load() {
    return this.ctx.storage.kv.get("contact") ?? null;
  }

  take(decision, base) {
    this.#change((kept) => takeDecision(kept, decision, base));
  }

  agree(decision, base) {
    this.#change((kept) => agreeOnDecision(kept, decision, base));
  }

  /** Read and written without waiting in between, so that no other call comes between them. */
  #change(next) {
    const kept = next(this.load());
    if (kept !== null) this.ctx.storage.kv.put("contact", kept);
  }
}
