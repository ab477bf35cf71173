/**
 * Completes the input of `resolve` on its way to the engine: opens the CRM's side where it still lies in its envelope,
 * says which fields were fetched, and gives the time. All else stays the text that it was.
 */
import { type Crm, fieldNames, type OpenedRecord, openRecord } from "./envelopes.js";
import type { Failure } from "./failure.js";
import { bytesAt, isObject, memberNamed, membersOf, objectOf, type Span, wholeText } from "./json-text.js";

/** Members by name, their values as written; a name that comes again has its last value. */
type Members = Map<string, Uint8Array>;

/** What tells a side (docs/conflicts.md) from a CRM's record. */
const signsOfSide = ["record", "deleted", "merged_into"];

/** One pair, ready for the engine. `now` is used where the pair gives no time of its own. */
export function completePair(text: Uint8Array, crm: Crm | null, now: string): Uint8Array | Failure {
  const members = membersOf(text, wholeText(text));
  if (members === null) return text;
  const pair: Members = new Map(members.map((member) => [member.key, bytesAt(text, member)]));
  const crmSide = memberNamed(members, "crm");
  if (crmSide !== undefined) {
    const side = completeSide(text, crmSide, crm);
    if ("code" in side) return side;
    pair.set("crm", side);
  }
  if (!pair.has("now")) pair.set("now", written(now));
  return objectOf(pair);
}

function completeSide(text: Uint8Array, span: Span, crm: Crm | null): Uint8Array | Failure {
  const members = membersOf(text, span);
  if (members === null) return bytesAt(text, span);
  const isSide = signsOfSide.some((sign) => memberNamed(members, sign) !== undefined);
  const record = isSide ? memberNamed(members, "record") : span;
  if (!isObject(text, record)) return bytesAt(text, span);
  const opened = openRecord(text, record, crm);
  if ("code" in opened) return opened;
  if (!isSide) return opened.wrapped ? objectOf(sideOf(text, opened)) : bytesAt(text, span);
  // What the side says itself holds; its envelope only adds to it.
  const side = sideOf(text, opened);
  for (const member of members) if (member.key !== "record") side.set(member.key, bytesAt(text, member));
  return objectOf(side);
}

function sideOf(text: Uint8Array, opened: OpenedRecord): Members {
  const side: Members = new Map();
  side.set("record", bytesAt(text, opened.record));
  side.set("fetched", written(fieldNames(text, opened.record)));
  if (opened.updatedAt !== null) side.set("updated_at", written(opened.updatedAt));
  if (opened.deleted !== false) side.set("deleted", written(true));
  if (typeof opened.deleted === "string") side.set("deleted_at", written(opened.deleted));
  return side;
}

function written(value: string | boolean | readonly string[]): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
