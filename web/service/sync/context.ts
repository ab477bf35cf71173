/** What every part of the synchronisation stands on. */
import type { Clock } from "../clock.js";
import type { CrmClient } from "../crm/client.js";
import type { Jobs, Lane } from "../jobs/jobs.js";
import type { Meter } from "../meter.js";
import type { Integration, Pause } from "../store/model.js";
import type { SyncStore } from "../store/store.js";
import type { ActiveMapping, Mappings } from "./mappings.js";

export interface SyncContext {
  store: SyncStore;
  jobs: Jobs;
  clock: Clock;
  mappings: Mappings;
  /** The integration's client for a lane; the same one each time, since it keeps tokens and counts calls. */
  client(integration: Integration, lane?: Lane): CrmClient;
  /** Codes, names and ids; never a value. */
  log(event: string, detail: Record<string, unknown>): void;
  meter?: Meter;
}

/** One integration at work: its mapping and its CRM are looked up once a batch. */
export interface Work extends SyncContext {
  integration: Integration;
  active: ActiveMapping;
  /** Those that stand. */
  pauses: readonly Pause[];
  crm: CrmClient;
  /** Who or what caused it, for the audit. */
  actor: string;
  /** Of a run: what it is made for. */
  trace?: string;
}
