/** HubSpot's webhooks on Bun: contacts in an SQLite file, each changed in a transaction. */
import { Database } from "bun:sqlite";
import { loadEngine } from "@penguinmails/crm-sync";
import { agreeOnDecision, createWebhookHandler, hubspotContacts, takeDecision } from "@penguinmails/crm-sync/webhooks";

const { HUBSPOT_CLIENT_SECRET, HUBSPOT_TOKEN, HUBSPOT_PORTAL, PUBLIC_URL, PORT = "8080" } = process.env;
if (!HUBSPOT_PORTAL) throw new Error("HUBSPOT_PORTAL is not set");

const { mapping } = (await loadEngine()).compile(await Bun.file("mapping.yaml").bytes());
if (mapping === null) throw new Error("mapping.yaml has mistakes; crm-sync check names them");

const database = new Database("contacts.sqlite");
database.run("pragma journal_mode = wal");
database.run("pragma busy_timeout = 2000");
database.run(`create table if not exists contacts
  (portal_id text, object_id text, kept text not null, primary key (portal_id, object_id)) strict`);
const selectOne = database.query("select kept from contacts where portal_id = ? and object_id = ?");
const upsert = database.query("insert or replace into contacts values (?, ?, ?)");

/** Begun with the lock for writing, which other processes with the same file wait for, too. */
const change = database.transaction((contact, next) => {
  const kept = next(load(contact));
  if (kept !== null) upsert.run(contact.portalId, contact.objectId, JSON.stringify(kept));
}).immediate;

const hubspot = hubspotContacts({ token: HUBSPOT_TOKEN, mapping });
const handle = createWebhookHandler({
  secret: HUBSPOT_CLIENT_SECRET,
  publicUrl: PUBLIC_URL,
  mapping: (portalId) => (portalId === HUBSPOT_PORTAL ? mapping : null),
  loadContact: load,
  fetchCrm: hubspot.fetchCrm,
  // Taken here first, so that nothing old is written to HubSpot; agreed on when HubSpot has taken it, too.
  async onDecision(decision, contact, base) {
    change(contact, (kept) => takeDecision(kept, decision, base));
    const agreed = await hubspot.write(contact, decision);
    change(contact, (kept) => agreeOnDecision(kept, decision, agreed));
  },
  onError(error, { portalId, objectId }) {
    const code = error.status ?? error.code ?? error.cause?.code;
    console.error(JSON.stringify({ portalId, objectId, error: error.name, code }));
  },
});
Bun.serve({ port: Number(PORT), fetch: (request) => handle(request) });

function load({ portalId, objectId }) {
  const row = selectOne.get(portalId, objectId);
  return row === null ? null : JSON.parse(row.kept);
}
