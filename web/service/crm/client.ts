/**
 * What the service asks of a CRM. One client is one integration's: one portal of HubSpot, one organisation of Salesforce.
 *
 * Values are in the CRM's wire form everywhere (HubSpot's `"80"` and `""`, Salesforce's `80` and `null`). Integers beyond
 * 2^53 are bigint. Ids are text: HubSpot's decimal, Salesforce's with 18 characters.
 */

import type { Lookups } from "@penguinmails/crm-sync";
import type { Check, Wanted } from "./examine.js";

export type Crm = "hubspot" | "salesforce";

/** A record as the CRM holds it now. */
export interface CrmRecord {
  /** Another than the one asked for: that one was merged into this one. */
  id: string;
  record: Record<string, unknown>;
  /** The fields that were asked for and that the CRM knows and lets us read; empty ones too. */
  fetched: string[];
  /** RFC 3339. What a later write is conditional on. */
  updatedAt: string | null;
  /** When each field last changed, where the CRM says so. RFC 3339. */
  fieldTimes?: Record<string, string>;
  /** "privacy": because the person asked to be forgotten. Then `record` may be empty. */
  deleted?: true | "privacy";
  deletedAt?: string;
  /** Ids of the records that were merged into it, where the record says so; else see `mergedInto`. */
  merged?: string[];
}

/** `key` is our own id of the contact, which stands in a unique field of the CRM's record (`CrmClient.keyField`). */
export type CrmWrite = { ref: string } & (
  | { kind: "create"; key: string; values: Record<string, unknown> }
  /** `seen`: what the written fields held, and when the record had last changed, when the decision was made. */
  | { kind: "update"; id: string; values: Record<string, unknown>; seen: Seen }
  | { kind: "delete"; id: string; seen: Seen; privacy: boolean }
  /** An opt-out or an opt-in, by the way that the CRM has for it; where it is an ordinary field, as an update is. */
  | { kind: "consent"; id: string; email: string | null; values: Record<string, unknown>; seen: Seen }
);

export interface Seen {
  updatedAt: string | null;
  values: Record<string, unknown>;
  /** When the record was read, by the service's clock: an old reading is worth comparing again before it is built on. */
  readAt: number;
}

/** What became of one write. `ref` is the write's. */
export type CrmWritten = {
  ref: string;
} /** Taken. `record` is what the write left, as far as the CRM says: at least every written field that it tells of. */ & (
  | { state: "written"; id: string; record: Record<string, unknown>; updatedAt: string | null }
  /**
   * Not written, since the record is not as it was seen any more: decide anew. `holds`: where nobody can tell whether it
   * was written before somebody else's change, the fields that hold what was sent, whoever has put it there.
   */
  | { state: "changed"; holds?: Record<string, unknown> }
  /** Of an update: there is no such record any more (deleted, merged away): decide anew. */
  | { state: "gone" }
  /** Of a create: another record holds this e-mail; `holder` is its id where the CRM tells. */
  | { state: "exists"; holder: string | null }
  /** Never to be taken as it is. `code` is the CRM's own, `fields` the CRM's names; nothing of it holds a value. */
  | { state: "refused"; code: string; fields: string[]; hint: string }
  /** It may or may not have been taken: a time-out, a broken connection, a 5xx after sending. `lookUp` tells later. */
  | { state: "unknown"; why: string }
  /** Certainly not taken, and may be sent again after so many milliseconds. */
  | { state: "later"; after: number; why: string }
);

/** A page of what changed. `cursor` is to be kept once the page's ids are; it is plain JSON of the client's own. */
export interface ChangePage {
  ids: string[];
  cursor: Cursor;
  /** Whether there is more to be read now. */
  more: boolean;
  /** The CRM does not tell any more what changed after the cursor that was given: everything is to be looked at. */
  missed?: true;
}
export type Cursor = { [name: string]: unknown };

export interface ListPage {
  ids: string[];
  /** Where to go on; null after the last page. */
  next: string | null;
  /** How many there are in all, where the CRM says so. */
  total?: number;
}

export interface LookupWanted {
  object: string;
  by: string;
  values: string[];
  ids: string[];
}

export interface CrmClient {
  readonly crm: Crm;
  /** The unique field that holds our key, such as "penguinmails_id" or "PenguinMails_Id__c". */
  readonly keyField: string;
  /** The CRM's names of the fields that count as consent and are written by a way of their own; may be none. */
  readonly consentFields: readonly string[];
  /**
   * What records hold now, never from an index that lags. Null: no such record, or deleted without a trace. At most
   * `readAtOnce` ids a request; the client cuts longer lists.
   */
  read(ids: readonly string[], fields: readonly string[]): Promise<Map<string, CrmRecord | null>>;
  /** Ids of the records that were merged into each of these, or converted to it; for CRMs whose records do not say so. */
  mergedInto?(ids: readonly string[]): Promise<Map<string, string[]>>;
  /** By our key; absent where no record has it. */
  findByKey(keys: readonly string[], fields: readonly string[]): Promise<Map<string, CrmRecord>>;
  /** All records with an address, additional ones too where the CRM has them; by the address as it was asked for. */
  findByEmail(emails: readonly string[], fields: readonly string[]): Promise<Map<string, CrmRecord[]>>;
  /** One answer for each write; throws only `CrmUnavailable`, and that only where certainly nothing was sent. */
  write(writes: readonly CrmWrite[]): Promise<CrmWritten[]>;
  /**
   * What became of writes whose answer was lost, read from the CRM itself: "written" only where it can be told that what
   * the record holds is what our write left; "changed" where it was not taken, or where somebody has edited since, with
   * what it holds of what was sent; of a create without a record "later" with after 0: it can be sent again.
   */
  lookUp(writes: readonly CrmWrite[], fields: readonly string[]): Promise<CrmWritten[]>;
  /** Ids of what was changed, created, merged or deleted since the cursor; null: from now on, without what was before. */
  changes(cursor: Cursor | null): Promise<ChangePage>;
  /**
   * Ids of other records (owners, users, accounts) by a field's value, and of records whose ids are known; null: no such
   * record, or an inactive one. Cached for some minutes.
   */
  lookUpIds(wanted: readonly LookupWanted[]): Promise<Lookups>;
  /** All live records' ids, for first syncs and reconciliation. */
  list(after: string | null): Promise<ListPage>;
  /** About how many those are, for CRMs whose lists do not say so; null where nobody can tell. */
  count?(): Promise<number | null>;
  /** What its answers last told of the calls of a day; null where they tell nothing. `at`: milliseconds since 1970. */
  quota(): { limit: number; left: number; at: number } | null;
  /** Whether it is set up for what a mapping needs. Throws `CrmUnavailable` where the CRM cannot be asked at all. */
  examine?(wanted: Wanted): Promise<Check[]>;
}

/** Nothing can be had of the CRM now. */
export class CrmUnavailable extends Error {
  override readonly name = "CrmUnavailable";
  constructor(
    /** "later": try again after `after` ms. "revoked": the credentials are refused; a person must connect anew. */
    readonly kind: "later" | "revoked" | "broken",
    /** What the CRM said, in codes; no value of a record, no token. */
    message: string,
    readonly after = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Where a client's tokens come from and go to. `refresh` is single-flight across processes. */
export interface Credentials {
  /** The access token now. */
  token(): Promise<string>;
  /** After a 401: another than `stale`, refreshed once however many ask. Throws `CrmUnavailable("revoked")`. */
  renew(stale: string): Promise<string>;
}
