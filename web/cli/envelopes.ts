/**
 * Opens what a CRM's interface wraps around its records, so that answers can be piped in as they came:
 *
 * - HubSpot (CRM objects API): a result page `{results: […]}`, an object `{id, properties, updatedAt, archived}`.
 * - Salesforce (REST API): a query page `{records: […]}`, an sObject `{attributes: {type, url}, …}`.
 *
 * A record without an envelope passes as it is. Records are cut out of the text, never written anew.
 */
import { type Failure, failure } from "./failure.js";
import {
  elementsOf,
  isArray,
  isObject,
  isTrue,
  type Member,
  memberNamed,
  membersOf,
  type Span,
  stringAt,
  wholeText,
} from "./json-text.js";

export type Crm = "hubspot" | "salesforce";

/** A CRM's record and what its envelope says about it. */
export interface OpenedRecord {
  record: Span;
  /** RFC 3339; null where the envelope does not say. */
  updatedAt: string | null;
  /** When it was deleted, `true` if only that it was, false if it was not. */
  deleted: string | boolean;
  /** Whether there was an envelope at all. */
  wrapped: boolean;
}

/** Salesforce writes `+0000`; RFC 3339 wants `+00:00`. */
function rfc3339(time: string | null): string | null {
  return time === null ? null : time.replace(/([+-]\d\d)(\d\d)$/, "$1:$2");
}

/** Why a text that came from a CRM holds no record; null where it may be one. */
function withoutRecord(text: Uint8Array, members: readonly Member[], crm: Crm): Failure | null {
  const has = (key: string) => memberNamed(members, key) !== undefined;
  if (crm === "hubspot") {
    if (has("message") && stringAt(text, memberNamed(members, "status")) === "error")
      return failure("CLI004", "this is an error answer of HubSpot, not a record");
    if (has("subscriptionType") && has("eventId"))
      return failure("CLI004", "this is a webhook notification of HubSpot: it holds no whole record");
  } else {
    if (has("errorCode") && has("message"))
      return failure("CLI004", "this is an error answer of Salesforce, not a record");
    if (has("ChangeEventHeader"))
      return failure("CLI004", "this is a change event of Salesforce: it holds no whole record");
  }
  return null;
}

function openOne(text: Uint8Array, span: Span, members: readonly Member[], crm: Crm | null): OpenedRecord {
  const truth = (key: string) => isTrue(text, memberNamed(members, key));
  const time = (key: string) => rfc3339(stringAt(text, memberNamed(members, key)));
  if (crm === "hubspot") {
    const properties = memberNamed(members, "properties");
    if (isObject(text, properties)) {
      const deleted = truth("archived") && (time("archivedAt") ?? true);
      return { record: properties, updatedAt: time("updatedAt"), deleted, wrapped: true };
    }
  } else if (crm === "salesforce" && isObject(text, memberNamed(members, "attributes"))) {
    const updatedAt = time("SystemModstamp") ?? time("LastModifiedDate");
    return { record: span, updatedAt, deleted: truth("IsDeleted"), wrapped: true };
  }
  return { record: span, updatedAt: null, deleted: false, wrapped: false };
}

/** Opens one record, wrapped or bare. What is no object passes as it is: the engine says what is wrong with it. */
export function openRecord(text: Uint8Array, span: Span, crm: Crm | null): OpenedRecord | Failure {
  const members = membersOf(text, span);
  if (members === null) return { record: span, updatedAt: null, deleted: false, wrapped: false };
  const reason = crm === null ? null : withoutRecord(text, members, crm);
  return reason ?? openOne(text, span, members, crm);
}

/** The records of one text: those of a page, or the one that it is. */
export function openPage(text: Uint8Array, crm: Crm | null): Span[] {
  const whole = wholeText(text);
  if (crm === null) return [whole];
  const members = membersOf(text, whole);
  const list = members === null ? undefined : memberNamed(members, crm === "hubspot" ? "results" : "records");
  return (isArray(text, list) ? elementsOf(text, list) : null) ?? [whole];
}

/** The names of a record's own fields: `attributes` is Salesforce's note about the record. */
export function fieldNames(text: Uint8Array, record: Span): string[] {
  const members = membersOf(text, record) ?? [];
  return [...new Set(members.map((member) => member.key))].filter((key) => key !== "attributes");
}
