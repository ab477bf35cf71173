/** What the sync service may expect of the jobs, wherever they are kept. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { QueueTimes } from "../../../web/service/jobs/failures.js";
import type { Batch, Job, Jobs, Lane, Subject, Wake } from "../../../web/service/jobs/jobs.js";
import type { IntegrationRef } from "../../../web/service/store/model.js";

export const one: IntegrationRef = { tenant: "acme", id: "one" };
export const two: IntegrationRef = { tenant: "other", id: "one" };

/** What a contract is tried on, with nothing in it. */
export interface World {
  jobs: Jobs;
  /** In a transaction of its own. */
  wake(integration: IntegrationRef, ...wakes: (Subject | Wake)[]): Promise<void>;
  /** The same in a transaction that is undone. */
  wakeInVain(integration: IntegrationRef, ...wakes: Wake[]): Promise<void>;
  /** As the world's clock has it. */
  now(): number;
  /** So many milliseconds go by. */
  pass(milliseconds: number): Promise<void>;
  /** What waits for another attempt is due, which is no more than so many seconds early. */
  retry(seconds: number): Promise<void>;
  /** The same jobs as another process has them; null where one only can. */
  again(): Promise<Jobs> | null;
  /** The kinds that are scheduled. */
  schedules(): Promise<string[]>;
}

export const wakesOf = (given: readonly (Subject | Wake)[]): Wake[] =>
  given.map((wake) => (typeof wake === "string" ? { subject: wake } : wake));

export const subjects = (batch: Batch | null) => batch?.jobs.map(({ subject }) => subject).sort() ?? [];

const code = (value: string) => Object.assign(new TypeError("jane@example.com"), { code: value });

export function contract(open: (t: TestContext, times?: Partial<QueueTimes>) => Promise<World>) {
  async function fresh(t: TestContext, times?: Partial<QueueTimes>) {
    const world = await open(t, times);
    const taken = async () => {
      const batch = await world.jobs.take(100);
      assert.ok(batch);
      return batch;
    };
    return { ...world, taken };
  }

  test("a wake-up is part of its transaction", async (t) => {
    const { jobs, wake, wakeInVain } = await fresh(t);
    await wakeInVain(one, { subject: "crm:1" });
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
    const { jobs, wake, taken, pass } = await fresh(t);
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
    await pass(400);
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
    const { jobs, wake, taken, pass } = await fresh(t);
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
    await pass(400);
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
    const { jobs, wake, retry, now } = await fresh(t, { retryLimit: 2, retryDelay: 1, retryDelayMax: 1 });
    await wake(one, { subject: "crm:1", lane: "consent" });
    for (const attempt of [0, 1, 2]) {
      await retry(2);
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
    assert.ok(Math.abs(Date.parse(dead?.since ?? "") - now()) < 60_000);
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

  test("how much waits and for how long is known, and what is dead until it is pruned", async (t) => {
    const { jobs, wake, taken, now, pass } = await fresh(t, { retryLimit: 0 });
    await wake(one, "crm:1", { subject: "crm:2", lane: "bulk", after: 60_000 });
    const batch = await taken();
    await jobs.failed(batch, batch.jobs[0] as Job, code("ECONNRESET"));
    await wake(one, "crm:3", "crm:4");
    await wake(two, { subject: "crm:1", lane: "consent", after: 60_000 });
    await pass(50);
    const [first, second, ...more] = await jobs.backlog();
    assert.deepEqual([first?.integration, second?.integration, more], [one, two, []]);
    assert.deepEqual([first?.dead, second?.dead], [1, 0]);
    assert.deepEqual(second?.lanes, { consent: { waiting: 1, oldest: 0 } });
    const { live, bulk, ...others } = first?.lanes ?? {};
    assert.deepEqual([live?.waiting, bulk, others], [2, { waiting: 1, oldest: 0 }, {}]);
    assert.ok((live?.oldest ?? 0) >= 50);
    await jobs.prune(new Date(now() - 60_000));
    assert.equal((await jobs.dead(one.tenant)).length, 1);
    await jobs.prune(new Date(now() + 60_000));
    assert.deepEqual(await jobs.dead(one.tenant), []);
    assert.deepEqual(await jobs.depth(one), { waiting: 3, dead: 0 });
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
    const { jobs, wake, taken, now, pass, again } = await fresh(t);
    await jobs.hold(two, now() + 60_000);
    await wake(one, "crm:1");
    await wake(two, { subject: "crm:1", lane: "consent" });
    assert.deepEqual((await taken()).integration, one);
    assert.equal(await jobs.take(10), null);
    const others = await again();
    if (others) assert.equal(await others.take(10), null);
    await jobs.hold(two, now() + 200);
    assert.equal(await jobs.take(10), null);
    await pass(300);
    assert.deepEqual((await taken()).integration, two);
  });

  test("jobs whose process died are taken again, and what it says afterwards counts no more", async (t) => {
    const times = { expireInSeconds: 1, retryLimit: 1, retryDelay: 1, retryDelayMax: 1 };
    const { jobs, wake, taken, pass } = await fresh(t, times);
    await wake(one, "crm:1", "crm:2");
    const lost = await taken();
    const next = async () => {
      for (let n = 0; n < 100; n++) {
        const batch = await jobs.take(10);
        if (batch) return batch;
        await pass(100);
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

  test("a schedule wakes its run, once, and not any more when it is taken back", async (t) => {
    const { jobs, pass, schedules } = await fresh(t);
    await jobs.schedule(one, "reconcile", "0 3 * * *");
    await jobs.schedule(one, "incremental", "0 3 * * *");
    await jobs.schedule(one, "incremental", "* * * * *");
    let batch: Batch | null = null;
    for (let n = 0; n < 300 && batch === null; n++) {
      batch = await jobs.take(10);
      if (batch === null) await pass(250);
    }
    assert.deepEqual(batch?.integration, one);
    assert.deepEqual(
      batch?.jobs.map(({ subject, lane, attempt }) => ({ subject, lane, attempt })),
      [{ subject: "run:incremental", lane: "live", attempt: 0 }],
    );
    await jobs.schedule(one, "incremental", null);
    await jobs.schedule(one, "incremental", null);
    assert.deepEqual(await schedules(), ["reconcile"]);
    for (const cron of ["nonsense", "", "61 3 * * *", "0 3 30 2 *"])
      await assert.rejects(jobs.schedule(one, "incremental", cron), cron);
    assert.deepEqual(await schedules(), ["reconcile"]);
  });

  test("who is idle wakes up after a wake-up, and after its time", { timeout: 60_000 }, async (t) => {
    const { jobs, wake, taken } = await fresh(t);
    const woken = jobs.idle(3_600_000);
    await wake(one, "crm:1");
    await woken;
    assert.deepEqual(subjects(await taken()), ["crm:1"]);
    await jobs.idle(50);
  });
}
