/** Work that waits, kept in the store's own database, so that it comes into being with what made it necessary. */
import type { IntegrationRef } from "../store/model.js";
import type { Sql } from "../store/sql.js";

/**
 * A pair to look at, named by one of its sides, or a run to go on with. A wake-up says nothing but "look": it may come
 * twice, late or in any order.
 */
export type Subject = `crm:${string}` | `local:${string}` | `run:${string}`;

/** Higher is taken first. */
export const lanes = { consent: 10, live: 0, bulk: -10 } as const;
export type Lane = keyof typeof lanes;

export interface Wake {
  subject: Subject;
  lane?: Lane;
  /** Not before so many milliseconds from now. */
  after?: number;
  /** The run that found it; of several that one is kept whose wake-up waits already. */
  run?: string;
  /** What it is for; of several the one whose wake-up waits already. */
  trace?: string;
}

/** One of each subject, in its most urgent lane. */
export function mostUrgent(wakes: readonly Wake[]): Wake[] {
  const bySubject = new Map<Subject, Wake>();
  for (const wake of wakes) {
    const known = bySubject.get(wake.subject);
    if (known === undefined || urgency(wake) > urgency(known)) bySubject.set(wake.subject, wake);
  }
  return [...bySubject.values()];
}

const urgency = ({ lane = "live" }: Wake) => lanes[lane];

export interface Job {
  id: string;
  subject: Subject;
  lane: Lane;
  run?: string;
  /** Absent of what a schedule woke. */
  trace?: string;
  /** 0 the first time. */
  attempt: number;
  /** For how long it had been due when it was taken, in milliseconds. */
  waited: number;
}

export interface Batch {
  integration: IntegrationRef;
  jobs: Job[];
}

export interface Backlog {
  integration: IntegrationRef;
  /** `oldest`: for how many milliseconds something has been due; 0: nothing is due yet. */
  lanes: Partial<Record<Lane, { waiting: number; oldest: number }>>;
  dead: number;
}

export interface DeadJob {
  id: string;
  integration: string;
  subject: Subject;
  /** A code and a text without values. */
  error: string;
  since: string;
}

export interface Jobs {
  start(): Promise<void>;
  /** Ends after the statements in flight. */
  stop(): Promise<void>;
  /**
   * In the caller's transaction. Of one subject at most one waits: a second wake-up of the same changes nothing, but a
   * delayed one never holds back one that is due at once.
   */
  wake(sql: Sql, integration: IntegrationRef, wakes: readonly Wake[]): Promise<void>;
  /**
   * Jobs of one integration, the integrations in turn so that none starves; null where nothing is due. Those of runs come
   * alone, and only where the integration has nothing more urgent; of lanes below `least` none comes at all.
   */
  take(limit: number, least?: Lane): Promise<Batch | null>;
  done(batch: Batch, jobs: readonly Job[]): Promise<void>;
  /** Those of them that are not done yet: in so many milliseconds, as if they had been woken anew. */
  again(batch: Batch, jobs: readonly Job[], after: number): Promise<void>;
  /** To be tried again with growing delays, and dead after the last one: visible, and to be replayed. */
  failed(batch: Batch, job: Job, error: unknown): Promise<void>;
  /** Leaves an integration alone until then (milliseconds since 1970), as its CRM asked for; its consent lane too. */
  hold(integration: IntegrationRef, until: number): Promise<void>;
  dead(tenant: string): Promise<DeadJob[]>;
  /** How many of them were woken again. */
  replay(tenant: string, ids: readonly string[]): Promise<number>;
  /** Wakes `run:<kind>` of the integration by a cron expression in UTC; null: not any more. */
  schedule(integration: IntegrationRef, kind: string, cron: string | null): Promise<void>;
  /** Resolves when something may be due, at the latest after so many milliseconds. */
  idle(milliseconds: number): Promise<void>;
  /** Dead jobs from before that time are kept no longer. */
  prune(before: Date): Promise<void>;
  /** How much waits, and how much is dead, of all integrations. */
  backlog(): Promise<Backlog[]>;
  /** How much waits. */
  depth(integration: IntegrationRef): Promise<{ waiting: number; dead: number }>;
}
