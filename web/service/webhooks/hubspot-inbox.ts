/** From a verified delivery of HubSpot to what the inbox keeps, by portal: keys, whom to look at, opt-outs; no values. */
import { iso } from "../clock.js";
import type { Subject, Wake } from "../jobs/jobs.js";
import type { Incoming } from "../store/store.js";
import { isContact, isId, type RawEvent, readEvents } from "./hubspot-delivery.js";

/**
 * Null where the body is no delivery. `topicsOf`: what a property opts out of, by its name, in that portal, such as
 * `{ hs_email_optout: "all" }`; events of a portal for which it gives null are left out. `receivedAt`, in milliseconds
 * since 1970, stands for the time of an opt-out that has none: the latest at which it can have been made.
 */
export function readInbox(
  body: Uint8Array,
  topicsOf: (portalId: string) => Readonly<Record<string, string>> | null,
  receivedAt: number,
): Map<string, Incoming> | null {
  const events = readEvents(body);
  if (events === null) return null;
  const portals = new Map<string, Incoming>();
  for (const event of events) {
    const { portalId, objectId, subscriptionType } = event;
    if (typeof subscriptionType !== "string") return null;
    const kind = subscriptionType.split(".")[1] ?? "";
    if (!isContact(event) || kind === "associationChange") continue;
    if (!isId(portalId)) return null;
    const topics = topicsOf(String(portalId));
    if (topics === null) continue;
    const ids = kind === "merge" ? mergedIds(event) : isId(objectId) ? [String(objectId)] : [];
    if (ids[0] === undefined) return null;
    const incoming = portals.get(String(portalId)) ?? { events: [], optOuts: [], wakes: [], privacy: [] };
    portals.set(String(portalId), incoming);
    add(incoming, event, kind, ids as [string, ...string[]], topics, receivedAt);
  }
  for (const incoming of portals.values()) incoming.wakes = distinct(incoming.wakes);
  return portals;
}

function add(
  incoming: Incoming,
  event: RawEvent,
  kind: string,
  ids: [string, ...string[]],
  topics: Readonly<Record<string, string>>,
  receivedAt: number,
): void {
  const { portalId, subscriptionType, objectId, eventId, occurredAt, propertyName, propertyValue } = event;
  const property = typeof propertyName === "string" ? propertyName : null;
  const at = typeof occurredAt === "number" && Math.abs(occurredAt) < 8e15 ? iso(occurredAt) : null;
  // A retry has another attemptNumber and is the same event; an eventId alone is not unique.
  const parts = [portalId, subscriptionType, isId(objectId) ? objectId : ids[0], eventId, occurredAt, property];
  const subject: Subject = `crm:${ids[0]}`;
  incoming.events.push({
    key: parts.map((part) => part ?? "").join("/"),
    subject,
    kind: String(subscriptionType),
    occurredAt: at,
  });
  const topic = property !== null && Object.hasOwn(topics, property) ? topics[property] : undefined;
  if (topic !== undefined && String(propertyValue) === "true") {
    incoming.optOuts.push({ crmId: ids[0], topic, since: at ?? iso(receivedAt), source: "hubspot" });
  }
  if (kind === "privacyDeletion") incoming.privacy?.push(ids[0]);
  const urgent = topic !== undefined || kind === "privacyDeletion";
  for (const id of ids) incoming.wakes.push({ subject: `crm:${id}`, ...(urgent ? { lane: "consent" as const } : {}) });
}

/** The record that is left, and all that went into it: links of each of them are to be looked at. */
function mergedIds({ newObjectId, primaryObjectId, objectId, mergedObjectIds }: RawEvent): string[] {
  const merged = Array.isArray(mergedObjectIds) ? mergedObjectIds : [];
  const ids = [newObjectId, primaryObjectId, objectId, ...merged].flatMap((id) => (isId(id) ? [String(id)] : []));
  return [...new Set(ids)];
}

/** One of each subject, in the more urgent lane. */
function distinct(wakes: readonly Wake[]): Wake[] {
  const bySubject = new Map<string, Wake>();
  for (const wake of wakes)
    if (wake.lane !== undefined || !bySubject.has(wake.subject)) bySubject.set(wake.subject, wake);
  return [...bySubject.values()];
}
