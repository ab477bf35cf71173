/** The jobs in a Durable Object's SQLite, in Cloudflare's workerd; the time is the test's. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import type { Miniflare } from "miniflare";
import type { QueueTimes } from "../../../web/service/jobs/failures.js";
import type { Batch, Job, Jobs, Subject, Wake } from "../../../web/service/jobs/jobs.js";
import type { IntegrationRef } from "../../../web/service/store/model.js";
import { startWorkerd } from "../../workerd.js";
import { contract, one, subjects, two, type World, wakesOf } from "./jobs-contract.js";

/** tests/service/store/jobs-worker.ts, as it is reached. */
interface Queue {
  open(times: Partial<QueueTimes>): Promise<void>;
  call(now: number, method: string, args: string): Promise<string>;
  wake(now: number, integration: IntegrationRef, wakes: Wake[], inVain?: boolean): Promise<string>;
  takeMeanwhile(now: number, integration: IntegrationRef, wakes: Wake[]): Promise<string>;
  said(): Promise<string>;
  rows(query: string): Promise<string>;
}

interface ObjectWorld extends World {
  queue: Queue;
  nextDue(): Promise<number | null>;
  said(): Promise<{ alarm: number | null; events: unknown[] }>;
}

const begin = Date.UTC(2026, 2, 1, 10, 30, 50);
const durableObjects = { QUEUE: { className: "Queue", useSQLite: true } };
const start = (more = {}) => startWorkerd("tests/service/store/jobs-worker.ts", { durableObjects, ...more });

async function worldOn(
  worker: Miniflare,
  name: string,
  times: Partial<QueueTimes> = {},
  at = begin,
): Promise<ObjectWorld> {
  const namespace = await worker.getDurableObjectNamespace("QUEUE");
  const queue = (namespace as unknown as { getByName(name: string): Queue }).getByName(name);
  await queue.open(times);
  let now = at;
  const answer = (text: string) => {
    const { result = null, error } = JSON.parse(text) as { result?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return result;
  };
  const call = async (method: string, args: unknown[]) =>
    answer(await queue.call(now, method, JSON.stringify(args.filter((arg) => arg !== undefined))));
  const wake = async (integration: IntegrationRef, given: readonly (Subject | Wake)[], inVain = false) =>
    void answer(await queue.wake(now, integration, wakesOf(given), inVain));
  const failed: Jobs["failed"] = async (batch, job, error) => {
    await call("failed", [batch, job, { code: (error as { code?: string }).code }]);
  };
  const jobs = new Proxy({ failed } as Jobs, {
    get: (own, method: keyof Jobs) => own[method] ?? ((...args: unknown[]) => call(method, args)),
  });
  const nextDue = () => call("nextDue", []) as Promise<number | null>;
  return {
    queue,
    jobs,
    nextDue,
    said: async () => JSON.parse(await queue.said()) as Awaited<ReturnType<ObjectWorld["said"]>>,
    wake: (integration, ...wakes) => wake(integration, wakes),
    wakeInVain: (integration, ...wakes) => assert.rejects(wake(integration, wakes, true), /changed its mind/),
    now: () => now,
    async pass(milliseconds) {
      now += milliseconds;
    },
    async retry(seconds) {
      const at = (await nextDue()) ?? Infinity;
      assert.ok(at - now <= seconds * 1000);
      now = Math.max(now, at);
    },
    again: () => null,
    async schedules() {
      const rows = JSON.parse(await queue.rows("select kind from job_schedule order by kind")) as { kind: string }[];
      return rows.map(({ kind }) => kind);
    },
  };
}

let worker: Miniflare;
before(async () => {
  worker = await start();
});
after(() => worker.dispose());

const open = (t: TestContext, times?: Partial<QueueTimes>) => worldOn(worker, t.name, times);

contract(open);

test("what is taken while a transaction is open is not undone with it", async (t) => {
  const { jobs, wake, queue, now } = await open(t);
  await wake(one, "crm:1");
  const batch = JSON.parse(await queue.takeMeanwhile(now(), one, [{ subject: "crm:2" }])) as Batch;
  assert.deepEqual(subjects(batch), ["crm:1"]);
  assert.equal(await jobs.take(10), null);
  await jobs.done(batch, batch.jobs);
  assert.deepEqual(await jobs.depth(one), { waiting: 0, dead: 0 });
});

test("an object that is killed goes on where it was: what it had taken comes again when its time is over", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "crm-sync-object-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const first = await start({ durableObjectsPersist: folder });
  const before = await worldOn(first, "killed");
  await before.wake(one, { subject: "crm:1", lane: "consent", run: "a run", trace: "a trace" }, "crm:2");
  await before.wake(two, "crm:3");
  await before.jobs.schedule(one, "reconcile", "0 11 * * *");
  const lost = await before.jobs.take(1);
  assert.deepEqual([lost?.integration, subjects(lost)], [one, ["crm:1"]]);
  await first.dispose();

  const second = await start({ durableObjectsPersist: folder });
  t.after(() => second.dispose());
  const { jobs, now, pass, said, nextDue } = await worldOn(second, "killed", {}, before.now() + 59_000);
  await jobs.start();
  assert.equal((await said()).alarm, before.now());
  const next = await jobs.take(10);
  assert.deepEqual([next?.integration, subjects(next)], [two, ["crm:3"]], "it knows whose turn it was");
  await jobs.done(next as Batch, next?.jobs as Job[]);
  const other = await jobs.take(10);
  assert.deepEqual(subjects(other), ["crm:2"]);
  await jobs.done(other as Batch, other?.jobs as Job[]);
  assert.equal(await nextDue(), now() + 1000, "when the lost one's time is over");
  await pass(1000);
  assert.equal(await jobs.take(10), null);
  const data = { subject: "crm:1", lane: "consent", run: "a run", trace: "a trace" } as const;
  assert.deepEqual((await said()).events, [["job_expired", { subject: "crm:1", attempt: 0, trace: "a trace" }]]);
  await jobs.done(lost as Batch, lost?.jobs as Job[]);
  await pass(5000);
  const again = await jobs.take(10);
  assert.deepEqual(again?.jobs, [{ id: lost?.jobs[0]?.id, ...data, attempt: 1, waited: 0 }]);
  await jobs.done(again as Batch, again?.jobs as Job[]);
  assert.equal(await nextDue(), Date.UTC(2026, 2, 1, 11));
});

test("delays double up to the longest; one whose object died at its last attempt is dead as well", async (t) => {
  const { jobs, wake, now, pass, nextDue, said } = await open(t, { retryLimit: 5, retryDelay: 5, retryDelayMax: 30 });
  await wake(one, "crm:1");
  const delays: number[] = [];
  for (let n = 0; n < 5; n++) {
    const batch = (await jobs.take(1)) as Batch;
    await jobs.failed(batch, batch.jobs[0] as Job, new Error("no"));
    const delay = ((await said()).alarm ?? 0) - now();
    delays.push(delay);
    await pass(delay - 1);
    assert.equal(await jobs.take(1), null);
    await pass(1);
  }
  assert.deepEqual(delays, [5000, 10_000, 20_000, 30_000, 30_000]);
  assert.equal((await jobs.take(1))?.jobs[0]?.attempt, 5);
  await pass(60_000);
  assert.equal(await jobs.take(1), null);
  const [dead] = await jobs.dead(one.tenant);
  assert.deepEqual([dead?.error, dead?.since], ["Expired", new Date(now()).toISOString()]);
  assert.equal(await nextDue(), null);
});

test("what fell due while nothing ran is made up for, once", async (t) => {
  const { jobs, now, pass, nextDue, said } = await open(t);
  const hour = 3_600_000;
  const runs = async () => {
    const batch = await jobs.take(10);
    if (batch !== null) await jobs.done(batch, batch.jobs);
    return subjects(batch);
  };
  await jobs.schedule(one, "incremental", "45 * * * *");
  assert.equal((await said()).alarm, Date.UTC(2026, 2, 1, 10, 45));
  await pass(14 * 60_000 + 9999);
  assert.deepEqual(await runs(), []);
  await pass(1);
  assert.deepEqual(await runs(), ["run:incremental"]);
  assert.deepEqual(await runs(), []);
  await pass(5 * hour + 1);
  await jobs.schedule(one, "incremental", "45 * * * *");
  assert.equal(await nextDue(), Date.UTC(2026, 2, 1, 11, 45), "said once more at a start, it is due all the same");
  assert.deepEqual(await runs(), ["run:incremental"]);
  assert.deepEqual(await runs(), []);
  assert.equal(await nextDue(), now() - 1 + hour);
  await jobs.schedule(one, "incremental", "50 3 * * *");
  assert.equal(await nextDue(), Date.UTC(2026, 2, 2, 3, 50));
});

test("the alarm is for what is due next, and never for what cannot be taken yet", async (t) => {
  const { jobs, wake, now, pass, nextDue, said } = await open(t);
  const alarmed = async () => {
    const { alarm } = await said();
    assert.equal(await nextDue(), alarm);
    return alarm === null ? null : alarm - now();
  };
  await jobs.start();
  assert.equal(await alarmed(), null);
  await wake(one, { subject: "crm:1", after: 7000 });
  assert.equal(await alarmed(), 7000);
  await wake(one, { subject: "crm:1", after: 9000 }, { subject: "crm:2", lane: "bulk", after: 3000 });
  assert.equal(await alarmed(), 3000);
  await pass(3000);
  const batch = (await jobs.take(10)) as Batch;
  assert.deepEqual(subjects(batch), ["crm:2"]);
  await wake(one, "crm:2");
  assert.equal(await alarmed(), 4000, "somebody works on it");
  await jobs.done(batch, batch.jobs);
  assert.equal(await alarmed(), 0);
  await jobs.hold(one, now() + 20_000);
  assert.equal(await alarmed(), 20_000);
  await wake(two, { subject: "crm:1", after: 15_000 });
  assert.equal(await alarmed(), 15_000);
  await pass(20_000);
  for (const integration of [two, one]) assert.deepEqual((await jobs.take(10))?.integration, integration);
  assert.equal(await nextDue(), now() + 60_000, "when their time is over");
});
