/** From what Salesforce delivers to what the inbox keeps: keys, whom to look at, opt-outs; no values. */
import { iso } from "../clock.js";
import { type Lane, mostUrgent, type Subject } from "../jobs/jobs.js";
import type { Incoming } from "../store/store.js";

export interface DeliveryOptions {
  /** The object that persons are; what is delivered of others is counted only. */
  object: string;
  /** What a field opts out of where it is true, such as `{ HasOptedOutOfEmail: "all" }`. */
  topics: Readonly<Record<string, string>>;
  /** The integration user's id, with 18 characters, by which an event says that it is of our own writing. */
  ourself?: string | null;
  /** Milliseconds since 1970: the latest at which something can have happened that says no time. */
  receivedAt: number;
}

export type Refusal =
  | "too-large"
  | "document-type"
  | "not-xml"
  | "not-json"
  | "not-a-delivery"
  | "other-organization"
  | "too-many";

export type Read =
  | {
      /** With 18 characters; null: change events do not say. */
      organization: string | null;
      incoming: Incoming;
      /** Events of other objects. */
      other: number;
    }
  | { refused: Refusal };

interface Told {
  /** Of the event; with several records, of each with its id. */
  key: string;
  kind: string;
  /** Milliseconds since 1970; NaN: not said. */
  at: number;
  ids: readonly string[];
  /** Who did it, with 18 characters; absent where it does not say, or may stand for several. */
  by?: string | null;
  /** Whether it says of a field that it is true. */
  optedOut(field: string): boolean;
}

export class Delivery {
  other = 0;
  readonly #incoming: Incoming = { events: [], optOuts: [], wakes: [] };

  constructor(
    private readonly options: DeliveryOptions,
    private readonly organization: string | null,
  ) {}

  add({ key, kind, at, ids, by = null, optedOut }: Told): void {
    const { topics, receivedAt, ourself = null } = this.options;
    const occurredAt = timeOf(at);
    const topicsOut = Object.entries(topics).flatMap(([field, topic]) => (optedOut(field) ? [topic] : []));
    // Nobody waits for what we wrote ourselves: it is looked at after what people did.
    const lane: Lane = topicsOut.length > 0 ? "consent" : by !== null && by === ourself ? "bulk" : "live";
    for (const crmId of ids) {
      const subject: Subject = `crm:${crmId}`;
      this.#incoming.events.push({ key: `${key}/${crmId}`, subject, kind, occurredAt });
      for (const topic of topicsOut) {
        this.#incoming.optOuts.push({ crmId, topic, since: occurredAt ?? iso(receivedAt), source: "salesforce" });
      }
      this.#incoming.wakes.push({ subject, ...(lane !== "live" && { lane }) });
    }
  }

  /** Something happened of which no record is told: everything is looked at. */
  addUntold({ key, kind, at }: Pick<Told, "key" | "kind" | "at">): void {
    const subject: Subject = "run:reconcile";
    this.#incoming.events.push({ key, subject, kind, occurredAt: timeOf(at) });
    this.#incoming.wakes.push({ subject, lane: "bulk" });
  }

  read(): Read {
    const incoming = { ...this.#incoming, wakes: mostUrgent(this.#incoming.wakes) };
    return { organization: this.organization, incoming, other: this.other };
  }
}

/** Null where it is no time, or one that no date can hold. */
function timeOf(milliseconds: number): string | null {
  return Math.abs(milliseconds) < 8e15 ? iso(milliseconds) : null;
}
