/**
 * What nobody would notice by itself: something that should have happened, and has not. Each alarm is an alert of its kind
 * that stands for as long as its condition does; what it says is in docs/operations.md.
 */
import type { Backlog } from "../jobs/jobs.js";
import type { Figures } from "../store/model.js";
import type { SyncContext } from "./context.js";
import { ruleOf, type SyncRule } from "./rule.js";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Milliseconds. */
export const limits = {
  /** The CRM has not been told of an opt-out. */
  optOut: 15 * minute,
  /** A live change has been due, and nobody has looked. */
  work: 15 * minute,
  /** The CRM's feed of changes has not been read, where it is to be read every hour, and where every day. */
  feed: 2 * hour,
  dailyFeed: 26 * hour,
  /** The feed has brought changes that no webhook told of. */
  silence: 24 * hour,
} as const;

/** What an integration's alarms are decided on. */
export interface Watched {
  figures: Figures;
  backlog: Backlog | undefined;
  /** Asked for only where it matters, since it stands in the mapping file. */
  frequency(): Promise<SyncRule["frequency"]>;
  now: number;
}

const age = (now: number, since: string | null) => (since === null ? 0 : now - Date.parse(since));

/** By kind of alert: whether it stands. */
export const alarms: Readonly<Record<string, (watched: Watched) => boolean | Promise<boolean>>> = {
  opt_out_late: ({ figures, now }) => age(now, figures.untoldSince) > limits.optOut,
  work_late: ({ figures, backlog }) =>
    figures.state === "active" &&
    Math.max(backlog?.lanes.live?.oldest ?? 0, backlog?.lanes.consent?.oldest ?? 0) > limits.work,
  feed_late: async ({ figures, frequency, now }) => {
    if (figures.state !== "active") return false;
    const oldest = Math.max(0, ...figures.streams.map(({ advancedAt }) => age(now, advancedAt)));
    return oldest > limits.dailyFeed || (oldest > limits.feed && (await frequency()) !== "daily");
  },
  webhooks_silent: async ({ figures: { state, heardAt, streams }, frequency }) => {
    const silent = streams.some(
      ({ changedAt }) => changedAt !== null && age(Date.parse(changedAt), heardAt) > limits.silence,
    );
    return state === "active" && silent && (await frequency()) === "real_time";
  },
  quota_low: ({ figures: { quota }, now }) =>
    quota !== null && quota.left * 10 < quota.limit && age(now, quota.at) < day,
  dead_letters: ({ figures, backlog }) => (figures.intents.dead ?? 0) + (backlog?.dead ?? 0) > 0,
};

export type Watching = Pick<SyncContext, "store" | "jobs" | "clock">;

/** Raises what stands and is not raised yet, and takes back what stands no more. */
export async function watch({ store, jobs, clock }: Watching): Promise<void> {
  const [all, backlogs] = await Promise.all([store.figures(), jobs.backlog()]);
  for (const figures of all) {
    const watched: Watched = {
      figures,
      backlog: backlogs.find(({ integration: { tenant, id } }) => tenant === figures.tenant && id === figures.id),
      frequency: async () => ruleOf((await store.integration(figures))?.mapping.file ?? "").frequency,
      now: clock.now(),
    };
    for (const [kind, stands] of Object.entries(alarms)) {
      const is = await stands(watched);
      if (is === kind in figures.alerts) continue;
      await (is ? store.alert(figures, kind, {}) : store.clearAlert(figures, kind));
    }
  }
}
