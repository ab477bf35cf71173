/**
 * HubSpot's webhooks as an edge function of Vercel, which keeps nothing itself: contacts are in a Postgres behind its
 * REST interface (Supabase), each written only while it is the version that was read.
 */
import { loadRuntime } from "@penguinmails/crm-sync/runtime";
import { agreeOnDecision, createWebhookHandler, hubspotContacts, takeDecision } from "@penguinmails/crm-sync/webhooks";
import compiled from "./_mapping.js";

export const config = { runtime: "edge" };

const { HUBSPOT_CLIENT_SECRET, HUBSPOT_TOKEN, HUBSPOT_PORTAL, PUBLIC_URL, SUPABASE_URL, SUPABASE_SECRET_KEY } =
  process.env;

/** Once for each isolate. The mapping was compiled before the function was deployed. */
let handler;
export default async function handle(request) {
  handler ??= start();
  return (await handler)(request);
}

async function start() {
  if (!HUBSPOT_PORTAL) throw new Error("HUBSPOT_PORTAL is not set");
  const mapping = (await loadRuntime()).load(Uint8Array.from(atob(compiled), (byte) => byte.charCodeAt(0)));
  const hubspot = hubspotContacts({ token: HUBSPOT_TOKEN, mapping });
  return createWebhookHandler({
    secret: HUBSPOT_CLIENT_SECRET,
    publicUrl: PUBLIC_URL,
    mapping: (portalId) => (portalId === HUBSPOT_PORTAL ? mapping : null),
    loadContact: async (contact) => (await read(contact))?.kept ?? null,
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
}

async function read({ portalId, objectId }) {
  const rows = await ask("GET", { id: `eq.${portalId}/${objectId}`, select: "version,kept" });
  return rows[0];
}

/** Again from the start where another was faster: then no row comes back, and nothing was written. */
async function change(contact, next) {
  const id = `${contact.portalId}/${contact.objectId}`;
  for (;;) {
    const row = await read(contact);
    const kept = next(row?.kept ?? null);
    if (kept === null) return;
    const written =
      row === undefined
        ? await ask("POST", {}, { id, version: 1, kept })
        : await ask("PATCH", { id: `eq.${id}`, version: `eq.${row.version}` }, { version: row.version + 1, kept });
    if (written.length > 0) return;
  }
}

async function ask(method, query, body) {
  const url = `${SUPABASE_URL}/rest/v1/crm_sync_contacts?${new URLSearchParams(query)}`;
  const headers = {
    apikey: SUPABASE_SECRET_KEY,
    "content-type": "application/json",
    prefer: "return=representation,resolution=ignore-duplicates",
  };
  const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (answer.ok) return answer.json();
  await answer.body?.cancel();
  throw new Error(`the store answered ${answer.status}`);
}
