/** The jobs on pg-boss, on either database. */
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { systemClock } from "../../../web/service/clock.js";
import type { QueueTimes } from "../../../web/service/jobs/failures.js";
import type { Jobs } from "../../../web/service/jobs/jobs.js";
import { createPgBossJobs, type PgBossJobsOptions } from "../../../web/service/node/pg-boss-jobs.js";
import { openPglite } from "../../../web/service/node/pglite.js";
import { closeDatabases, type Kind, kinds, type Opened, roleStatements } from "./databases.js";
import { contract, one, two, type World, wakesOf } from "./jobs-contract.js";

const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

/** As often as it can, for what tests wait for. */
const maintenance = {
  superviseIntervalSeconds: 1,
  monitorIntervalSeconds: 1,
  cronMonitorIntervalSeconds: 1,
  cronWorkerIntervalSeconds: 1,
};

const queueTable = [
  ...roleStatements,
  `create table crm_sync.queue (
    tenant text not null, integration text not null, name text not null unique, held_until timestamptz,
    primary key (tenant, integration))`,
  "alter table crm_sync.queue enable row level security",
  "alter table crm_sync.queue force row level security",
  "create policy service on crm_sync.queue to current_user using (true) with check (true)",
];

type Options = Pick<PgBossJobsOptions, "times" | "maintenance">;

async function jobsOn(opened: Opened, options: Options = {}): Promise<Jobs> {
  const { beforeClosing, ...database } = opened;
  const jobs = createPgBossJobs({ ...database, clock: systemClock, ...options });
  await jobs.start();
  beforeClosing.push(() => jobs.stop());
  return jobs;
}

type Opener = (t: TestContext, times?: Partial<QueueTimes>) => Promise<World & { opened: Opened }>;

const openOn =
  (kind: Kind): Opener =>
  async (t, times = {}) => {
    const opened = await kind.open(t, ...queueTable);
    const jobs = await jobsOn(opened, { times, maintenance });
    const { database } = opened;
    return {
      opened,
      jobs,
      wake: (integration, ...wakes) =>
        database.transaction(integration.tenant, (sql) => jobs.wake(sql, integration, wakesOf(wakes))),
      async wakeInVain(integration, ...wakes) {
        const undone = database.transaction(integration.tenant, async (sql) => {
          await jobs.wake(sql, integration, wakes);
          throw new Error("changed its mind");
        });
        await assert.rejects(undone, /changed its mind/);
      },
      now: Date.now,
      pass: pause,
      async retry(seconds) {
        const [row] = await database.query<{ wait: number }>(
          `select coalesce(max(extract(epoch from start_after - now())), 0)::float8 as wait
           from crm_sync_jobs.job where state = 'retry'`,
        );
        assert.ok((row?.wait ?? Infinity) <= seconds);
        await database.query("update crm_sync_jobs.job set start_after = now() where state = 'retry'");
      },
      again: () => kind.again(t, opened)?.then((other) => jobsOn(other)) ?? null,
      async schedules() {
        const rows = await database.query<{ key: string }>("select key from crm_sync_jobs.schedule order by key");
        return rows.map(({ key }) => key);
      },
    };
  };

/** What is of pg-boss and of the database alone. */
function special(kind: Kind) {
  const fresh = openOn(kind);

  test("a take ends, though what it met first is held meanwhile, and all else is being worked on", async (t) => {
    const opened = await kind.open(t, ...queueTable);
    const { database } = opened;
    let looks = 0;
    const watched: typeof database = {
      ...database,
      async query<Row>(text: string, values?: readonly unknown[]) {
        const found = await database.query<Row>(text, values);
        if (!text.includes("held_until <= now()")) return found;
        const [queue] = found as { name: string }[];
        if (++looks === 1)
          await database.query("update crm_sync.queue set held_until = 'infinity' where name = $1", [queue?.name]);
        // On the embedded database nothing else in the process would ever hear of it.
        if (looks > 20) throw new Error("looks for ever");
        return found;
      },
    };
    const jobs = await jobsOn({ ...opened, database: watched });
    for (const integration of [one, two]) {
      const wake = () =>
        database.transaction(integration.tenant, (sql) => jobs.wake(sql, integration, [{ subject: "crm:1" }]));
      await wake();
      looks = 1;
      assert.notEqual(await jobs.take(10), null);
      await wake();
    }
    looks = 0;
    assert.equal(await jobs.take(10), null);
  });

  test("a tenant's transaction can wake its own integrations and see or do nothing else", async (t) => {
    const { opened, jobs, wake } = await fresh(t);
    const { database } = opened;
    await wake(two, "crm:1");
    const refused = async (text: string) =>
      assert.rejects(
        database.transaction(one.tenant, (sql) => sql.query(text)),
        { code: "42501" },
        text,
      );
    await refused("select * from crm_sync_jobs.job");
    await refused("select * from crm_sync_jobs.job_common");
    await refused("insert into crm_sync_jobs.job_common (name) values ('x')");
    await refused("select * from crm_sync_jobs.queue");
    await refused("select crm_sync_jobs.create_queue('x', '{}')");
    await refused("select * from crm_sync.queue");
    await refused("select crm_sync.queue_of('acme', 'one')");
    await refused(`select crm_sync.wake('other', 'one', '[]')`);
    await assert.rejects(
      database.transaction(one.tenant, (sql) => jobs.wake(sql, two, [{ subject: "crm:2" }])),
      { code: "42501" },
    );
    assert.deepEqual(await jobs.depth(two), { waiting: 1, dead: 0 });
    assert.deepEqual(await jobs.depth(one), { waiting: 0, dead: 0 });
    await database.transaction(null, (sql) => jobs.wake(sql, two, [{ subject: "crm:2" }]));
    assert.deepEqual(await jobs.depth(two), { waiting: 2, dead: 0 });
  });

  test("who is idle looks again by itself: another process may have woken something", async (t) => {
    const { opened, jobs, wake } = await fresh(t);
    const { beforeClosing: _, ...database } = opened;
    const unaware = createPgBossJobs({ ...database, clock: systemClock });
    const first = Promise.race([
      jobs.idle(60_000).then(() => "woken"),
      unaware.idle(60_000).then(() => "looked again by itself"),
    ]);
    await wake(one, "crm:1");
    assert.equal(await first, "woken");
    await pause(300);
    const start = performance.now();
    await jobs.idle(60_000);
    assert.ok(performance.now() - start < 10_000);
  });
}

test("stopping ends, and so does a start that fails, though the database is gone", async () => {
  const { database, pglite } = await openPglite();
  for (const statement of queueTable) await database.query(statement);
  const jobs = createPgBossJobs({ database, pglite, clock: systemClock });
  await jobs.start();
  const asked = jobs.take(10).catch(() => null);
  await database.close();
  await jobs.stop();
  assert.equal(await asked, null);
  await assert.rejects(jobs.start());
  await jobs.stop();
});

for (const kind of kinds) {
  describe(kind.name, () => {
    contract(openOn(kind));
    special(kind);
  });
}
closeDatabases();
