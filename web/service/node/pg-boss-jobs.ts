/**
 * Work that waits, on pg-boss: one queue and one dead letter queue per integration.
 *
 * Which clock measures what: whether a job is due, held, expired or to be tried again says the database's, which is one
 * for all processes. `after` is an offset to it, and `until` becomes one by the service's clock at the time of the call.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { type ConstructorOptions, type Db, fromPglite, PgBoss } from "pg-boss";
import type { Clock } from "../clock.js";
import { nameOf, type QueueTimes, usualTimes } from "../jobs/failures.js";
import { Idle } from "../jobs/idle.js";
import {
  type Backlog,
  type Batch,
  type DeadJob,
  type Job,
  type Jobs,
  type Lane,
  lanes,
  type Subject,
} from "../jobs/jobs.js";
import type { IntegrationRef } from "../store/model.js";
import type { Database, Sql } from "../store/sql.js";
import { functions, nextDue, schema, table } from "./pg-boss-schema.js";

export interface PgBossJobsOptions {
  database: Database;
  /** The same database, for pg-boss' own statements, whose values it expects as the driver gives them. */
  pglite?: PGlite;
  pool?: pg.Pool;
  clock: Clock;
  log?(event: string, detail: Record<string, unknown>): void;
  times?: Partial<QueueTimes>;
  /** How often pg-boss looks for what expired and what cron expressions are due for, and deletes what is old. */
  maintenance?: Pick<
    ConstructorOptions,
    | "superviseIntervalSeconds"
    | "monitorIntervalSeconds"
    | "maintenanceIntervalSeconds"
    | "cronMonitorIntervalSeconds"
    | "cronWorkerIntervalSeconds"
  >;
}

const usualMaintenance: NonNullable<PgBossJobsOptions["maintenance"]> = {
  superviseIntervalSeconds: 15,
  monitorIntervalSeconds: 15,
  maintenanceIntervalSeconds: 600,
};

/** Whoever is idle looks again at least this often: another process may have woken something. */
const poll = 500;
/** After a wake-up of this process, whose transaction is about to commit; then again, where it has not yet. */
const first = 4;
const soon = 20;
const recently = 250;

export function createPgBossJobs(options: PgBossJobsOptions): Jobs {
  return new PgBossJobs(options);
}

class PgBossJobs implements Jobs {
  readonly #options: PgBossJobsOptions;
  readonly #database: Database;
  readonly #boss: PgBoss;
  #started: Promise<void> | null = null;
  #last = "";
  #wokenAt = 0;
  readonly #idle = new Idle();

  constructor(options: PgBossJobsOptions) {
    const { log = () => {} } = options;
    this.#options = options;
    this.#database = options.database;
    this.#boss = new PgBoss({
      db: bossDatabase(options),
      ...(options.pglite && { backend: "pglite" as const }),
      schema,
      registerInstance: false,
      ...usualMaintenance,
      ...options.maintenance,
    });
    // Unheard, an error of its maintenance would end the process; the next round tries again.
    this.#boss.on("error", (error) => log("jobs_maintenance_failed", { error: nameOf(error) }));
    this.#boss.on("warning", ({ message }) => log("jobs_warning", { message }));
  }

  start(): Promise<void> {
    this.#started ??= this.#start().catch(async (error) => {
      // What of it started already would keep the process alive.
      await this.#boss.stop();
      throw error;
    });
    return this.#started;
  }

  async #start(): Promise<void> {
    await this.#boss.start();
    await this.#database.transaction(null, async (sql) => {
      // Of two processes that replace a function at once, one would fail.
      await sql.query("select pg_advisory_xact_lock(hashtextextended('crm_sync.jobs', 0))");
      for (const statement of functions({ ...usualTimes, ...this.#options.times })) await sql.query(statement);
    });
  }

  async stop(): Promise<void> {
    if (this.#started === null) return;
    await this.#started.catch(() => {});
    this.#started = null;
    await this.#boss.stop();
    this.#idle.wake();
  }

  async wake(sql: Sql, { tenant, id }: IntegrationRef, wakes: Parameters<Jobs["wake"]>[2]): Promise<void> {
    if (wakes.length === 0) return;
    const rows = wakes.map(({ subject, lane = "live", after = 0, run, trace }) => ({
      subject,
      lane,
      priority: lanes[lane],
      after,
      run,
      trace,
    }));
    await sql.query("select crm_sync.wake($1, $2, $3::json)", [tenant, id, JSON.stringify(rows)]);
    this.#wokenAt = performance.now();
    setTimeout(() => this.#idle.wake(), first).unref();
  }

  async take(limit: number, least: Lane = "bulk"): Promise<Batch | null> {
    // Whoever takes at the same time goes on from the same place, and each goes round by itself from there.
    const seen = new Set<string>();
    let last = this.#last;
    for (;;) {
      const [queue] = await this.#database.query<Queue>(nextDue, [last, lanes[least]]);
      // All the way round: what is due belongs to subjects that are being worked on.
      if (queue === undefined || seen.has(queue.name)) return null;
      seen.add(queue.name);
      last = queue.name;
      this.#last = last;
      const jobs = await this.#fetch(queue.name, limit, least);
      if (jobs.length > 0) return { integration: { tenant: queue.tenant, id: queue.integration }, jobs };
    }
  }

  /** One after the other per queue: two that take at once would not see that they take two jobs of one subject. */
  #fetch(queue: string, limit: number, least: Lane): Promise<Job[]> {
    return this.#database.transaction(null, async (sql) => {
      await sql.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [queue]);
      // The subject is the group: nobody else looks at it in the meantime.
      const options = { batchSize: limit, groupConcurrency: 1, includeMetadata: true } as const;
      const urgent = { ...options, minPriority: lanes.live };
      let fetched = await within.run(sql, () => this.#boss.fetch<string>(queue, urgent));
      // What is urgent would wait for as long as the whole batch takes.
      if (fetched.length === 0 && least === "bulk")
        fetched = await within.run(sql, () => this.#boss.fetch<string>(queue, options));
      return fetched
        .map(({ id, data, retryCount, startAfter, startedOn }) => ({
          id,
          ...(JSON.parse(data) as JobData),
          attempt: retryCount,
          waited: Math.max(0, startedOn.getTime() - startAfter.getTime()),
        }))
        .sort((one, other) => lanes[other.lane] - lanes[one.lane]);
    });
  }

  async done(batch: Batch, jobs: readonly Job[]): Promise<void> {
    if (jobs.length > 0) await deleteActive(this.#database, batch, jobs);
  }

  async again(batch: Batch, jobs: readonly Job[], after: number): Promise<void> {
    if (jobs.length === 0) return;
    await this.#database.transaction(null, async (sql) => {
      const open = await deleteActive(sql, batch, jobs);
      await this.wake(
        sql,
        batch.integration,
        open.map((job) => ({ ...job, after })),
      );
    });
  }

  async failed({ integration }: Batch, job: Job, error: unknown): Promise<void> {
    await this.#database.transaction(null, async (sql) => {
      const queue = await queueOf(sql, integration);
      // Where the subject waits for another attempt already, that one stands for both; else each wake-up of a subject
      // that fails would bring one more.
      const merged = await sql.query(
        `delete from ${table} j where j.name = $1 and j.id = $2 and j.state = 'active' and j.retry_count = $3
           and exists (select from ${table} o
             where o.name = j.name and o.singleton_key = j.singleton_key and o.state = 'retry') returning j.id`,
        [queue, job.id, job.attempt],
      );
      if (merged.length > 0) return;
      const fetched = [{ id: job.id, retryCount: job.attempt }];
      await within.run(sql, () => this.#boss.fail(queue, fetched, { error: nameOf(error) }));
    });
  }

  async hold(integration: IntegrationRef, until: number): Promise<void> {
    const after = until - this.#options.clock.now();
    await this.#database.transaction(null, async (sql) => {
      const queue = await queueOf(sql, integration);
      await sql.query("update crm_sync.queue set held_until = now() + $2::float8 * interval '1ms' where name = $1", [
        queue,
        after,
      ]);
    });
  }

  async dead(tenant: string): Promise<DeadJob[]> {
    const rows = await this.#database.query<Omit<DeadJob, "since"> & { since: Date }>(
      `select j.id, q.integration, j.group_id as subject, coalesce(j.source_output->>'error', 'Expired') as error,
         j.created_on as since
       from crm_sync.queue q join ${table} j on j.name = 'dead.' || substr(q.name, 6)
       where q.tenant = $1 order by j.created_on, j.id`,
      [tenant],
    );
    return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
  }

  async replay(tenant: string, ids: readonly string[]): Promise<number> {
    return this.#database.transaction(null, async (sql) => {
      const rows = await sql.query<{ integration: string; data: string }>(
        `delete from ${table} j using crm_sync.queue q
         where q.tenant = $1 and j.name = 'dead.' || substr(q.name, 6) and j.id::text = any($2::text[])
         returning q.integration, j.data`,
        [tenant, ids],
      );
      const wakes = new Map<string, JobData[]>();
      for (const { integration, data } of rows)
        wakes.set(integration, [...(wakes.get(integration) ?? []), JSON.parse(data) as JobData]);
      for (const [id, some] of wakes) await this.wake(sql, { tenant, id }, some);
      return rows.length;
    });
  }

  async prune(before: Date): Promise<void> {
    await this.#database.query(
      `delete from ${table} j using crm_sync.queue q where j.name = 'dead.' || substr(q.name, 6) and j.created_on < $1`,
      [before],
    );
  }

  async schedule(integration: IntegrationRef, kind: string, cron: string | null): Promise<void> {
    const subject: Subject = `run:${kind}`;
    const lane: Lane = "live";
    await this.#database.transaction(null, async (sql) => {
      const queue = await queueOf(sql, integration);
      if (cron === null) return within.run(sql, () => this.#boss.unschedule(queue, kind));
      // As `wake` would make it, so that it falls together with one that waits. What fell due while no process ran is
      // made up for, once.
      const options = {
        key: kind,
        tz: "UTC",
        missed: "once" as const,
        singletonKey: `${subject}@${lane}`,
        group: { id: subject },
        priority: lanes[lane],
      };
      await within.run(sql, () => this.#boss.schedule(queue, cron, { subject, lane }, options));
    });
  }

  idle(milliseconds: number): Promise<void> {
    const wait = performance.now() - this.#wokenAt < recently ? soon : poll;
    return this.#idle.wait(Math.min(milliseconds, wait));
  }

  async backlog(): Promise<Backlog[]> {
    const rows = await this.#database.query<IntegrationRef & { lanes: string | null; dead: number }>(
      `select q.tenant, q.integration as id, w.lanes, ${dead} as dead
       from crm_sync.queue q cross join lateral (
         select json_object_agg(l.lane, json_build_object('waiting', l.waiting, 'oldest', l.oldest)) as lanes from (
           select j.data->>'lane' as lane, count(*)::int as waiting,
             greatest(0, extract(epoch from now() - min(j.start_after)) * 1000)::float8 as oldest
           from ${table} j where j.name = q.name and j.state in ('created', 'retry') group by 1) l) w
       order by 1, 2`,
    );
    return rows.map(({ tenant, id, lanes, dead }) => ({
      integration: { tenant, id },
      lanes: lanes === null ? {} : (JSON.parse(lanes) as Backlog["lanes"]),
      dead,
    }));
  }

  async depth({ tenant, id }: IntegrationRef): Promise<{ waiting: number; dead: number }> {
    const [row] = await this.#database.query<{ waiting: number; dead: number }>(
      `select
         (select count(*)::int from ${table} j where j.name = q.name and j.state in ('created', 'retry')) as waiting,
         ${dead} as dead
       from crm_sync.queue q where q.tenant = $1 and q.integration = $2`,
      [tenant, id],
    );
    return row ?? { waiting: 0, dead: 0 };
  }
}

/** Of a queue `q`. */
const dead = `(select count(*)::int from ${table} j where j.name = 'dead.' || substr(q.name, 6)
  and j.state in ('created', 'retry'))`;

interface Queue {
  name: string;
  tenant: string;
  integration: string;
}

interface JobData {
  subject: Subject;
  lane: Lane;
  run?: string;
  trace?: string;
}

/** Deleted: what is done is in the audit, and a queue that holds only what waits stays fast. */
async function deleteActive(sql: Sql, { integration }: Batch, jobs: readonly Job[]): Promise<JobData[]> {
  const rows = await sql.query<{ data: string }>(
    `delete from ${table} j using unnest($3::uuid[], $4::int[]) as done (id, attempt)
     where j.name = (select name from crm_sync.queue where tenant = $1 and integration = $2)
       and j.id = done.id and j.retry_count = done.attempt and j.state = 'active' returning j.data`,
    [integration.tenant, integration.id, jobs.map(({ id }) => id), jobs.map(({ attempt }) => attempt)],
  );
  return rows.map(({ data }) => JSON.parse(data) as JobData);
}

async function queueOf(sql: Sql, { tenant, id }: IntegrationRef): Promise<string> {
  const [row] = await sql.query<{ name: string }>("select crm_sync.queue_of($1, $2) as name", [tenant, id]);
  return row?.name ?? "";
}

/**
 * The transaction of ours that pg-boss is called in, which all statements of the call belong to. The `db` that its calls
 * take is not enough: some look their queue up first by pg-boss' own, and an embedded database, which has one connection,
 * would let them wait for our transaction's end for ever.
 */
const within = new AsyncLocalStorage<Sql>();

function bossDatabase(options: PgBossJobsOptions): Db {
  const own = ownDatabase(options);
  return {
    ...own,
    async executeSql(text, values) {
      const sql = within.getStore();
      return sql === undefined ? own.executeSql(text, values) : { rows: await sql.query(text, values) };
    },
  };
}

function ownDatabase({ pglite, pool }: PgBossJobsOptions): Db {
  if (pglite !== undefined) return fromPglite(pglite);
  if (pool === undefined) throw new TypeError("the jobs need a pool or an embedded database");
  return {
    async executeSql(text, values) {
      const result: pg.QueryResult | pg.QueryResult[] = await pool.query({
        text,
        ...(values !== undefined && { values }),
        types: pg.types,
      });
      // Of several statements there are several results.
      return { rows: Array.isArray(result) ? result.flatMap(({ rows }) => rows) : result.rows };
    },
  };
}
