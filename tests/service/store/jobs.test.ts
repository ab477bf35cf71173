/** What the sync service may expect of the jobs, on either database. */
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { systemClock } from "../../../web/service/clock.js";
import type { Batch, Job, Jobs, Lane, Subject, Wake } from "../../../web/service/jobs/jobs.js";
import { createPgBossJobs, type PgBossJobsOptions } from "../../../web/service/node/pg-boss-jobs.js";
import { openPglite } from "../../../web/service/node/pglite.js";
import { closeDatabases, type Kind, kinds, type Opened, roleStatements } from "./databases.js";

const one = { tenant: "acme", id: "one" };
const two = { tenant: "other", id: "one" };
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const code = (value: string) => Object.assign(new TypeError("jane@example.com"), { code: value });

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

const subjects = (batch: Batch | null) => batch?.jobs.map(({ subject }) => subject).sort() ?? [];

function contract(kind: Kind) {
  /** Everything in its own database. */
  async function fresh(t: TestContext, options?: Options) {
    const opened = await kind.open(t, ...queueTable);
    const jobs = await jobsOn(opened, options);
    const { database } = opened;
    const wake = (integration: typeof one, ...wakes: (Subject | Wake)[]) =>
      database.transaction(integration.tenant, (sql) =>
        jobs.wake(
          sql,
          integration,
          wakes.map((given) => (typeof given === "string" ? { subject: given } : given)),
        ),
      );
    const taken = async () => {
      const batch = await jobs.take(100);
      assert.ok(batch);
      return batch;
    };
    return { opened, database, jobs, wake, taken };
  }

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

  test("a wake-up is part of its transaction", async (t) => {
    const { database, jobs, wake } = await fresh(t);
    const undone = database.transaction(one.tenant, async (sql) => {
      await jobs.wake(sql, one, [{ subject: "crm:1" }]);
      throw new Error("changed its mind");
    });
    await assert.rejects(undone, /changed its mind/);
    assert.equal(await jobs.take(10), null);
    assert.deepEqual(await jobs.depth(one), { waiting: 0, dead: 0 });
    await wake(one);
    assert.equal(await jobs.take(10), null);
    await wake(one, "crm:1", "local:ü'\"\\");
    assert.deepEqual(await jobs.depth(one), { waiting: 2, dead: 0 });
    const batch = await jobs.take(10);
    assert.deepEqual(batch?.integration, one);
    assert.deepEqual(subjects(batch), ["crm:1", "local:ü'\"\\"]);
    assert.deepEqual(
      batch?.jobs.map(({ lane, attempt }) => ({ lane, attempt })),
      Array(2).fill({ lane: "live", attempt: 0 }),
    );
    assert.equal(await jobs.take(10), null);
    await jobs.done(batch as Batch, batch?.jobs as Job[]);
    assert.deepEqual(await jobs.depth(one), { waiting: 0, dead: 0 });
  });

  test("of one subject one waits, in one call and in many", async (t) => {
    const { jobs, wake, taken } = await fresh(t);
    await wake(one, "crm:1", "crm:1", "crm:2");
    await Promise.all(Array.from({ length: 10 }, () => wake(one, "crm:2", "crm:1")));
    assert.deepEqual(subjects(await taken()), ["crm:1", "crm:2"]);
    assert.equal(await jobs.take(10), null);
  });

  test("a delayed wake-up holds nothing back, and the sooner of two delayed ones counts", async (t) => {
    const { jobs, wake, taken } = await fresh(t);
    await wake(one, { subject: "crm:1", after: 60_000 });
    assert.equal(await jobs.take(10), null);
    await wake(one, "crm:1");
    const batch = await taken();
    assert.deepEqual(subjects(batch), ["crm:1"]);
    await jobs.done(batch, batch.jobs);
    assert.equal(await jobs.take(10), null);
    await wake(one, { subject: "crm:1", after: 300 }, { subject: "crm:1", after: 90_000 });
    await wake(one, { subject: "crm:1", after: 90_000 });
    assert.deepEqual(await jobs.depth(one), { waiting: 1, dead: 0 });
    assert.equal(await jobs.take(10), null);
    await pause(400);
    assert.deepEqual(subjects(await taken()), ["crm:1"]);
  });

  test("lanes go by their order, and one lane's wake-up is not swallowed by another's", async (t) => {
    const { jobs, wake } = await fresh(t);
    const of = (subject: Subject, lane: Lane) => ({ subject, lane });
    await wake(one, of("crm:1", "bulk"), of("crm:2", "bulk"), of("crm:3", "live"));
    await wake(one, of("crm:4", "consent"), of("crm:1", "consent"));
    const order: string[] = [];
    for (let n = 0; n < 4; n++) {
      const batch = (await jobs.take(1)) as Batch;
      order.push(...batch.jobs.map(({ subject, lane }) => `${lane} ${subject}`));
      await jobs.done(batch, batch.jobs);
    }
    assert.deepEqual(order.slice(0, 2).sort(), ["consent crm:1", "consent crm:4"]);
    assert.equal(order[2], "live crm:3");
    await wake(one, of("crm:9", "live"), of("crm:8", "consent"));
    const takenOf = async (least?: Lane) => (await jobs.take(10, least))?.jobs.map(({ lane }) => lane) ?? null;
    assert.deepEqual(await takenOf(), ["consent", "live"], "nothing urgent waits for what a run has found");
    assert.equal(await takenOf("live"), null);
    assert.deepEqual(await takenOf(), ["bulk"]);
  });

  test("a wake-up of what is being worked on waits, and is taken after it", async (t) => {
    const { jobs, wake, taken } = await fresh(t);
    await wake(one, "crm:1");
    const first = await taken();
    await wake(one, "crm:1", { subject: "crm:1", lane: "consent" });
    assert.deepEqual(await jobs.depth(one), { waiting: 2, dead: 0 });
    assert.equal(await jobs.take(10), null, "nobody else looks at it in the meantime");
    await wake(one, "crm:2");
    assert.deepEqual(subjects(await taken()), ["crm:2"]);
    await jobs.done(first, first.jobs);
    const second = await taken();
    assert.deepEqual(subjects(second), ["crm:1"]);
    assert.equal(await jobs.take(10), null);
    await jobs.done(second, second.jobs);
    assert.deepEqual(subjects(await taken()), ["crm:1"]);
  });

  test("what is to be looked at again waits in its lane until then, but not what is done", async (t) => {
    const { jobs, wake, taken } = await fresh(t);
    await wake(one, "crm:1", { subject: "crm:2", lane: "consent" }, "crm:3");
    const batch = await taken();
    await jobs.done(
      batch,
      batch.jobs.filter(({ subject }) => subject === "crm:3"),
    );
    await wake(one, "crm:4", "crm:1");
    await jobs.again(batch, batch.jobs, 300);
    const meanwhile = await taken();
    assert.deepEqual(subjects(meanwhile), ["crm:1", "crm:4"], "who woke it meanwhile is not held back");
    await jobs.done(meanwhile, meanwhile.jobs);
    assert.equal(await jobs.take(10), null);
    await pause(400);
    const again = await taken();
    assert.deepEqual(
      again.jobs.map(({ subject, lane, attempt }) => ({ subject, lane, attempt })),
      [
        { subject: "crm:2", lane: "consent", attempt: 0 },
        { subject: "crm:1", lane: "live", attempt: 0 },
      ],
    );
    await jobs.again(batch, batch.jobs, 0);
    assert.deepEqual(await jobs.depth(one), { waiting: 0, dead: 0 }, "a word that comes twice counts once");
  });

  test("those who take at once never have the same subject", async (t) => {
    const { jobs, wake } = await fresh(t);
    await wake(one, ...Array.from({ length: 60 }, (_, n): Wake => ({ subject: `crm:${n % 20}`, lane: "live" })));
    await wake(one, ...Array.from({ length: 20 }, (_, n): Wake => ({ subject: `crm:${n}`, lane: "bulk" })));
    const batches = await Promise.all(Array.from({ length: 12 }, () => jobs.take(5)));
    const all = batches.flatMap(subjects);
    assert.equal(new Set(all).size, all.length);
    assert.equal(all.length, 20);
  });

  test("one job of one integration comes before the second hundred of another's", async (t) => {
    const { jobs, wake } = await fresh(t);
    await wake(one, ...Array.from({ length: 1000 }, (_, n): Subject => `crm:${n}`));
    await wake(two, "crm:1");
    const batches = [await jobs.take(100), await jobs.take(100), await jobs.take(100)];
    assert.deepEqual(batches.map((batch) => [batch?.integration.tenant, batch?.jobs.length]).sort(), [
      ["acme", 100],
      ["acme", 100],
      ["other", 1],
    ]);
    assert.equal(batches.slice(0, 2).filter((batch) => batch?.integration.tenant === "other").length, 1);
  });

  test("what fails is tried again, is dead after the last attempt, and can be replayed", async (t) => {
    const { database, jobs, wake } = await fresh(t, { times: { retryLimit: 2, retryDelay: 1, retryDelayMax: 1 } });
    await wake(one, { subject: "crm:1", lane: "consent" });
    for (const attempt of [0, 1, 2]) {
      const [row] = await database.query<{ wait: number }>(
        `select coalesce(max(extract(epoch from start_after - now())), 0)::float8 as wait
         from crm_sync_jobs.job where state = 'retry'`,
      );
      assert.ok((row?.wait ?? 9) <= 2);
      await database.query("update crm_sync_jobs.job set start_after = now() where state = 'retry'");
      const batch = (await jobs.take(10)) as Batch;
      assert.deepEqual(
        batch.jobs.map((job) => [job.subject, job.lane, job.attempt]),
        [["crm:1", "consent", attempt]],
      );
      await jobs.failed(batch, batch.jobs[0] as Job, code("ECONNRESET"));
      await jobs.failed(batch, batch.jobs[0] as Job, code("ECONNRESET"));
      assert.equal(await jobs.take(10), null);
    }
    assert.deepEqual(await jobs.depth(one), { waiting: 0, dead: 1 });
    const [dead, ...more] = await jobs.dead(one.tenant);
    assert.equal(more.length, 0);
    assert.deepEqual(dead, {
      id: dead?.id,
      integration: "one",
      subject: "crm:1",
      error: "TypeError: ECONNRESET",
      since: dead?.since,
    });
    assert.ok(Math.abs(Date.parse(dead?.since ?? "") - Date.now()) < 60_000);
    const ids = [dead?.id ?? "", "nonsense"];
    assert.deepEqual(await jobs.dead(two.tenant), []);
    assert.equal(await jobs.replay(two.tenant, ids), 0);
    assert.equal(await jobs.replay(one.tenant, ids), 1);
    assert.equal(await jobs.replay(one.tenant, ids), 0);
    assert.deepEqual(await jobs.dead(one.tenant), []);
    const batch = await jobs.take(10);
    assert.deepEqual(
      batch?.jobs.map((job) => [job.subject, job.lane, job.attempt]),
      [["crm:1", "consent", 0]],
    );
  });

  test("a subject that fails again and again waits once, however often it is woken", async (t) => {
    const { jobs, wake, taken } = await fresh(t);
    for (let n = 0; n < 4; n++) {
      await wake(one, "crm:1");
      const batch = await taken();
      await jobs.failed(batch, batch.jobs[0] as Job, new Error("no"));
    }
    assert.deepEqual(await jobs.depth(one), { waiting: 1, dead: 0 });
  });

  test("an integration is left alone until its time, and by every process", async (t) => {
    const { opened, jobs, wake, taken } = await fresh(t);
    await jobs.hold(two, Date.now() + 60_000);
    await wake(one, "crm:1");
    await wake(two, { subject: "crm:1", lane: "consent" });
    assert.deepEqual((await taken()).integration, one);
    assert.equal(await jobs.take(10), null);
    const again = await kind.again(t, opened);
    if (again) assert.equal(await (await jobsOn(again)).take(10), null);
    await jobs.hold(two, Date.now() + 200);
    assert.equal(await jobs.take(10), null);
    await pause(300);
    assert.deepEqual((await taken()).integration, two);
  });

  test("jobs whose process died are taken again, and what it says afterwards counts no more", async (t) => {
    const maintenance = { superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 };
    const times = { expireInSeconds: 1, retryLimit: 1, retryDelay: 1, retryDelayMax: 1 };
    const { jobs, wake, taken } = await fresh(t, { maintenance, times });
    await wake(one, "crm:1", "crm:2");
    const lost = await taken();
    const next = async () => {
      for (let n = 0; n < 100; n++) {
        const batch = await jobs.take(10);
        if (batch) return batch;
        await pause(100);
      }
      throw new Error("nothing came back");
    };
    const found = [await next()];
    if (found[0]?.jobs.length === 1) found.push(await next());
    assert.deepEqual(found.flatMap(subjects).sort(), ["crm:1", "crm:2"]);
    assert.deepEqual(new Set(found.flatMap(({ jobs: some }) => some.map(({ attempt }) => attempt))), new Set([1]));
    await jobs.done(lost, lost.jobs);
    for (const batch of found) await jobs.failed(batch, batch.jobs[0] as Job, new Error("no"));
    assert.ok((await jobs.dead(one.tenant)).length > 0, "the late word did not end the second attempt");
  });

  test("a tenant's transaction can wake its own integrations and see or do nothing else", async (t) => {
    const { database, jobs, wake } = await fresh(t);
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

  test("a schedule wakes its run, once, and not any more when it is taken back", async (t) => {
    const maintenance = { cronMonitorIntervalSeconds: 1, cronWorkerIntervalSeconds: 1 };
    const { database, jobs } = await fresh(t, { maintenance });
    await jobs.schedule(one, "reconcile", "0 3 * * *");
    await jobs.schedule(one, "incremental", "0 3 * * *");
    await jobs.schedule(one, "incremental", "* * * * *");
    let batch: Batch | null = null;
    for (let n = 0; n < 300 && batch === null; n++) {
      batch = await jobs.take(10);
      if (batch === null) await pause(100);
    }
    assert.deepEqual(batch?.integration, one);
    assert.deepEqual(
      batch?.jobs.map(({ subject, lane, attempt }) => ({ subject, lane, attempt })),
      [{ subject: "run:incremental", lane: "live", attempt: 0 }],
    );
    await jobs.schedule(one, "incremental", null);
    await jobs.schedule(one, "incremental", null);
    assert.deepEqual(await database.query("select key from crm_sync_jobs.schedule"), [{ key: "reconcile" }]);
    await assert.rejects(jobs.schedule(one, "incremental", "nonsense"));
  });

  test("who is idle wakes up soon after a wake-up, and after its time", async (t) => {
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
    await jobs.idle(50);
    assert.ok(performance.now() - start >= 40);
    await jobs.idle(60_000);
    assert.ok(performance.now() - start < 10_000, "another process may have woken something");
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

for (const kind of kinds) describe(kind.name, () => contract(kind));
closeDatabases();
