/** From a verified delivery of HubSpot to what the inbox keeps, by portal: keys, whom to look at, opt-outs; no values. */
import { iso } from "../clock.js";
import { type Lane, mostUrgent, type Subject } from "../jobs/jobs.js";
import type { Incoming } from "../store/store.js";
import { isContact, isId, type RawEvent, readEvents } from "./hubspot-delivery.js";

export interface Portal {
  /** What a property opts out of, by its name, such as `{ hs_email_optout: "all" }`. */
  topics: Readonly<Record<string, string>>;
  /** Our app's id, by which an event says that it is of our own writing. */
  ourself?: string | undefined;
}

/**
 * Null where the body is no delivery. Events of a portal for which `portalOf` gives null are left out. `receivedAt`, in
 * milliseconds since 1970, stands for the time of an opt-out that has none: the latest at which it can have been made.
 */
export function readInbox(
  body: Uint8Array,
  portalOf: (portalId: string) => Portal | null,
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
    const portal = portalOf(String(portalId));
    if (portal === null) continue;
    const ids = kind === "merge" ? mergedIds(event) : isId(objectId) ? [String(objectId)] : [];
    if (ids[0] === undefined) return null;
    const incoming = portals.get(String(portalId)) ?? { events: [], optOuts: [], wakes: [], privacy: [] };
    portals.set(String(portalId), incoming);
    add(incoming, event, kind, ids as [string, ...string[]], portal, receivedAt);
  }
  for (const incoming of portals.values()) incoming.wakes = mostUrgent(incoming.wakes);
  return portals;
}

function add(
  incoming: Incoming,
  event: RawEvent,
  kind: string,
  ids: [string, ...string[]],
  { topics, ourself }: Portal,
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
  const lane: Lane = urgent ? "consent" : isEcho(event, ourself) ? "bulk" : "live";
  for (const id of ids) incoming.wakes.push({ subject: `crm:${id}`, ...(lane !== "live" && { lane }) });
}

/** Nobody waits for what we wrote ourselves: it is looked at after what people did. */
const isEcho = ({ changeSource, sourceId }: RawEvent, ourself: string | undefined) =>
  changeSource === "INTEGRATION" && ourself !== undefined && String(sourceId) === ourself;

/** The record that is left, and all that went into it: links of each of them are to be looked at. */
function mergedIds({ newObjectId, primaryObjectId, objectId, mergedObjectIds }: RawEvent): string[] {
  const merged = Array.isArray(mergedObjectIds) ? mergedObjectIds : [];
  const ids = [newObjectId, primaryObjectId, objectId, ...merged].flatMap((id) => (isId(id) ? [String(id)] : []));
  return [...new Set(ids)];
}
