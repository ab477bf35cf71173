/** What is older than it is kept goes, and what is sealed under a key that was changed is sealed anew. */
import type { Clock } from "../clock.js";
import type { Jobs } from "../jobs/jobs.js";
import { before, type Retention } from "../store/retention.js";
import type { SyncStore } from "../store/store.js";
import { every, type Repeating } from "./every.js";

/** Each process looks; rows that another one has deleted meanwhile are none of its own. */
const interval = 600_000;

export interface Kept {
  store: Pick<SyncStore, "prune" | "pruneCallers" | "reseal">;
  jobs: Pick<Jobs, "prune">;
  clock: Clock;
}

export async function prune({ store, jobs, clock }: Kept, keep: Retention): Promise<void> {
  await store.prune(keep);
  await store.pruneCallers();
  await jobs.prune(before(clock.now(), keep.deadLetters));
  await store.reseal();
}

export const startRetention = (kept: Kept, keep: Retention, failed: (error: unknown) => void): Repeating =>
  every(interval, () => prune(kept, keep), failed);
