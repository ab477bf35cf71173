/**
 * Takes back what decisions have written, contact by contact: a field gets back what it held before, where both sides
 * hold what the last of those decisions left. What anybody has edited since stands, and what the version in force would
 * have written all the same, such as an edit that was carried over. Nothing of mailing is touched, and nobody is created
 * or deleted. What then stands on both sides counts as agreed, so that nothing of it is carried over.
 */
import type { Decision, FieldDecision } from "@penguinmails/crm-sync";
import { decode } from "../../../bindings/package/decode.js";
import { encode } from "../../../bindings/package/encode.js";
import { iso } from "../clock.js";
import type { CrmRecord, CrmWrite } from "../crm/client.js";
import type { Effects, FoundItem, Pair, Run, RunProgress } from "../store/model.js";
import type { Plan, WrittenBy } from "../store/store.js";
import type { Work } from "./context.js";
import { codesOf, decide, resolveInput } from "./decide.js";
import { deliver } from "./deliver.js";
import { added, effectsOf, isEmpty, nothing } from "./effects.js";
import { at, mergePatch, patchedPaths } from "./merge-patch.js";
import { planDelivery } from "./pairs.js";

/** Where it stands: the last contact of a page, and those that were being written meanwhile. */
interface Checkpoint extends Record<string, unknown> {
  after: string | null;
  left: string[];
  tries: number;
}

const pageSize = 50;
/** Whoever is still being written after so many looks is left as a failure. */
const maximumTries = 10;

type Kept = { record: Record<string, unknown> };
type Base = Record<string, unknown> | null;
interface Written {
  before: unknown;
  wrote: unknown;
  field: FieldDecision;
  /** Both sides' agreement from before the first of them. */
  base: Base;
}

/** What the decisions made of each field together: an edit in between is what the next one began with. */
function writtenFields(entries: WrittenBy["entries"]) {
  const sides = { local: new Map<string, Written>(), crm: new Map<string, Written>() };
  let last: { local: Record<string, unknown>; crm: Record<string, unknown> } = { local: {}, crm: {} };
  let [gone, whole] = [false, null as string | null];
  for (const { input, decision, held } of entries) {
    if (input === null || decision === null) {
      gone = true;
      continue;
    }
    const given = decode(input) as { local: Kept | null; crm: Kept | null; base: Base };
    const made = decode(decision) as Decision;
    if (made.outcome.startsWith("create_") || made.outcome.startsWith("delete_")) {
      whole = made.outcome;
      continue;
    }
    const before = { local: given.local?.record ?? {}, crm: given.crm?.record ?? {} };
    // Of a write that was dropped or refused nothing came; what the CRM respelt holds as it says.
    const taken = held === null ? {} : { ...made.crm, ...held };
    last = {
      local: mergePatch(before.local, made.local) as Record<string, unknown>,
      crm: { ...before.crm, ...taken },
    };
    const fieldOf = (path: string, key: "local_field" | "crm_field") => made.fields.find((one) => one[key] === path);
    const note = (side: "local" | "crm", path: string, was: unknown, is: unknown, field: FieldDecision | undefined) => {
      if (field === undefined) return;
      const known = sides[side].get(path);
      const goesOn = known !== undefined && same(known.wrote, was);
      const first = goesOn ? known : { before: was, base: given.base };
      sides[side].set(path, { before: first.before, wrote: is, field, base: first.base });
    };
    for (const path of patchedPaths(made.local)) {
      note("local", path, at(before.local, path), at(last.local, path), fieldOf(path, "local_field"));
    }
    for (const name of Object.keys(made.crm).filter((name) => name in taken)) {
      note("crm", name, before.crm[name], taken[name], fieldOf(name, "crm_field"));
    }
  }
  return { ...sides, last, gone, whole };
}

/** As either side may spell it. */
function same(one: unknown, other: unknown): boolean {
  if (isEmpty(one) || isEmpty(other)) return isEmpty(one) && isEmpty(other);
  return encode(one, "a value") === encode(other, "a value") || String(one) === String(other);
}

interface Reverted {
  item: FoundItem;
  decision: Decision | null;
}

function revertOf(work: Work, { contact, entries }: WrittenBy, pair: Pair, read: CrmRecord | null): Reverted {
  const { local, crm, last, gone, whole } = writtenFields(entries);
  const subject = `local:${contact}` as const;
  const crmId = pair.link?.crmId ?? null;
  const item = (outcome: string, more: Partial<FoundItem> = {}): FoundItem => ({
    ...{ subject, contact, crmId, outcome, match: null, local: {}, crm: {}, reasons: {}, email: null },
    ...more,
  });
  if (pair.contact === null || pair.contact.deleted !== false || pair.link?.state !== "linked")
    return { item: item("gone"), decision: null };
  if (read === null || read.deleted !== undefined || read.id !== crmId) return { item: item("gone"), decision: null };
  if (local.size === 0 && crm.size === 0) {
    const why = whole ?? (gone ? "values_gone" : "nothing_written");
    return { item: item(why), decision: null };
  }
  const consent = new Set(work.active.consent.flatMap((one) => [one.local, one.crm]));
  const ours = pair.contact.record;
  const theirs = read.record;
  const reasons: Record<string, string> = {};
  const sides = [
    ...[...local].map(([path, written]) => ({ side: "local" as const, path, ...written })),
    ...[...crm].map(([path, written]) => ({ side: "crm" as const, path, ...written })),
  ];
  const standing = sides.filter(({ side, path, wrote, field: { local_field, crm_field } }) => {
    const isRead = side === "local" || read.fetched.includes(path);
    const stands =
      same(side === "local" ? at(ours, path) : theirs[path], wrote) &&
      (local_field === null || same(at(ours, local_field), at(last.local, local_field))) &&
      (crm_field === null || !read.fetched.includes(crm_field) || same(theirs[crm_field], last.crm[crm_field]));
    if (consent.has(path)) reasons[path] = "consent_stays";
    else if (!isRead) reasons[path] = "not_fetched";
    else if (!stands) reasons[path] = "edited_since";
    else return true;
    return false;
  });
  const isRight = entries.some(({ mappingVersion }) => mappingVersion === work.active.version)
    ? () => false
    : rightAnyway(work, pair, read, standing);
  for (const one of standing) reasons[one.path] = isRight(one) ? "right_anyway" : "reverted";
  const wrong = standing.filter((one) => !isRight(one));
  const back = backOf(wrong);
  const fields = wrong.map(
    ({ field }): FieldDecision => ({ ...field, status: "resolved", winner: "none", rule: null, reason: "reverted" }),
  );
  if (fields.length === 0) return { item: item("stands", { reasons }), decision: null };
  const base = agreed(pair.link.base, fields, mergePatch(ours, back.local), { ...theirs, ...back.crm });
  const decision = {
    ...{ outcome: "reverted", ...back, base, fields, reviews: [], mapping: "", fingerprint: "" },
    expect: { local: null, crm: read.updatedAt },
  } as unknown as Decision;
  return { item: item("reverted", { ...back, reasons }), decision };
}

interface Standing extends Written {
  side: "local" | "crm";
  path: string;
}

function backOf(standing: readonly Standing[]) {
  const back = { local: {} as Record<string, unknown>, crm: {} as Record<string, unknown> };
  for (const { side, path, before } of standing) {
    if (side === "crm") back.crm[path] = before ?? null;
    else set(back.local, path, before ?? null);
  }
  return back;
}

/** What would hold what it holds had the version in force decided, from what both sides held and had agreed on before. */
function rightAnyway(work: Work, pair: Pair, read: CrmRecord, standing: readonly Standing[]) {
  const { contact, link } = pair;
  if (standing.length === 0 || contact === null || link === null) return () => false;
  const back = backOf(standing);
  const ours = mergePatch(contact.record, back.local) as Record<string, unknown>;
  const theirs = { ...read.record, ...back.crm };
  let { base } = link;
  for (const { base: before, field } of standing)
    base = agreed(base, [field], before?.local, (before?.crm ?? {}) as Kept["record"]);
  const before = { ...pair, contact: { ...contact, record: ours }, link: { ...link, base } };
  const known = { pair: before, crmId: read.id, read: { ...read, record: theirs }, readAt: work.clock.now() };
  const { decision } = decide({ ...work, pauses: [] }, known);
  const after = { local: mergePatch(ours, decision.local), crm: { ...theirs, ...decision.crm } };
  return ({ base: had, field: { local_field, crm_field } }: Standing) =>
    had !== null &&
    (local_field === null || same(at(after.local, local_field), at(contact.record, local_field))) &&
    (crm_field === null || same(after.crm[crm_field], read.record[crm_field]));
}

function set(patch: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() as string;
  let holder = patch;
  for (const key of keys) {
    holder[key] ??= {};
    holder = holder[key] as Record<string, unknown>;
  }
  holder[last] = value;
}

/** The base, with what both sides hold of these fields from now on. */
function agreed(
  base: Record<string, unknown> | null,
  fields: readonly FieldDecision[],
  ours: unknown,
  theirs: Record<string, unknown>,
): Record<string, unknown> {
  const local = structuredClone((base?.local ?? {}) as Record<string, unknown>);
  const crm = { ...(base?.crm as Record<string, unknown> | undefined) };
  for (const { local_field, crm_field } of fields) {
    if (local_field !== null) set(local, local_field, at(ours, local_field) ?? null);
    if (crm_field !== null) crm[crm_field] = theirs[crm_field] ?? null;
  }
  return { ...base, local, crm };
}

function planOf(work: Work, run: Run, pair: Pair, read: CrmRecord, readAt: number, decision: Decision): Plan {
  const { active, clock, actor } = work;
  const now = iso(clock.now());
  const crmId = read.id;
  const known = { pair, crmId, read, readAt };
  const { engagements: _, ...record } = pair.contact?.record ?? {};
  const paths = patchedPaths(decision.local);
  const values = decision.crm;
  const seen = {
    updatedAt: read.updatedAt,
    values: Object.fromEntries(Object.keys(values).map((name) => [name, read.record[name] ?? null])),
    readAt,
  };
  const intents: CrmWrite[] =
    Object.keys(values).length === 0 ? [] : [{ ref: crypto.randomUUID(), kind: "update", id: crmId, values, seen }];
  return {
    ...{ pair, contact: pair.contact?.id as string, crmId, link: "linked", reviews: pair.reviews, closed: [], intents },
    ...(paths.length > 0 && {
      record: mergePatch(record, decision.local) as Record<string, unknown>,
      fieldTimes: Object.fromEntries(paths.map((path) => [path, now])),
    }),
    ...(intents.length === 0 && { base: decision.base }),
    audit: {
      ...{
        id: crypto.randomUUID(),
        at: now,
        actor,
        mappingVersion: active.version,
        run: run.run,
        trace: work.trace ?? null,
      },
      ...{ input: resolveInput(work, known, []), decision: encode(decision, "a decision"), codes: codesOf(decision) },
    },
    ...{ refused: pair.refused, optOuts: [], optIns: [], braked: pair.link?.braked ?? [], wakes: [] },
  };
}

/** A page of a run that reverts. */
export async function revertPage(work: Work, run: Run): Promise<"stepped" | "stale" | "wait"> {
  const { store, integration, crm } = work;
  if (run.reverts === null) throw new Error("a run that reverts nothing");
  const now: Checkpoint = (run.checkpoint as Checkpoint | null) ?? { after: null, left: [], tries: 0 };
  const page = await store.writtenBy(integration, run.reverts, now.after, pageSize);
  const again = page.length === 0;
  const found = again ? await store.writtenOf(integration, run.reverts, now.left) : page;
  const reverting: Work = { ...work, actor: run.startedBy };
  const subjects = found.map(({ contact }) => `local:${contact}` as const);
  const pairs = subjects.length === 0 ? [] : await store.loadPairs(integration, subjects);
  const readAt = work.clock.now();
  const ids = pairs.flatMap(({ link }) => link?.crmId ?? []);
  const fields = [...new Set([...work.active.crmFields, ...found.flatMap(namesOf)])];
  const reads = ids.length === 0 ? new Map<string, CrmRecord | null>() : await crm.read(ids, fields);
  const items: FoundItem[] = [];
  const left: string[] = [];
  const plans: { plan: Plan; item: FoundItem; decision: Decision; read: CrmRecord }[] = [];
  let effects: Effects = run.progress.effects ?? nothing;
  const count = (pair: Pair, read: CrmRecord, decision: Decision) => {
    const known = { pair, crmId: read.id, read, readAt };
    effects = added(effects, effectsOf(work, known, decision));
  };
  for (const [n, written] of found.entries()) {
    const pair = pairs.find((one) => one.subjects.includes(subjects[n] as `local:${string}`));
    if (pair === undefined) continue;
    const read = reads.get(pair.link?.crmId ?? "") ?? null;
    if (pair.intents.length > 0 && !run.dry) {
      left.push(written.contact);
      continue;
    }
    const { item, decision } = revertOf(work, written, pair, read);
    if (decision === null || read === null) items.push(item);
    else if (run.dry) {
      items.push(item);
      count(pair, read, decision);
    } else plans.push({ plan: planOf(reverting, run, pair, read, readAt, decision), item, decision, read });
  }
  const others = (await store.integrations(integration.tenant))
    .map(({ id }) => id)
    .filter((id) => id !== integration.id);
  const fates =
    plans.length === 0
      ? []
      : await store.commit(
          integration,
          plans.map(({ plan }) => plan),
          others,
        );
  const committed = plans.filter((_, n) => fates[n] === "committed");
  left.push(...plans.filter((_, n) => fates[n] !== "committed").map(({ plan }) => plan.contact));
  for (const { plan, item, decision, read } of committed) {
    items.push(item);
    count(plan.pair, read, decision);
  }
  await deliver(
    reverting,
    committed.flatMap(({ plan, decision, read }) =>
      planDelivery(reverting, {
        plan,
        subjects: [],
        made: { known: { pair: plan.pair, crmId: plan.crmId, read, readAt }, decision },
      }),
    ),
  );
  const tries = again ? now.tries + 1 : 0;
  const givenUp = again && tries >= maximumTries;
  const still = again ? left : [...now.left, ...left];
  const isDone = again && (still.length === 0 || givenUp);
  const checkpoint: Checkpoint | null = isDone
    ? null
    : { after: page.at(-1)?.contact ?? now.after, left: still, tries };
  const stepped = await store.stepRun(integration, run.run, run.checkpoint, {
    checkpoint,
    progress: progressed(run.progress, items, givenUp ? still.length : 0, effects),
    items,
    wakes: [],
    state: isDone ? "done" : "running",
  });
  return stepped === "stepped" && again && !isDone ? "wait" : stepped;
}

/** The CRM's fields that the decisions have written, whatever is mapped by now. */
const namesOf = ({ entries }: WrittenBy) =>
  entries.flatMap(({ decision }) => {
    if (decision === null) return [];
    const { fields } = decode(decision) as Decision;
    return fields.flatMap(({ crm_field }) => crm_field ?? []);
  });

function progressed(before: RunProgress, items: readonly FoundItem[], failed: number, effects: Effects): RunProgress {
  const outcomes = { ...before.outcomes };
  for (const { outcome } of items) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return { ...before, seen: before.seen + items.length + failed, outcomes, failed: before.failed + failed, effects };
}
