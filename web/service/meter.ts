/** What is counted while it happens. What stands in the store is asked of it when somebody looks (`SyncStore.figures`). */
import type { Lane } from "./jobs/jobs.js";
import type { IntegrationRef } from "./store/model.js";

/** Names, codes and times only. */
export interface Meter {
  /** A request to the service was answered. */
  answered(route: string, status: number, milliseconds: number): void;
  /** A request to a CRM: its status, or why there was none. */
  asked(integration: IntegrationRef, outcome: number | "time-out" | "failed", milliseconds: number): void;
  /** Pairs were decided on, and what was decided is kept. */
  decided(integration: IntegrationRef, outcome: string, pairs: number): void;
  /** From when a pair was due to be looked at until both sides had what was decided. */
  dealtWith(integration: IntegrationRef, lane: Lane, milliseconds: number): void;
  /** Work on a subject did not succeed, and is tried again or dead. */
  failed(integration: IntegrationRef): void;
}
