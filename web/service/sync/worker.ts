/** Takes what waits, integration by integration in turn, and sees to it that one failure stays one failure. */
import { CrmUnavailable } from "../crm/client.js";
import type { Batch, Job, Lane } from "../jobs/jobs.js";
import type { Integration, RunKind } from "../store/model.js";
import { heldBack } from "../store/store.js";
import { newTrace } from "../trace.js";
import type { SyncContext, Work } from "./context.js";
import { isWhole } from "./holds.js";
import { MappingRefused } from "./mappings.js";
import { recordOptOuts, syncPairs } from "./pairs.js";
import { waitsForQuota } from "./quota.js";
import { isWhole as comparesAll, continueRun, syncedNow } from "./runs.js";

const batchSize = 100;
/** While an integration rests, what waits is looked at for opt-outs this often. */
const restInterval = 60_000;
/** What was changed while it was decided on is looked at once more. */
const soon = 200;
const runKinds: readonly string[] = [
  "incremental",
  "from_crm",
  "to_crm",
  "reconcile",
  "first_sync",
] satisfies RunKind[];

/** Null where nothing is due; nothing below the lane `least` is. */
export const takeBatch = ({ jobs }: SyncContext, least?: Lane) => jobs.take(batchSize, least);

/** False where nothing is due; nothing below the lane `least` is. */
export async function workOnce(context: SyncContext, least?: Lane): Promise<boolean> {
  const batch = await takeBatch(context, least);
  if (batch === null) return false;
  await workOn(context, batch);
  return true;
}

export async function workOn(context: SyncContext, batch: Batch): Promise<void> {
  const integration = await context.store.integration(batch.integration);
  if (integration === null) return context.jobs.done(batch, batch.jobs);
  try {
    const work = await workOf(
      context,
      integration,
      "sync",
      batch.jobs.every(({ lane }) => lane === "bulk") ? "bulk" : "live",
    );
    const jobs = await rationed(work, batch);
    await runs(work, { ...batch, jobs });
    await pairs(work, { ...batch, jobs });
    await syncedNow(work);
  } catch (error) {
    await unavailable(context, integration, batch, error);
  }
}

export async function workOf(
  context: SyncContext,
  integration: Integration,
  actor: string,
  lane: Lane = "live",
): Promise<Work> {
  const active = await context.mappings.of(integration);
  const pauses = await context.store.pausesOf(integration);
  return { ...context, integration, active, pauses, crm: context.client(integration, lane), actor };
}

/** What comes in is kept, nothing is decided or written, opt-outs excepted. */
const rests = ({ integration, pauses }: Work) => integration.state !== "active" || pauses.some(isWhole);

/** Without what compares everything, where the rest of the day's calls is kept for what changes. */
async function rationed({ store, jobs, integration, clock }: Work, batch: Batch): Promise<Job[]> {
  const wait = waitsForQuota(integration.quota, clock.now());
  const names = new Set(wait > 0 ? batch.jobs.flatMap(({ run }) => run ?? []) : []);
  if (names.size === 0) return batch.jobs;
  const found = await Promise.all([...names].map((name) => store.run(integration, name)));
  const whole = new Set(found.flatMap((run) => (run !== null && comparesAll(run) ? [run.run] : [])));
  const isLater = ({ run }: Job) => run !== undefined && whole.has(run);
  await jobs.again(batch, batch.jobs.filter(isLater), wait);
  return batch.jobs.filter((job) => !isLater(job));
}

const isRun = ({ subject }: Job) => subject.startsWith("run:");

async function runs(work: Work, batch: Batch): Promise<void> {
  const { store, integration } = work;
  for (const job of batch.jobs.filter(isRun)) {
    await alone(work, batch, job, async () => {
      const name = job.subject.slice("run:".length);
      // What a schedule begins has a trace of its own.
      const trace = job.trace ?? newTrace();
      if (name.startsWith(heldBack(""))) return lookForHeldBack(work, name.slice(heldBack("").length));
      if (!runKinds.includes(name)) return continueRun({ ...work, trace }, name);
      // By schedule: of an integration that rests, or that nobody has approved yet, none begins. It has the job's name:
      // who dies before noting that it has begun does not begin it twice.
      if (integration.state === "active") await store.startRun(integration, name as RunKind, false, "schedule", job.id);
    });
  }
}

/** After a pause of a direction or a field. A comparison that is under way may have passed by what it held back. */
async function lookForHeldBack(work: Work, pause: string): Promise<void> {
  const { store, integration } = work;
  const run = rests(work) ? null : await store.startRun(integration, "reconcile", false, "the end of a pause", pause);
  if (run?.run === pause) return;
  await store.wake(integration, [{ subject: `run:${heldBack(pause)}`, lane: "bulk", after: restInterval }]);
}

async function pairs(work: Work, batch: Batch): Promise<void> {
  const { jobs, integration, log, clock, meter } = work;
  const taken = clock.now();
  const waiting = batch.jobs.filter((job) => !isRun(job));
  const resting = rests(work);
  const look = async (some: readonly Job[]) => {
    const subjects = [...new Set(some.map(({ subject }) => subject))];
    if (resting) await recordOptOuts(work, subjects);
    const causes = new Map(some.map(({ subject, run, trace }) => [subject, { run, trace }] as const));
    const again = new Set(resting ? subjects : await syncPairs(work, subjects, causes));
    await jobs.again(
      batch,
      some.filter(({ subject }) => again.has(subject)),
      resting ? restInterval : soon,
    );
    const dealtWith = some.filter(({ subject }) => !again.has(subject));
    await jobs.done(batch, dealtWith);
    const took = clock.now() - taken;
    for (const { lane, waited } of dealtWith) meter?.dealtWith(integration, lane, waited + took);
  };
  const isOfRun = ({ run }: Job) => run !== undefined;
  // Apart: what a run commits holds rows that others would wait for.
  for (const some of [waiting.filter((job) => !isOfRun(job)), waiting.filter(isOfRun)]) {
    if (some.length === 0) continue;
    try {
      await look(some);
    } catch (error) {
      if (error instanceof CrmUnavailable) throw error;
      // Somebody in the batch cannot be dealt with: each goes alone, so that the others do not suffer for it.
      log("batch_failed", { integration: integration.id, jobs: some.length, error: nameOf(error) });
      for (const job of some) await alone(work, batch, job, () => look([job]));
    }
  }
}

async function alone({ jobs, log, meter }: Work, batch: Batch, job: Job, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    if (isRun(job)) await jobs.done(batch, [job]);
  } catch (error) {
    if (error instanceof CrmUnavailable) throw error;
    const { subject, attempt, trace } = job;
    log("job_failed", { subject, attempt, error: nameOf(error), ...(trace && { trace }) });
    meter?.failed(batch.integration);
    await jobs.failed(batch, job, error);
  }
}

/** The CRM, or the mapping, cannot be had: the whole integration waits, and somebody is told. */
async function unavailable(
  { store, jobs, clock, log }: SyncContext,
  integration: Integration,
  batch: Batch,
  error: unknown,
) {
  const refused = error instanceof MappingRefused;
  if (!(error instanceof CrmUnavailable) && !refused) throw error;
  const kind = refused ? "mapping_refused" : error.kind;
  log("unavailable", { integration: integration.id, kind, message: error.message });
  if (kind !== "later") await store.alert(integration, kind, { message: error.message });
  if (kind === "revoked") await store.setState(integration, "revoked");
  const after = (refused ? 0 : error.after) || restInterval;
  await jobs.again(batch, batch.jobs, after);
  await jobs.hold(integration, clock.now() + after);
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error);

/** Works until it is stopped. */
export class Worker {
  #stopping = false;
  readonly #loops: Promise<void>[];

  constructor(
    readonly context: SyncContext,
    /** Batches at the same time: while one waits for its CRM, another is decided on. One more never waits for a run's. */
    loops = 2,
  ) {
    this.#loops = [this.#loop("live"), ...Array.from({ length: loops }, () => this.#loop())];
  }

  async #loop(least?: Lane): Promise<void> {
    const { jobs, clock, log } = this.context;
    while (!this.#stopping) {
      try {
        if (!(await workOnce(this.context, least))) await jobs.idle(500);
      } catch (error) {
        // The batch's jobs come back by themselves when their time is over.
        log("worker_failed", { error: nameOf(error) });
        await clock.sleep(1000);
      }
    }
  }

  /** Ends after the batches that are being worked on. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#loops);
  }
}
