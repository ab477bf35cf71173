/**
 * A Worker that HubSpot's webhooks call: each contact lives in a Durable Object of its own, is decided the moment that
 * HubSpot reports a change, and both sides are written.
 */
import { DurableObject } from "cloudflare:workers";
import { loadRuntime } from "@penguinmails/crm-sync/runtime";
import { createWebhookHandler } from "@penguinmails/crm-sync/webhooks";
import compiled from "./mapping.bin";

const contactsApi = "https://api.hubapi.com/crm/objects/2026-09/contacts";

// Once for each isolate, before its first request. The file was compiled when the Worker was built.
const runtime = await loadRuntime();
const mapping = runtime.load(new Uint8Array(compiled));

export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname !== "/webhooks/hubspot") return new Response("not found\n", { status: 404 });
    const object = ({ portalId, objectId }) => env.CONTACTS.getByName(`${portalId}/${objectId}`);
    const handle = createWebhookHandler({
      secret: env.HUBSPOT_CLIENT_SECRET,
      publicUrl: env.PUBLIC_URL,
      mapping: (portalId) => (portalId === env.HUBSPOT_PORTAL ? mapping : null),
      loadContact: (contact) => object(contact).load(),
      fetchCrm: ({ objectId }, properties) => readContact(env, objectId, properties),
      // Taken here first, so that nothing old is written to HubSpot; agreed on when HubSpot has taken it, too.
      async onDecision(decision, contact) {
        if (!(await object(contact).take(decision))) throw new Error("the contact has changed meanwhile");
        if (Object.keys(decision.crm).length > 0) await writeContact(env, contact.objectId, decision.crm);
        await object(contact).agree(decision);
      },
      onError: (error, { objectId, events }) =>
        console.error(JSON.stringify({ objectId, events: events.length, error: error.name, code: error.cause?.code })),
    });
    return handle(request);
  },
};

/** PenguinMails' side of one contact and what both sides last agreed on. */
export class Contact extends DurableObject {
  async load() {
    return (await this.ctx.storage.get("contact")) ?? null;
  }

  /** False, with nothing stored, if the contact is no longer what the decision was made from. */
  async take({ outcome, expect, local, reviews, fingerprint }) {
    const stored = await this.load();
    if ((stored?.local.updated_at ?? null) !== expect.local) return false;
    if (outcome === "filtered" || outcome === "invalid") return true;
    const isChanged = stored === null || Object.keys(local).length > 0;
    const record = mergePatch(stored?.local.record ?? {}, local);
    const updated_at = isChanged ? new Date().toISOString() : stored.local.updated_at;
    const base = stored?.base ?? null;
    await this.ctx.storage.put("contact", { local: { record, updated_at }, base, reviews, taken: fingerprint });
    return true;
  }

  /** Both sides hold now what was decided. A decision after which another was taken leaves that to the other. */
  async agree({ outcome, base, fingerprint }) {
    const stored = await this.load();
    if (stored?.taken !== fingerprint) return;
    await this.ctx.storage.put("contact", { ...stored, base: outcome === "unlink" ? null : base });
  }
}

async function readContact(env, id, properties) {
  const query = new URLSearchParams({ properties: properties.join(",") });
  const answer = await fetch(`${contactsApi}/${id}?${query}`, { headers: headers(env) });
  if (answer.status === 404) return null;
  return (await checked(answer)).json();
}

async function writeContact(env, id, properties) {
  const body = JSON.stringify({ properties });
  await checked(await fetch(`${contactsApi}/${id}`, { method: "PATCH", headers: headers(env), body }));
}

function headers(env) {
  return { authorization: `Bearer ${env.HUBSPOT_TOKEN}`, "content-type": "application/json" };
}

async function checked(answer) {
  if (answer.ok) return answer;
  await answer.body?.cancel();
  throw new Error(`HubSpot answered ${answer.status}`);
}

/** RFC 7396. */
function mergePatch(target, patch) {
  const merged = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (value === null) delete merged[key];
    else merged[key] = isObject ? mergePatch(merged[key] ?? {}, value) : value;
  }
  return merged;
}
