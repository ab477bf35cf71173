/** What the parts of one portal share. */
import type { Clock } from "../../service/clock.js";
import type { Contacts, Source } from "./contacts.js";
import type { Refusal } from "./errors.js";
import type { Owners } from "./owners.js";
import type { Preferences } from "./preferences.js";
import type { Schema } from "./schema.js";
import type { SearchIndex } from "./search-index.js";

export interface State {
  id: string;
  clock: Clock;
  schema: Schema;
  contacts: Contacts;
  index: SearchIndex;
  owners: Owners;
  preferences: Preferences;
  /** Our writes are this app's. */
  app: Source;
  /** Who does what people do. */
  person: Source;
  limits: Limits;
  /** By record or unique value: what is said to every write of ours. */
  poisoned: Map<string, Refusal>;
  /** The same, once; "LOCKED", "CONFLICT" and "OBJECT_NOT_FOUND" are kinds of their own, all others codes of a value. */
  refusedOnce: Map<string, string>;
  /** Until when, by record. */
  locks: Map<string, number>;
}

export interface Limits {
  /** How far a search can be paged through; 10,000 unless given. */
  searchCap?: number;
  /** The most that a page of the list holds, whatever was asked for; 100 unless given. */
  pageSize?: number;
  /** Requests in ten seconds; 110 unless given. */
  ratePerTenSeconds?: number;
  /** Requests in a day; 250,000 unless given. */
  daily?: number;
  /** 5 unless given. */
  searchPerSecond?: number;
}

export const urlOf = (portal: string, id: string) => `https://app.hubspot.com/contacts/${portal}/record/0-1/${id}`;
