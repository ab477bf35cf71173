/**
 * Work that waits, in a Durable Object's own SQLite; the object's alarm stands for a process that looks.
 *
 * A statement is synchronous and nobody else has the database: what a call does without awaiting in between happens at
 * once, and is kept or lost as one.
 */
import { Cron } from "croner";
import { type Clock, iso } from "../clock.js";
import { nameOf, type QueueTimes, usualTimes } from "../jobs/failures.js";
import { Idle } from "../jobs/idle.js";
import type { Backlog, Batch, DeadJob, Job, Jobs, Lane, Wake } from "../jobs/jobs.js";
import { lanes } from "../jobs/jobs.js";
import type { IntegrationRef } from "../store/model.js";
import type { Sql } from "../store/sql.js";
import type { Bound } from "../store/sqlite/dialect.js";
import type { SqlStorage } from "../store/sqlite/object-database.js";
import { free, nextDue } from "./object-jobs-schema.js";

export { jobTables } from "./object-jobs-schema.js";

export interface ObjectJobsOptions {
  sql: SqlStorage;
  /**
   * Runs the work while no transaction of the object is open, whose undoing would undo the work's statements too: jobs
   * that are being worked on would be given out once more.
   */
  alone<T>(work: () => T): Promise<T>;
  /**
   * What is due next is due then. Called in the transaction of a wake-up too: where that is undone, so is an alarm that is
   * set by the object's storage.
   */
  setAlarm(at: number): void;
  clock: Clock;
  times?: Partial<QueueTimes>;
  log?(event: string, detail: Record<string, unknown>): void;
}

export interface ObjectJobs extends Jobs {
  /** When to look next, in milliseconds since 1970; null: there is nothing to wait for. */
  nextDue(): number | null;
}

/** The most urgent first. */
const order = Object.keys(lanes) as Lane[];

interface Row {
  id: string;
  queue: number;
  data: string;
  attempt: number;
  at: number;
}

type JobData = Pick<Job, "subject" | "lane" | "run" | "trace">;
const dataOf = ({ data }: Pick<Row, "data">) => JSON.parse(data) as JobData;

interface Queue {
  id: number;
  tenant: string;
  integration: string;
}

export function createObjectJobs(options: ObjectJobsOptions): ObjectJobs {
  return new SqliteJobs(options);
}

class SqliteJobs implements ObjectJobs {
  readonly #options: ObjectJobsOptions;
  readonly #times: QueueTimes;
  readonly #idle = new Idle();

  constructor(options: ObjectJobsOptions) {
    this.#options = options;
    this.#times = { ...usualTimes, ...options.times };
  }

  /** An alarm that has failed too often is not set any more. */
  start(): Promise<void> {
    return this.#changed(() => {});
  }

  async stop(): Promise<void> {
    this.#idle.wake();
  }

  async wake(_sql: Sql, integration: IntegrationRef, wakes: readonly Wake[]): Promise<void> {
    if (wakes.length === 0) return;
    this.#wake(this.#queue(integration), wakes);
    this.#rearm();
  }

  take(limit: number, least: Lane = "bulk"): Promise<Batch | null> {
    return this.#options.alone(() => {
      const now = this.#now;
      this.#expire(now);
      this.#runSchedules(now);
      const queues = this.#rows<Queue>("select * from job_queue where held_until <= ?1 order by taken, id", [now]);
      const urgent = order.filter((lane) => lane !== "bulk" && lanes[lane] >= lanes[least]);
      for (const { id, tenant, integration } of queues) {
        const jobs: Job[] = [];
        for (const lane of urgent) jobs.push(...this.#fetch(id, lane, limit - jobs.length, now));
        // What is urgent would wait for as long as the whole batch takes.
        if (jobs.length === 0 && least === "bulk") jobs.push(...this.#fetch(id, "bulk", limit, now));
        if (jobs.length === 0) continue;
        this.#rows("update job_queue set taken = (select max(taken) + 1 from job_queue) where id = ?1", [id]);
        return { integration: { tenant, id: integration }, jobs };
      }
      return null;
    });
  }

  #fetch(queue: number, lane: Lane, limit: number, now: number): Job[] {
    const due = this.#rows<Row>(
      `select id, data, attempt, at from job as j
       where state = 'waiting' and queue = ?1 and lane = ?2 and at <= ?3 and ${free} order by at limit ?4`,
      [queue, lane, now, limit],
    );
    const until = now + this.#times.expireInSeconds * 1000;
    // Of one subject several may be due, of which the first becomes active.
    const activate = "update or ignore job set state = 'active', place = 'active', at = ?2 where id = ?1 returning id";
    return due
      .filter(({ id }) => this.#rows(activate, [id, until]).length > 0)
      .map((row) => ({ id: row.id, ...dataOf(row), attempt: row.attempt, waited: now - row.at }));
  }

  done(_batch: Batch, jobs: readonly Job[]): Promise<void> {
    return this.#changed(() => void this.#deleteActive(jobs));
  }

  again(_batch: Batch, jobs: readonly Job[], after: number): Promise<void> {
    return this.#changed(() => {
      for (const row of this.#deleteActive(jobs)) this.#wake(row.queue, [{ ...dataOf(row), after }]);
    });
  }

  failed(_batch: Batch, job: Job, error: unknown): Promise<void> {
    return this.#changed(() => this.#fail(job, nameOf(error)));
  }

  #fail({ id, attempt }: Pick<Row, "id" | "attempt">, error: string): void {
    const { retryLimit, retryDelay, retryDelayMax } = this.#times;
    const mine = "id = ?1 and attempt = ?2 and state = 'active'";
    const dead = attempt >= retryLimit;
    const delay = dead ? 0 : Math.min(retryDelayMax, retryDelay * 2 ** attempt) * 1000;
    this.#rows(
      `update or ignore job set state = ?3, place = ${dead ? "id" : "lane || ' again'"}, at = ?4, attempt = attempt + 1,
         error = ?5 where ${mine}`,
      [id, attempt, dead ? "dead" : "waiting", this.#now + delay, error],
    );
    // Still there where the subject waits for another attempt already, which stands for both.
    this.#rows(`delete from job where ${mine}`, [id, attempt]);
  }

  hold(integration: IntegrationRef, until: number): Promise<void> {
    return this.#changed(() => {
      this.#rows("update job_queue set held_until = ?2 where id = ?1", [this.#queue(integration), until]);
    });
  }

  dead(tenant: string): Promise<DeadJob[]> {
    return this.#options.alone(() =>
      this.#rows<Omit<DeadJob, "since"> & { at: number }>(
        `select j.id, q.integration, j.subject, j.error, j.at from job_queue q join job j on j.queue = q.id
         where q.tenant = ?1 and j.state = 'dead' order by j.at, j.id`,
        [tenant],
      ).map(({ at, ...job }) => ({ ...job, since: iso(at) })),
    );
  }

  replay(tenant: string, ids: readonly string[]): Promise<number> {
    const remove = `delete from job where id = ?1 and state = 'dead'
      and queue in (select id from job_queue where tenant = ?2) returning queue, data`;
    return this.#changed(() => {
      const rows = ids.flatMap((id) => this.#rows<Row>(remove, [id, tenant]));
      for (const row of rows) this.#wake(row.queue, [dataOf(row)]);
      return rows.length;
    });
  }

  prune(before: Date): Promise<void> {
    return this.#options.alone(() => {
      this.#rows("delete from job where state = 'dead' and at < ?1", [before.getTime()]);
    });
  }

  async schedule(integration: IntegrationRef, kind: string, cron: string | null): Promise<void> {
    const next = cron === null ? null : nextOf(cron, this.#now);
    if (cron !== null && next === null) throw new RangeError("a cron expression that is never due");
    await this.#changed(() => {
      const queue = this.#queue(integration);
      if (cron === null) return this.#rows("delete from job_schedule where queue = ?1 and kind = ?2", [queue, kind]);
      // The same once more leaves alone what is due already.
      return this.#rows(
        `insert into job_schedule (queue, kind, cron, next) values (?1, ?2, ?3, ?4)
         on conflict do update set cron = excluded.cron, next = excluded.next where cron <> excluded.cron`,
        [queue, kind, cron, next],
      );
    });
  }

  idle(milliseconds: number): Promise<void> {
    return this.#idle.wait(milliseconds);
  }

  backlog(): Promise<Backlog[]> {
    const waiting = `select lane, count(*) as waiting, max(0, ?2 - min(at)) as oldest from job
      where state = 'waiting' and queue = ?1 group by lane`;
    return this.#options.alone(() => {
      const queues = this.#rows<Queue & { dead: number }>(
        `select *, (select count(*) from job where state = 'dead' and queue = q.id) as dead
         from job_queue q order by tenant, integration`,
      );
      return queues.map(({ id, tenant, integration, dead }) => {
        const rows = this.#rows<{ lane: Lane; waiting: number; oldest: number }>(waiting, [id, this.#now]);
        const lanes = Object.fromEntries(rows.map(({ lane, ...figures }) => [lane, figures]));
        return { integration: { tenant, id: integration }, lanes, dead };
      });
    });
  }

  async depth({ tenant, id }: IntegrationRef): Promise<{ waiting: number; dead: number }> {
    const backlog = await this.backlog();
    const of = backlog.find(({ integration }) => integration.tenant === tenant && integration.id === id);
    const waiting = Object.values(of?.lanes ?? {}).reduce((sum, lane) => sum + lane.waiting, 0);
    return { waiting, dead: of?.dead ?? 0 };
  }

  nextDue(): number | null {
    const [row] = this.#rows<{ at: number | null }>(nextDue, [JSON.stringify(order)]);
    return row?.at ?? null;
  }

  /** Work that may bring something sooner than was due before. */
  #changed<T>(work: () => T): Promise<T> {
    return this.#options.alone(() => {
      const result = work();
      this.#rearm();
      return result;
    });
  }

  #rearm(): void {
    const at = this.nextDue();
    if (at !== null) this.#options.setAlarm(at);
  }

  #wake(queue: number, wakes: readonly Wake[]): void {
    for (const { subject, lane = "live", after = 0, run, trace } of wakes) {
      const place = after > 0 ? `${lane} later` : lane;
      const data = JSON.stringify({ subject, lane, run, trace });
      this.#rows(
        `insert into job (id, queue, subject, lane, data, state, place, at) values (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?7)
         on conflict (queue, subject, place) do update set at = excluded.at where at > excluded.at`,
        [crypto.randomUUID(), queue, subject, lane, data, place, this.#now + after],
      );
    }
    this.#idle.wake();
  }

  /** Their object has died. */
  #expire(now: number): void {
    for (const row of this.#rows<Row>("select id, data, attempt from job where state = 'active' and at <= ?1", [now])) {
      const { subject, trace } = dataOf(row);
      this.#options.log?.("job_expired", { subject, attempt: row.attempt, ...(trace && { trace }) });
      this.#fail(row, "Expired");
    }
  }

  /** What fell due while the object could not look is made up for, once. */
  #runSchedules(now: number): void {
    const due = this.#rows<{ queue: number; kind: string; cron: string }>(
      "select queue, kind, cron from job_schedule where next <= ?1",
      [now],
    );
    for (const { queue, kind, cron } of due) {
      this.#wake(queue, [{ subject: `run:${kind}` }]);
      const next = nextOf(cron, now);
      this.#rows("update job_schedule set next = ?3 where queue = ?1 and kind = ?2", [queue, kind, next]);
    }
  }

  /** Deleted: what is done is in the audit. */
  #deleteActive(jobs: readonly Job[]): Row[] {
    const remove = `delete from job where id = ?1 and attempt = ?2 and state = 'active' returning queue, data`;
    return jobs.flatMap(({ id, attempt }) => this.#rows<Row>(remove, [id, attempt]));
  }

  #queue({ tenant, id }: IntegrationRef): number {
    this.#rows("insert or ignore into job_queue (tenant, integration) values (?1, ?2)", [tenant, id]);
    const [row] = this.#rows<Queue>("select id from job_queue where tenant = ?1 and integration = ?2", [tenant, id]);
    return row?.id ?? 0;
  }

  #rows<R>(query: string, values: readonly Bound[] = []): R[] {
    return this.#options.sql.exec(query, ...values).toArray() as R[];
  }

  get #now(): number {
    return this.#options.clock.now();
  }
}

const nextOf = (cron: string, after: number): number | null =>
  new Cron(cron, { timezone: "UTC", mode: "5-or-6-parts" }).nextRun(new Date(after))?.getTime() ?? null;
