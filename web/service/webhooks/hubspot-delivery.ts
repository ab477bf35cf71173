/** What HubSpot's webhooks deliver: a JSON array of up to 100 events, of any contacts, in any order, some of them again. */
import { decode } from "../../../bindings/package/decode.js";

/** Without its values: they may be old by now, and the record is fetched anyway. */
export interface HubSpotEvent {
  subscriptionType: string;
  /** Milliseconds since 1970. */
  occurredAt: number | undefined;
  propertyName: string | undefined;
}

/** The events of one contact. Ids are decimal text, exact at any length. */
export interface ContactEvents {
  portalId: string;
  objectId: string;
  events: HubSpotEvent[];
}

export interface Delivery {
  events: number;
  contacts: ContactEvents[];
  /** Events that are no call to look at a contact: of other objects, merges, privacy deletions, and kinds unknown here. */
  other: number;
}

/** Every one of these says no more than that the contact is to be looked at. */
const wakeUps = new Set(["creation", "propertyChange", "restore", "deletion"]);
/** HubSpot's id of the object type "contact". */
const contactType = "0-1";

/** Null where the body is no delivery. */
export function readDelivery(body: Uint8Array): Delivery | null {
  const events = readEvents(body);
  if (events === null) return null;
  const contacts = new Map<string, ContactEvents>();
  let other = 0;
  for (const event of events) {
    const { portalId, objectId, subscriptionType, occurredAt, propertyName } = event;
    if (typeof subscriptionType !== "string") return null;
    if (!isContact(event) || !wakeUps.has(subscriptionType.split(".")[1] ?? "")) {
      other++;
      continue;
    }
    // Asked of these only: others have ids of other names, as a change of associations has.
    if (!isId(portalId) || !isId(objectId)) return null;
    const key = `${portalId}/${objectId}`;
    const contact = contacts.get(key) ?? { portalId: String(portalId), objectId: String(objectId), events: [] };
    contacts.set(key, contact);
    contact.events.push({
      subscriptionType,
      occurredAt: typeof occurredAt === "number" ? occurredAt : undefined,
      propertyName: typeof propertyName === "string" ? propertyName : undefined,
    });
  }
  return { events: events.length, contacts: [...contacts.values()], other };
}

/** As it is delivered; nothing about it is certain. */
export type RawEvent = Partial<
  Record<
    | "portalId"
    | "objectId"
    | "subscriptionType"
    | "objectTypeId"
    | "changeSource"
    | "sourceId"
    | "eventId"
    | "occurredAt"
    | "propertyName"
    | "propertyValue"
    | "primaryObjectId"
    | "mergedObjectIds"
    | "newObjectId",
    unknown
  >
>;

/** Null where the body is no list of objects. */
export function readEvents(body: Uint8Array): RawEvent[] | null {
  const events = parsed(body);
  if (!Array.isArray(events)) return null;
  return events.every((event) => typeof event === "object" && event !== null) ? events : null;
}

export function isContact({ subscriptionType, objectTypeId }: RawEvent): boolean {
  const object = String(subscriptionType).split(".")[0];
  return object === "contact" || (object === "object" && objectTypeId === contactType);
}

export function isId(value: unknown): value is number | bigint {
  return typeof value === "bigint" || (Number.isSafeInteger(value) && (value as number) >= 0);
}

function parsed(body: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    JSON.parse(text); // `decode` keeps long ids exact, and takes valid JSON only
    return decode(text);
  } catch {
    return null;
  }
}
