/**
 * `/metrics` for Prometheus: what this process counts, and what stands in the store for all of them. Names and ids only.
 * Each process is asked by itself; what is read from the store is the same at each.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Clock } from "../clock.js";
import type { Jobs } from "../jobs/jobs.js";
import type { Meter } from "../meter.js";
import type { Figures, IntegrationRef } from "../store/model.js";
import type { SyncStore } from "../store/store.js";

export interface Metrics {
  meter: Meter;
  /** Of the service's own upkeep, such as deleting what is older than it is kept. */
  upkeepFailed(work: string): void;
  text(of: Watched): Promise<string>;
}

export interface Watched {
  store: Pick<SyncStore, "figures">;
  jobs: Pick<Jobs, "backlog">;
  clock: Clock;
}

const own = ["tenant", "integration"] as const;
const of = ({ tenant, id }: IntegrationRef) => ({ tenant, integration: id });
/** From a webhook that is dealt with at once to what waits out a CRM's bad day. */
const seconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const named = (name: string, help: string) => ({ name: `crm_sync_${name}`, help, registers });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ ...named(name, help), labelNames: [...labelNames] });
  const histogram = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Histogram({ ...named(name, help), labelNames: [...labelNames], buckets: seconds });

  const answered = histogram("http_request_duration_seconds", "Requests to the service", ["route", "status"]);
  const asked = histogram("crm_request_duration_seconds", "Requests to a CRM", [...own, "outcome"]);
  const decided = counter("decisions_total", "Pairs whose decision was carried out", [...own, "outcome"]);
  const dealtWith = histogram("sync_duration_seconds", "From a due wake-up until both sides had what was decided", [
    ...own,
    "lane",
  ]);
  const failed = counter("failures_total", "Attempts at a pair or a run that failed", own);
  const upkeep = counter("upkeep_failures_total", "Attempts at the database's upkeep that failed", ["work"]);
  const stored = storedGauges(registry);

  return {
    meter: {
      answered: (route, status, milliseconds) => answered.observe({ route, status }, milliseconds / 1000),
      asked: (ref, outcome, milliseconds) => asked.observe({ ...of(ref), outcome }, milliseconds / 1000),
      decided: (ref, outcome, pairs) => decided.inc({ ...of(ref), outcome }, pairs),
      dealtWith: (ref, lane, milliseconds) => dealtWith.observe({ ...of(ref), lane }, milliseconds / 1000),
      failed: (ref) => failed.inc(of(ref)),
    },
    upkeepFailed: (work) => upkeep.inc({ work }),
    async text({ store, jobs, clock }) {
      const [figures, backlogs] = await Promise.all([store.figures(), jobs.backlog()]);
      // Two that ask at the same time see the same rows: nothing is awaited between here and the text's values.
      stored.reset();
      for (const each of figures) stored.take(each, clock.now());
      for (const backlog of backlogs) stored.takeBacklog(backlog);
      return registry.metrics();
    },
  };
}

/** What is read from the store each time; who is not there any more is not there. */
function storedGauges(registry: Registry) {
  const gauges: Gauge[] = [];
  const gauge = (name: string, help: string, ...labelNames: string[]) => {
    const made = new Gauge({
      ...{ name: `crm_sync_${name}`, help, registers: [registry] },
      labelNames: [...own, ...labelNames],
    });
    gauges.push(made);
    return made;
  };
  const state = gauge("integration_state", "1 in the state that the integration is in", "crm", "state");
  const waiting = gauge("jobs_waiting", "Wake-ups that wait, retries included", "lane");
  const oldest = gauge("oldest_job_seconds", "For how long something has been due", "lane");
  const deadJobs = gauge("jobs_dead", "Wake-ups that have failed for good");
  const intents = gauge("intents", "Writes to the CRM that are not final, and dead ones", "state");
  const untold = gauge("opt_out_age_seconds", "For how long the CRM has not been told of an opt-out or opt-in");
  const reviews = gauge("reviews_open", "Questions that wait for a person");
  const alerts = gauge("alerts", "Alerts that stand", "kind");
  const feed = gauge("feed_age_seconds", "Since when the CRM's feed of changes was not read", "stream");
  const heard = gauge("webhook_age_seconds", "Since when no webhook came");
  const synced = gauge("last_sync_age_seconds", "Since when nothing was synchronised");

  return {
    reset: () => {
      for (const each of gauges) each.reset();
    },
    take(figures: Figures, now: number) {
      const labels = of(figures);
      const since = (to: Gauge, at: string | null, more = {}) => {
        if (at !== null) to.set({ ...labels, ...more }, (now - Date.parse(at)) / 1000);
      };
      state.set({ ...labels, crm: figures.crm, state: figures.state }, 1);
      for (const [name, count] of Object.entries(figures.intents)) intents.set({ ...labels, state: name }, count);
      reviews.set(labels, figures.reviews);
      for (const [kind, count] of Object.entries(figures.alerts)) alerts.set({ ...labels, kind }, count);
      untold.set(labels, 0);
      since(untold, figures.untoldSince);
      since(heard, figures.heardAt);
      since(synced, figures.lastSyncAt);
      for (const { name, advancedAt } of figures.streams) since(feed, advancedAt, { stream: name });
    },
    takeBacklog({ integration, lanes, dead }: Awaited<ReturnType<Jobs["backlog"]>>[number]) {
      const labels = of(integration);
      deadJobs.set(labels, dead);
      for (const [lane, { waiting: count, oldest: age }] of Object.entries(lanes)) {
        waiting.set({ ...labels, lane }, count);
        oldest.set({ ...labels, lane }, age / 1000);
      }
    },
  };
}
