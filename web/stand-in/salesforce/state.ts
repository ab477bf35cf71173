/** What the parts of one organisation share. */
import type { Clock } from "../../service/clock.js";
import type { Refusal } from "./errors.js";
import type { Queries } from "./query.js";
import type { Author, Records } from "./records.js";
import type { Schema } from "./schema.js";

export interface State {
  clock: Clock;
  schema: Schema;
  records: Records;
  queries: Queries;
  integrationUser: string;
  /** Who does what people do. */
  person: string;
  /** Whether a rule finds contacts of the same address to be duplicates. */
  duplicateRule: boolean;
  /** The organisation's. */
  id: string;
  limits: Limits;
  /** By record or key: what a validation rule of the organisation says to every write of it. */
  poisoned: Map<string, Refusal>;
  /** The same, once. */
  refusedOnce: Map<string, Refusal>;
}

export interface Limits {
  /** Records of a query's page; 2,000 unless given. */
  pageSize?: number;
  /** Ids that getUpdated and getDeleted tell of at once; 600,000 unless given. */
  changedIds?: number;
  /** Calls within 24 hours; 100,000 unless given. */
  calls?: number;
}

/** A request that has been let in: of the integration user, by the name that its client gives itself. */
export interface Session {
  version: string;
  author: Author;
  headers: Headers;
}
