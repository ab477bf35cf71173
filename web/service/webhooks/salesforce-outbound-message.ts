/**
 * What Salesforce's Outbound Messages say: a SOAP envelope of up to 100 notifications, of records as they were when it was
 * sent. It tells of no deletion. Whoever can reach us can send one: the caller has checked the secret, and the organisation
 * is checked here.
 */
import { XMLParser } from "fast-xml-parser";
import { longId } from "../crm/salesforce/ids.js";
import { Delivery, type DeliveryOptions, type Read } from "./salesforce-delivery.js";

const maximumBytes = 1 << 20;
const maximumNotifications = 100;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  removeNSPrefix: true,
  // Ids, times and truth values need no entities, and nothing else is read.
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => name === "Notification",
  // A session of somebody's own; nothing of ours is to hold it.
  updateTag: (name) => (name === "SessionId" ? false : name),
});

/** `account`: the organisation that it is to come from. */
export function readOutboundMessage(body: Uint8Array, options: DeliveryOptions & { account: string }): Read {
  if (body.length > maximumBytes) return { refused: "too-large" };
  const envelope = parsed(body);
  if (envelope === "document-type" || envelope === "not-xml") return { refused: envelope };
  const message = at(at(at(envelope, "Envelope"), "Body"), "notifications");
  const notifications = at(message, "Notification");
  if (!Array.isArray(notifications)) return { refused: "not-a-delivery" };
  if (longId(at(message, "ActionId")) === null) return { refused: "not-a-delivery" };
  const organization = longId(at(message, "OrganizationId"));
  if (organization === null || organization !== longId(options.account)) return { refused: "other-organization" };
  if (notifications.length > maximumNotifications) return { refused: "too-many" };

  const delivery = new Delivery(options, organization);
  for (const notification of notifications as unknown[]) {
    const id = longId(at(notification, "Id"));
    const record = at(notification, "sObject");
    const type = at(record, "@type");
    if (id === null || typeof type !== "string") return { refused: "not-a-delivery" };
    if (type.split(":").at(-1) !== options.object) {
      delivery.other++;
      continue;
    }
    const recordId = longId(at(record, "Id"));
    if (recordId === null) return { refused: "not-a-delivery" };
    const changedAt = Date.parse(String(at(record, "LastModifiedDate")));
    // A retry has the notification's own id again.
    delivery.add({ key: `message/${id}`, kind: "outbound_message", at: changedAt, ids: [recordId], optedOut });

    function optedOut(field: string): boolean {
      return at(record, field) === "true";
    }
  }
  return delivery.read();
}

function parsed(body: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    // Before anything is parsed: a document type is what entities are declared in.
    if (/<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.test(text)) return "document-type";
    return parser.parse(text, true);
  } catch {
    return "not-xml";
  }
}

function at(node: unknown, name: string): unknown {
  if (typeof node !== "object" || node === null || !Object.hasOwn(node, name)) return undefined;
  return (node as Record<string, unknown>)[name];
}
