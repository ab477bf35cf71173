/** HubSpot's webhooks on Node: contacts in PostgreSQL, each changed under a lock on its row. */
import { readFile } from "node:fs/promises";
import { serve } from "@hono/node-server";
import { loadEngine } from "@penguinmails/crm-sync";
import { agreeOnDecision, createWebhookHandler, hubspotContacts, takeDecision } from "@penguinmails/crm-sync/webhooks";
import pg from "pg";

const { HUBSPOT_CLIENT_SECRET, HUBSPOT_TOKEN, HUBSPOT_PORTAL, PUBLIC_URL, DATABASE_URL, PORT = "8080" } = process.env;
if (!HUBSPOT_PORTAL) throw new Error("HUBSPOT_PORTAL is not set");

const { mapping } = (await loadEngine()).compile(await readFile("mapping.yaml"));
if (mapping === null) throw new Error("mapping.yaml has mistakes; crm-sync check names them");

const pool = new pg.Pool({ connectionString: DATABASE_URL });
pool.on("error", ({ code }) => console.error(JSON.stringify({ error: "a connection that was idle is lost", code })));
await pool.query(`create table if not exists crm_sync_contacts
  (portal_id text, object_id text, kept jsonb, primary key (portal_id, object_id))`);

const hubspot = hubspotContacts({ token: HUBSPOT_TOKEN, mapping });
const handle = createWebhookHandler({
  secret: HUBSPOT_CLIENT_SECRET,
  publicUrl: PUBLIC_URL,
  mapping: (portalId) => (portalId === HUBSPOT_PORTAL ? mapping : null),
  loadContact: load,
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
serve({ fetch: handle, port: Number(PORT) });

async function load({ portalId, objectId }) {
  const wanted = "select kept from crm_sync_contacts where portal_id = $1 and object_id = $2";
  const { rows } = await pool.query(wanted, [portalId, objectId]);
  return rows[0]?.kept ?? null;
}

/** Of a contact that is new the row is made first: there has to be one to lock. */
async function change({ portalId, objectId }, next) {
  const key = [portalId, objectId];
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("insert into crm_sync_contacts values ($1, $2) on conflict do nothing", key);
    const locked = "select kept from crm_sync_contacts where portal_id = $1 and object_id = $2 for update";
    const { rows } = await client.query(locked, key);
    const kept = next(rows[0].kept);
    const update = "update crm_sync_contacts set kept = $3 where portal_id = $1 and object_id = $2";
    if (kept !== null) await client.query(update, [...key, kept]);
    await client.query(kept === null ? "rollback" : "commit");
    client.release();
  } catch (error) {
    client.release(true); // closed, which takes back all that was not committed
    throw error;
  }
}
