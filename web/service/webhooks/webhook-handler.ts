/**
 * Takes HubSpot's deliveries. A webhook is only a wake-up: it may come twice, late, out of order or forged, so its
 * signature is verified, the record is fetched, and each contact of a delivery is decided once, by the engine.
 */
import type { Mapping, Side } from "@penguinmails/crm-sync";
import { CrmSyncError } from "../../../bindings/package/errors.js";
import { json, problem } from "./answers.js";
import { atOnce } from "./at-once.js";
import { readBody } from "./body.js";
import { type ContactEvents, readDelivery } from "./hubspot-delivery.js";
import { signatureProblem } from "./hubspot-signature.js";
import { Refusal } from "./refusal.js";
import type { HubSpotRecord, WebhookCounts, WebhookOptions } from "./webhook-types.js";

/** HubSpot sends up to a hundred events, each with the new value, which may be a text of 65,536 characters. */
const defaultMaximumBytes = 1 << 23;
/** HubSpot waits five seconds for an answer, and allows its apps some ten requests a second. */
const contactsAtOnce = 8;

export function createWebhookHandler(options: WebhookOptions): (request: Request) => Promise<Response> {
  const { now = Date.now, secret, publicUrl, maximumBytes = defaultMaximumBytes } = options;
  const { origin, pathname, search } = new URL(publicUrl);
  const secrets = typeof secret === "string" ? [secret] : secret;
  if (secrets.length === 0 || !secrets.every(Boolean)) throw new TypeError("a secret that is empty keeps nobody out");

  return async (request) => {
    if (request.method !== "POST") return problem("method-not-allowed");
    const body = await readBody(request, maximumBytes);
    if (body === null) return problem("too-large");
    const signed = {
      method: request.method,
      uri: origin + pathname + (new URL(request.url).search || search),
      body,
      signature: request.headers.get("x-hubspot-signature-v3"),
      timestamp: request.headers.get("x-hubspot-request-timestamp"),
    };
    const wrong = await signatureProblem(signed, secrets, now());
    if (wrong !== null) return problem(`signature-${wrong}`);
    const delivery = readDelivery(body);
    if (delivery === null) return problem("not-a-delivery");

    const { events, contacts, other } = delivery;
    const counts: WebhookCounts = {
      events,
      contacts: contacts.length,
      decided: 0,
      gone: 0,
      refused: 0,
      failed: 0,
      other,
    };
    await atOnce(contactsAtOnce, contacts, async (contact) => {
      counts[await decided(contact, options, now)]++;
    });
    return json(counts.failed > 0 ? 503 : 200, counts);
  };
}

type Fate = "decided" | "gone" | "refused" | "failed";

/** One contact's failure is its own. */
async function decided(contact: ContactEvents, options: WebhookOptions, now: () => number): Promise<Fate> {
  try {
    return await decide(contact, options, now);
  } catch (error) {
    await told(options, error, contact);
    return error instanceof Refusal ? "refused" : "failed";
  }
}

/** Who only watches must not keep the other contacts from being decided. */
async function told({ onError }: WebhookOptions, error: unknown, contact: ContactEvents): Promise<void> {
  try {
    await onError?.(error, contact);
  } catch {}
}

async function decide(contact: ContactEvents, options: WebhookOptions, now: () => number): Promise<Fate> {
  const mapping = typeof options.mapping === "function" ? await options.mapping(contact.portalId) : options.mapping;
  if (mapping === null) throw new Refusal("the portal is not known");
  const properties = [...new Set([...crmFields(mapping), ...(options.properties ?? [])])];
  // Loaded first: what is changed here while HubSpot answers then differs from `expect`, and is not overwritten.
  const stored = await options.loadContact(contact);
  const record = await options.fetchCrm(contact, properties);
  // Reviews are told apart by the link, so that no two contacts may go without.
  const named = `hubspot/${contact.portalId}/${contact.objectId}`;
  const { local = null, base = null, link = named, ...rest } = stored ?? {};
  if (record === null && local === null && base === null) return "gone";
  // HubSpot has named the contact, so that it is not there means deleted, and never that it is to be created.
  const crm = record === null ? { deleted: true } : sideOf(record, contact);
  const input = { ...rest, link, local, base, crm, now: new Date(now()).toISOString() };
  const decision = byEngine(() => mapping.resolve(input));
  // What is to be written to HubSpot is not there yet, which an edit that is made there until then must not lose by.
  const writes = record !== null && Object.keys(decision.crm).length > 0;
  const meanwhile = writes ? byEngine(() => mapping.acknowledge(decision, { crm: record.properties })) : decision;
  await options.onDecision(decision, contact, meanwhile.base);
  return "decided";
}

/** Whatever the engine refuses it would refuse again; but after running out of memory it may well succeed. */
function byEngine<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof CrmSyncError) || /^API00[127]$/.test(error.code)) throw error;
    throw new Refusal(error.message, { cause: error });
  }
}

/** HubSpot's names of all that the mapping reads or compares. */
function crmFields(mapping: Mapping): string[] {
  return mapping.fields.flatMap(({ crm_field, direction, reads }) => [
    ...(crm_field === null ? [] : [crm_field]),
    ...(direction === "from_crm" ? reads : []),
  ]);
}

function sideOf(record: HubSpotRecord, { objectId }: ContactEvents): Side {
  const { id, properties, updatedAt, archived, archivedAt } = record;
  // Asked for a contact that was merged into another, HubSpot answers with the other, whose values are not this one's.
  if ((id ?? properties.hs_object_id ?? objectId) !== objectId) {
    throw new Refusal("the contact was merged into another, which is not built yet");
  }
  return {
    record: properties,
    // Not what was asked for: a property that the portal lacks, or that the token may not read, is no empty one.
    fetched: Object.keys(properties),
    ...(updatedAt !== undefined && { updated_at: updatedAt }),
    ...(archived && { deleted: true, ...(archivedAt !== undefined && { deleted_at: archivedAt }) }),
  };
}
