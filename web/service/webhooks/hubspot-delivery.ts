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
  const events = parsed(body);
  if (!Array.isArray(events)) return null;
  const contacts = new Map<string, ContactEvents>();
  let other = 0;
  for (const event of events as unknown[]) {
    if (typeof event !== "object" || event === null) return null;
    const { portalId, objectId, subscriptionType, objectTypeId, occurredAt, propertyName } = event as RawEvent;
    if (typeof subscriptionType !== "string") return null;
    const [object, kind = ""] = subscriptionType.split(".");
    const isContact = object === "contact" || (object === "object" && objectTypeId === contactType);
    if (!isContact || !wakeUps.has(kind)) {
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

type RawEvent = Record<
  "portalId" | "objectId" | "subscriptionType" | "objectTypeId" | "occurredAt" | "propertyName",
  unknown
>;

function isId(value: unknown): value is number | bigint {
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
