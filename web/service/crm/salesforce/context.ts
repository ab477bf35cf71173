import type { Clock } from "../../clock.js";
import type { Requests } from "./requests.js";

/** What the parts of the client share. */
export interface Context {
  requests: Requests;
  clock: Clock;
  /** The object that persons are: Contact or Lead. */
  object: string;
  keyField: string;
  /** Of a page of all records' ids; 2,000 unless given. */
  listPageSize?: number | undefined;
  /** The integration user's id, with 18 characters; null: our own writes cannot be told from others'. */
  ourself: string | null;
}
