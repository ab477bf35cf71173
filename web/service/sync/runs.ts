/**
 * Runs: what changed since the last time, everything anew, or a first sync. A run only finds out what is to be looked at
 * and wakes it, page by page, so that it can stop at any place and go on there; a dry one decides and shows instead.
 */
import { iso } from "../clock.js";
import { type CrmClient, CrmUnavailable, type Cursor } from "../crm/client.js";
import type { Subject, Wake } from "../jobs/jobs.js";
import type { Effects, FoundItem, Match, Run, RunItem, RunProgress } from "../store/model.js";
import type { Work } from "./context.js";
import { added, effectsOf, nothing } from "./effects.js";
import { textOf } from "./identify.js";
import { type Examined, examine } from "./pairs.js";
import { waitsForQuota, withTold } from "./quota.js";
import { revertPage } from "./revert.js";

/** The watermark of the CRM's feed of changes. */
export const crmStream = "crm";
/** So many pages in a row, and for so many milliseconds; then others have their turn. */
const pagesAtOnce = 20;
const turn = 10_000;
const pageSize = 100;

/** Where a run stands: which feed it reads, and where in it. */
type Checkpoint =
  /** The cursor of a dry run, which leaves the watermark where it is. */
  | { feed: "changes"; cursor?: Cursor }
  | { feed: "records"; after: string | null }
  | { feed: "links"; after: string | null }
  | { feed: "contacts"; after: string | null };

/** Goes on with a run; wakes it again where there is more. */
export async function continueRun(work: Work, name: string): Promise<void> {
  const { store, integration, clock } = work;
  await beginWatching(work);
  const until = clock.now() + turn;
  for (let page = 0; page < pagesAtOnce && clock.now() < until; page++) {
    const run = await store.run(integration, name);
    // One that a brake has stopped goes on once its pause ends.
    if (run?.state === "stopped") return store.wake(integration, [goesOn(work, name, 60_000)]);
    if (run === null || run.state !== "running") return;
    const wait = isWhole(run) ? waitsForQuota(integration.quota, clock.now()) : 0;
    if (wait > 0) return store.wake(integration, [goesOn(work, name, wait)]);
    const stepped = await pageOf(run.kind)(work, run);
    if (stepped === "stale") return;
    if (stepped === "wait") return store.wake(integration, [goesOn(work, name, 5000)]);
  }
  await store.wake(integration, [goesOn(work, name)]);
}

const goesOn = ({ trace }: Work, name: string, after = 0): Wake => ({
  ...{ subject: `run:${name}`, lane: "bulk", after },
  ...(trace !== undefined && { trace }),
});

const pageOf = (kind: Run["kind"]) => (kind === "revert" ? revertPage : kind === "impact" ? impactPage : step);

/** Changes are watched from before the first record is read, so that none falls between. */
async function beginWatching({ store, crm, integration }: Work): Promise<void> {
  if ((await store.watermark(integration, crmStream)) !== null) return;
  const { cursor } = await crm.changes(null);
  await store.advance(integration, crmStream, cursor, []);
}

/** Under its draft, as if nothing were held back. */
async function impactPage(work: Work, run: Run): Promise<"stepped" | "stale"> {
  const draft = run.draft === null ? null : await work.store.draft(work.integration, run.draft);
  // It was deleted, and the run ended with it.
  if (draft === null) return "stale";
  return step({ ...work, active: await work.mappings.ofDraft(work.integration, draft), pauses: [] }, run);
}

async function step(work: Work, run: Run): Promise<"stepped" | "stale"> {
  const at = (run.checkpoint as Checkpoint | null) ?? firstCheckpoint(work, run);
  const found = await page(work, run, at);
  const examined = run.dry ? await tried(work, found.subjects) : [];
  const tries = examined.map((one) => ({ one, item: item(work, one) }));
  const shown = isWhole(run) && at.feed === "contacts" ? tries.filter(({ one }) => !wasShown(work, one)) : tries;
  const items = shown.map((each) => each.item);
  return work.store.stepRun(work.integration, run.run, run.checkpoint, {
    checkpoint: found.next,
    progress: {
      ...counted(run.progress, found, items),
      ...(run.dry && {
        effects: shown.map(({ one }) => one).reduce(withEffects(work), run.progress.effects ?? nothing),
      }),
    },
    items,
    wakes: run.dry || found.woken ? [] : bulk(work, found.subjects, run),
    seen: isWhole(run) && at.feed !== "contacts" ? [...found.subjects, ...items.flatMap(contactOf)] : [],
    state: found.next === null ? "done" : "running",
  });
}

/** Every record and every contact is looked at. */
export const isWhole = ({ kind }: Run) => kind === "first_sync" || kind === "reconcile" || kind === "impact";

const contactOf = ({ contact }: FoundItem): Subject[] => (contact === null ? [] : [`local:${contact}`]);

/** A contact whose record was shown with the records, as somebody else's or as nobody's. */
function wasShown({ active }: Work, { pair, identified }: Examined): boolean {
  const linked = pair.link?.state === "linked" ? pair.link.crmId : null;
  const known = "known" in identified ? identified.known.crmId : null;
  return linked !== null || (active.rule.direction !== "to_crm" && (known ?? pair.link?.crmId ?? null) !== null);
}

/** Real-time wake-ups go before a run's. */
const bulk = ({ trace }: Work, subjects: readonly Subject[], { run }: Run) =>
  subjects.map((subject): Wake => ({ subject, lane: "bulk", run, ...(trace !== undefined && { trace }) }));

function firstCheckpoint({ active }: Work, run: Run): Checkpoint {
  const { kind } = run;
  if (isWhole(run)) return { feed: "records", after: null };
  const toCrm = kind === "to_crm" || (kind === "incremental" && active.rule.direction === "to_crm");
  return toCrm ? { feed: "contacts", after: null } : { feed: "changes" };
}

interface Page {
  subjects: Subject[];
  next: Checkpoint | null;
  total?: number | undefined;
  /** They were woken together with the watermark. */
  woken?: true;
}

async function page(work: Work, run: Run, at: Checkpoint): Promise<Page> {
  const { store, integration, crm, active } = work;
  const toCrm = active.rule.direction !== "from_crm" && run.kind !== "from_crm";
  const contacts: Checkpoint | null = toCrm ? { feed: "contacts", after: null } : null;
  const toCome = async () => (toCrm ? store.countChangedContacts(integration, run.run) : 0);
  switch (at.feed) {
    case "changes": {
      const { ids, cursor, more, missed } = await crm.changes(
        at.cursor ?? (await store.watermark(integration, crmStream)),
      );
      const subjects = ids.map((id): Subject => `crm:${id}`);
      if (run.dry) return { subjects, next: more ? { feed: "changes", cursor } : contacts };
      // The watermark moves with the wake-ups: neither is kept without the other.
      await store.advance(integration, crmStream, cursor, bulk(work, subjects, run));
      const following: Checkpoint | null = missed ? { feed: "records", after: null } : more ? at : contacts;
      return { subjects, next: following, woken: true };
    }
    case "records": {
      const { ids, next, ...page } = await crm.list(at.after);
      const looksAt = active.rule.direction !== "to_crm";
      const subjects = looksAt ? ids.map((id): Subject => `crm:${id}`) : [];
      const following: Checkpoint = next !== null ? { feed: "records", after: next } : { feed: "links", after: null };
      if (at.after !== null) return { subjects, next: following };
      const total = page.total ?? (await howMany(crm));
      if (total === null) return { subjects, next: following };
      // A contact counts twice until its record has been looked at: it is so many at most.
      return { subjects, total: (looksAt ? total : 0) + (await toCome()), next: following };
    }
    // What was deleted in the CRM is in no list; but its link is here.
    case "links": {
      const links = await store.links(integration, at.after, pageSize, run.run);
      const last = links.at(-1);
      const next: Checkpoint | null = last === undefined ? contacts : { feed: "links", after: last.crmId };
      return { subjects: links.map(({ crmId }): Subject => `crm:${crmId}`), next };
    }
    case "contacts": {
      const total = at.after === null ? run.progress.seen + (await toCome()) : undefined;
      const ids = await store.changedContacts(integration, at.after, pageSize, run.run);
      const last = ids.at(-1);
      const next: Checkpoint | null = last === undefined ? null : { feed: "contacts", after: last };
      return { subjects: ids.map((id): Subject => `local:${id}`), total, next };
    }
  }
}

/** Only to be shown: where it cannot be had now, the run goes on without it. */
async function howMany(crm: CrmClient): Promise<number | null> {
  try {
    return (await crm.count?.()) ?? null;
  } catch (error) {
    if (error instanceof CrmUnavailable) return null;
    throw error;
  }
}

/** What would be done, without doing it. */
async function tried(work: Work, subjects: readonly Subject[]): Promise<Examined[]> {
  if (subjects.length === 0) return [];
  return examine(work, await work.store.loadPairs(work.integration, subjects));
}

const withEffects =
  (work: Work) =>
  (sum: Effects, { identified, decided }: Examined): Effects =>
    "known" in identified && decided?.plan ? added(sum, effectsOf(work, identified.known, decided.decision)) : sum;

function item({ active }: Work, { pair, read, identified, decided }: Examined): FoundItem {
  const [subject] = pair.subjects as [Subject];
  const known = "known" in identified ? identified.known : null;
  const decision = decided?.decision;
  const reasons = (decision?.fields ?? []).filter(({ status }) => status !== "unchanged" && status !== "skipped");
  return {
    subject,
    contact: known?.pair.contact?.id ?? pair.contact?.id ?? null,
    crmId: known?.crmId ?? pair.link?.crmId ?? null,
    outcome: decision?.outcome ?? undecided(identified),
    local: decision?.local ?? {},
    crm: decision?.crm ?? {},
    reasons: Object.fromEntries(reasons.map(({ id, reason }) => [id, reason])),
    match: matchOf(identified, decision?.outcome),
    email: textOf(pair.contact?.record.email) ?? (active.email === null ? null : textOf(read?.record[active.email])),
  };
}

function matchOf(identified: Examined["identified"], outcome: string | undefined): Match {
  if ("ask" in identified) return "ambiguous";
  if ("skip" in identified) return identified.skip === "waits" ? "ambiguous" : "skipped";
  if ("plan" in identified || outcome === "filtered" || outcome === "invalid") return "skipped";
  if (outcome === "create_crm" || outcome === "create_local") return outcome;
  if (identified.by === "nobody") return "skipped";
  return identified.by === "link" || identified.by === "key" ? "linked" : "matched";
}

function undecided(identified: Examined["identified"]): string {
  if ("ask" in identified) return identified.reason;
  if ("skip" in identified) return identified.skip;
  return "plan" in identified ? "unlink" : "";
}

function counted(before: RunProgress, { subjects, total }: Page, items: readonly RunItem[]): RunProgress {
  const outcomes = { ...before.outcomes };
  for (const { outcome } of items) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return { ...before, seen: before.seen + subjects.length, total: total ?? before.total, outcomes };
}

/** When it will be done if it goes on as it went; null while nobody can tell. RFC 3339. */
export function estimated({ state, progress: { seen, total }, startedAt, rested }: Run, now: number): string | null {
  if (state !== "running" || total === null || seen === 0 || seen >= total) return null;
  const worked = now - Date.parse(startedAt) - rested;
  return iso(now + (worked / seen) * (total - seen));
}

/** A first sync was looked at: from now on what it showed is done. */
export async function approve(work: Work, name: string): Promise<Run | "not_approvable" | "report_outdated"> {
  const { store, integration, actor } = work;
  const run = await store.run(integration, name);
  if (run?.kind !== "first_sync" || !run.dry || run.state !== "done") return "not_approvable";
  const approved = await store.approve(integration, actor, run);
  return approved === "outdated" ? "report_outdated" : (approved ?? "not_approvable");
}

/** To be shown, and to share the CRM's calls by: once a second is enough. */
export async function syncedNow({ store, integration, clock, crm }: Work): Promise<void> {
  const now = clock.now();
  if (now - Date.parse(integration.lastSyncAt ?? iso(0)) < 1_000) return;
  await store.setSynced(integration, iso(now), withTold(integration.quota, crm.quota()));
}
