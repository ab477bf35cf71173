/** HubSpot's webhooks on Deno: contacts in Deno KV, each written only while it is the version that was read. */
import { loadEngine } from "@penguinmails/crm-sync";
import { agreeOnDecision, createWebhookHandler, hubspotContacts, takeDecision } from "@penguinmails/crm-sync/webhooks";

const { mapping } = (await loadEngine()).compile(await Deno.readFile("mapping.yaml"));
if (mapping === null) throw new Error("mapping.yaml has mistakes; crm-sync check names them");

// Without a path: the database that Deno Deploy gives, and on a machine one for this script.
const kv = await Deno.openKv(Deno.env.get("KV_PATH"));

const hubspot = hubspotContacts({ token: Deno.env.get("HUBSPOT_TOKEN") });
const handle = createWebhookHandler({
  secret: Deno.env.get("HUBSPOT_CLIENT_SECRET"),
  publicUrl: Deno.env.get("PUBLIC_URL"),
  mapping: (portalId) => (portalId === Deno.env.get("HUBSPOT_PORTAL") ? mapping : null),
  loadContact: async (contact) => (await kv.get(keyOf(contact))).value,
  fetchCrm: hubspot.fetchCrm,
  // Taken here first, so that nothing old is written to HubSpot; agreed on when HubSpot has taken it, too.
  async onDecision(decision, contact) {
    await change(contact, (kept) => takeDecision(kept, decision));
    await hubspot.write(contact, decision);
    await change(contact, (kept) => agreeOnDecision(kept, decision));
  },
  onError: (error, { objectId }) =>
    console.error(JSON.stringify({ objectId, error: error.name, code: error.status ?? error.cause?.code })),
});
Deno.serve({ port: Number(Deno.env.get("PORT") ?? 8080) }, (request) => handle(request));

function keyOf({ portalId, objectId }) {
  return ["contacts", portalId, objectId];
}

/** Again from the start where another was faster. */
async function change(contact, next) {
  for (;;) {
    const entry = await kv.get(keyOf(contact));
    const kept = next(entry.value);
    if (kept === null) return;
    const { ok } = await kv.atomic().check(entry).set(entry.key, kept).commit();
    if (ok) return;
  }
}
