/** How long is kept what nobody needs any more, in days. */
export interface Retention {
  /** Keys of events: a delivery that comes again after that is looked at again. */
  inbox: number;
  /** Writes that the CRM has taken, or that were decided anew. */
  intents: number;
  /** What decisions were made of, and reviews that are closed; the decisions' codes stay. */
  values: number;
  /** Work and writes that have failed for good, and can be replayed until then. */
  deadLetters: number;
  /** What dry runs have shown. */
  dryRuns: number;
}

export const usualRetention: Retention = { inbox: 7, intents: 30, values: 90, deadLetters: 30, dryRuns: 30 };

const day = 24 * 3600 * 1000;

/** The time before which it is too old. */
export const before = (now: number, days: number) => new Date(now - days * day);
