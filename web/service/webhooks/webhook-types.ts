import type { Decision, Mapping, ResolveInput } from "@penguinmails/crm-sync";
import type { ContactEvents } from "./hubspot-delivery.js";

/** A contact as HubSpot's CRM objects API answers for it. */
export interface HubSpotRecord {
  /** Another than the one asked for: the contact was merged into that one. */
  id?: string;
  /** Null where a property has no value. One that is missing was not asked for, or is unknown in that portal. */
  properties: Record<string, string | null>;
  /** RFC 3339. */
  updatedAt?: string;
  archived?: boolean;
  archivedAt?: string;
}

/** PenguinMails' side of a contact: the parts of a `ResolveInput` that are kept here. */
export type StoredContact = Pick<ResolveInput, "local" | "reviews" | "link"> & { base: Base };

/** What both sides last agreed on. */
export type Base = Decision["base"];

export interface WebhookOptions {
  /** The app's client secret; both while it is being changed. */
  secret: string | readonly string[];
  /**
   * The URL that HubSpot was given. Signatures cover it, and behind a proxy a request's own URL is another. A query that
   * comes with a request is taken from there.
   */
  publicUrl: string;
  /** For all portals, or the one of a portal; null for a portal that nobody here knows, of which nothing is fetched. */
  mapping: Mapping | ((portalId: string) => Mapping | null | Promise<Mapping | null>);
  /** What is kept of the contact; null for one that is new here. */
  loadContact(contact: ContactEvents): StoredContact | null | Promise<StoredContact | null>;
  /**
   * HubSpot's record now, asked for with these properties; null where HubSpot has none (404). Everything else that goes
   * wrong is to be thrown, so that HubSpot delivers again.
   */
  fetchCrm(contact: ContactEvents, properties: string[]): HubSpotRecord | null | Promise<HubSpotRecord | null>;
  /**
   * Called once for each contact. It stores the local patch and `base` in one transaction, only while
   * `decision.expect.local` still holds, and hands on the CRM's patch; it throws where it could not. `base` is what both
   * sides agree on while HubSpot is not written, and differs from `decision.base` where there is something to write.
   */
  onDecision(decision: Decision, contact: ContactEvents, base: Base): void | Promise<void>;
  /** Told of each contact that came to no decision, and why. What it throws itself is dropped. */
  onError?(error: unknown, contact: ContactEvents): void | Promise<void>;
  /** Properties to fetch besides the mapped ones, such as those that only a filter reads. */
  properties?: readonly string[];
  /** Of a delivery's body: larger ones are refused. 8 MB unless given. */
  maximumBytes?: number;
  /** Milliseconds since 1970; the runtime's clock unless given. */
  now?(): number;
}

/** The answer's body. Counts only: what a person is called or wrote never stands in it. */
export interface WebhookCounts {
  events: number;
  /** Different ones among the events; each is one of the following. */
  contacts: number;
  decided: number;
  /** Neither here nor in HubSpot. */
  gone: number;
  /** Of an unknown portal, or refused by the engine or by HubSpot's rules: the same delivery would be refused again. */
  refused: number;
  /** Not fetched, loaded or stored: the answer asks HubSpot to deliver again. */
  failed: number;
  /** Events of other objects and kinds. */
  other: number;
}
