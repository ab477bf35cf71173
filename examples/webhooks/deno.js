/** HubSpot's webhooks on Deno: contacts in Deno KV, each written only while it is the version that was read. */
import { loadEngine } from "@penguinmails/crm-sync";
import { agreeOnDecision, createWebhookHandler, hubspotContacts, takeDecision } from "@penguinmails/crm-sync/webhooks";

const {
  HUBSPOT_CLIENT_SECRET,
  HUBSPOT_TOKEN,
  HUBSPOT_PORTAL,
  PUBLIC_URL,
  KV_PATH,
  PORT = "8080",
} = Deno.env.toObject();
if (!HUBSPOT_PORTAL) throw new Error("HUBSPOT_PORTAL is not set");

const { mapping } = (await loadEngine()).compile(await Deno.readFile("mapping.yaml"));
if (mapping === null) throw new Error("mapping.yaml has mistakes; crm-sync check names them");

// Without a path: the database that Deno Deploy gives, and on a machine one for this script.
const kv = await Deno.openKv(KV_PATH);

const hubspot = hubspotContacts({ token: HUBSPOT_TOKEN, mapping });
const handle = createWebhookHandler({
  secret: HUBSPOT_CLIENT_SECRET,
  publicUrl: PUBLIC_URL,
  mapping: (portalId) => (portalId === HUBSPOT_PORTAL ? mapping : null),
  loadContact: async (contact) => (await kv.get(keyOf(contact))).value,
  fetchCrm: hubspot.fetchCrm,
  // Taken here first, so that nothing old is written to HubSpot; agreed on when HubSpot has taken it, too.
  async onDecision(decision, contact, base) {
    await change(contact, (kept) => takeDecision(kept, decision, base));
    const agreed = await hubspot.write(contact, decision);
    await change(contact, (kept) => agreeOnDecision(kept, decision, agreed));
  },
  onError(error, { portalId, objectId }) {
    const code = error.status ?? error.code ?? error.cause?.code;
    console.error(JSON.stringify({ portalId, objectId, error: error.name, code }));
  },
});
Deno.serve({ port: Number(PORT) }, (request) => handle(request));

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
