/** From what Salesforce delivers to what the inbox keeps: keys, whom to look at, opt-outs; no values. */
import { iso } from "../clock.js";
import type { Subject, Wake } from "../jobs/jobs.js";
import type { Incoming } from "../store/store.js";

export interface DeliveryOptions {
  /** The object that persons are; what is delivered of others is counted only. */
  object: string;
  /** What a field opts out of where it is true, such as `{ HasOptedOutOfEmail: "all" }`. */
  topics: Readonly<Record<string, string>>;
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
  /** Whether it says of a field that it is true. */
  optedOut(field: string): boolean;
}

export class Delivery {
  other = 0;
  readonly #incoming: Incoming = { events: [], optOuts: [], wakes: [] };
  readonly #wakes = new Map<Subject, Wake>();

  constructor(
    private readonly options: DeliveryOptions,
    private readonly organization: string | null,
  ) {}

  add({ key, kind, at, ids, optedOut }: Told): void {
    const { topics, receivedAt } = this.options;
    const occurredAt = timeOf(at);
    const topicsOut = Object.entries(topics).flatMap(([field, topic]) => (optedOut(field) ? [topic] : []));
    for (const crmId of ids) {
      const subject: Subject = `crm:${crmId}`;
      this.#incoming.events.push({ key: `${key}/${crmId}`, subject, kind, occurredAt });
      for (const topic of topicsOut) {
        this.#incoming.optOuts.push({ crmId, topic, since: occurredAt ?? iso(receivedAt), source: "salesforce" });
      }
      this.#wake(subject, topicsOut.length > 0);
    }
  }

  /** Something happened of which no record is told: everything is looked at. */
  addUntold({ key, kind, at }: Pick<Told, "key" | "kind" | "at">): void {
    const subject: Subject = "run:reconcile";
    this.#incoming.events.push({ key, subject, kind, occurredAt: timeOf(at) });
    this.#wakes.set(subject, { subject, lane: "bulk" });
  }

  /** One of each subject, in the more urgent lane. */
  #wake(subject: Subject, urgent: boolean): void {
    if (urgent) this.#wakes.set(subject, { subject, lane: "consent" });
    else if (!this.#wakes.has(subject)) this.#wakes.set(subject, { subject });
  }

  read(): Read {
    const incoming = { ...this.#incoming, wakes: [...this.#wakes.values()] };
    return { organization: this.organization, incoming, other: this.other };
  }
}

/** Null where it is no time, or one that no date can hold. */
function timeOf(milliseconds: number): string | null {
  return Math.abs(milliseconds) < 8e15 ? iso(milliseconds) : null;
}
