/** A batch of pairs: what was begun is finished, both sides are read, decided on, and written. */
import type { Decision } from "@penguinmails/crm-sync";
import type { CrmRecord } from "../crm/client.js";
import type { Subject } from "../jobs/jobs.js";
import type { OpenIntent, Pair } from "../store/model.js";
import type { Plan } from "../store/store.js";
import { brakesOf } from "./brakes.js";
import type { Work } from "./context.js";
import { consentOnly, type Decided, decide, type Known } from "./decide.js";
import { type Delivery, deliver } from "./deliver.js";
import { effectsOf } from "./effects.js";
import { fieldsOf, type Identified, identifyContacts, identifyRecords } from "./identify.js";
import { identityReview, writeReview } from "./identity-review.js";
import { withLookups } from "./lookups.js";
import { at } from "./merge-patch.js";
import { askOfMerged } from "./merged.js";

/** One pair as it was understood, before anything is carried out. */
export interface Examined {
  pair: Pair;
  /** What the CRM holds for it, if anything. */
  read: CrmRecord | null;
  identified: Identified;
  decided: Decided | null;
}

/** Looks at the pairs and decides; writes nothing. */
export async function examine(work: Work, pairs: readonly Pair[]): Promise<Examined[]> {
  const { crm, clock } = work;
  const ids = pairs.flatMap((pair) => crmIdOf(pair) ?? []);
  const readAt = clock.now();
  const reads =
    ids.length > 0 ? await crm.read([...new Set(ids)], fieldsOf(work)) : new Map<string, CrmRecord | null>();

  const identified = new Map<Pair, Identified>();
  const records: { pair: Pair; read: CrmRecord; readAt: number }[] = [];
  const contacts: Pair[] = [];
  const readOf = (pair: Pair) => reads.get(crmIdOf(pair) ?? "") ?? null;
  for (const pair of pairs) {
    const read = readOf(pair);
    const alive = read !== null && read.deleted === undefined;
    const { link, contact } = pair;
    if (link?.state === "linked" && link.crmId !== null)
      identified.set(pair, { known: { pair, crmId: link.crmId, read, readAt }, by: "link" });
    else if (link?.state === "ended" && !(alive && contact !== null && contact.deleted === false))
      identified.set(pair, { skip: "ended" });
    else if (alive) records.push({ pair, read, readAt });
    else if (contact !== null && contact.deleted === false && crmIdOf(pair) === null) contacts.push(pair);
    else identified.set(pair, { skip: "nothing" });
  }
  await askOfMerged(work, identified);
  if (records.length > 0) {
    const found = await identifyRecords(work, await survivors(work, records));
    for (const [index, { pair }] of records.entries()) identified.set(pair, found[index] as Identified);
  }
  if (contacts.length > 0) {
    const found = await identifyContacts(work, contacts);
    for (const [index, pair] of contacts.entries()) identified.set(pair, found[index] as Identified);
  }
  const known = [...identified.values()].flatMap((one) => ("known" in one ? [one.known] : []));
  const prepared = await withLookups(work, known);
  const decided = new Map(known.map((one, index) => [one, decide(work, prepared[index] ?? one)]));
  return pairs.map((pair) => {
    const one = identified.get(pair) as Identified;
    return {
      pair,
      read: readOf(pair),
      identified: one,
      decided: "known" in one ? (decided.get(one.known) ?? null) : null,
    };
  });
}

type Read = { pair: Pair; read: CrmRecord; readAt: number };

/** What was merged into another record is that one from now on, with whatever is known of it. */
async function survivors({ store, integration }: Work, records: readonly Read[]): Promise<Read[]> {
  const moved = records.filter(({ pair, read }) => read.id !== crmIdOf(pair));
  if (moved.length === 0) return [...records];
  const subjects = [...new Set(moved.map(({ read }): Subject => `crm:${read.id}`))];
  const known = await store.loadPairs(integration, subjects);
  return records.map((one) => {
    const other = moved.includes(one) && known.find((pair) => pair.subjects.includes(`crm:${one.read.id}`));
    return other ? { ...one, pair: { ...other, subjects: one.pair.subjects } } : one;
  });
}

/** The CRM's id of a pair: its link's, or of an unlinked one what woke it. */
function crmIdOf({ link, subjects }: Pair): string | null {
  if (link?.crmId != null && link.state === "linked") return link.crmId;
  const woken = subjects.find((subject) => subject.startsWith("crm:"));
  return woken === undefined ? null : woken.slice("crm:".length);
}

/**
 * Synchronises what the subjects name. Gives those that are to be looked at again at once, since somebody changed them
 * meanwhile, or a brake holds them. `causes`: by subject, why it is looked at. Throws where nothing more can be done now;
 * whatever was begun by then is found again.
 */
export async function syncPairs(
  work: Work,
  subjects: readonly Subject[],
  causes: Causes = new Map(),
): Promise<Subject[]> {
  const { store, integration } = work;
  let pairs = await store.loadPairs(integration, subjects);
  const begun = pairs.filter(({ intents }) => intents.length > 0);
  if (begun.length > 0) {
    await deliver(work, begun.map(asDelivery));
    pairs = await store.loadPairs(integration, subjects);
  }
  // While a write is on its way nothing new is decided; what becomes of it wakes the pair.
  const ready = pairs.filter(({ intents }) => intents.length === 0);
  const examined = await examine(work, ready);
  for (const one of examined) await askAndAnswer(work, one);
  const later = examined.filter(({ identified }) => "skip" in identified && identified.skip === "later");
  await store.wake(
    integration,
    later.flatMap(({ pair }) =>
      pair.subjects.map((subject) => ({ subject, after: 5000, ...traceIn(causeOf(causes, pair)) })),
    ),
  );
  await store.wake(
    integration,
    examined.flatMap(({ pair, identified }) =>
      "skip" in identified
        ? (identified.looks ?? []).map((subject) => ({ subject, ...traceIn(causeOf(causes, pair)) }))
        : [],
    ),
  );
  return carryOut(work, examined, causes);
}

/** Why it is looked at: the run that found it, and the trace of what woke it. */
interface Cause {
  run?: string | undefined;
  trace?: string | undefined;
}
type Causes = ReadonlyMap<Subject, Cause>;

function causeOf(causes: Causes, { subjects }: Pair): Cause {
  const all = subjects.flatMap((subject) => causes.get(subject) ?? []);
  return { run: all.find(({ run }) => run)?.run, trace: all.find(({ trace }) => trace)?.trace };
}

const traceIn = ({ trace }: { trace?: string | null | undefined }) => (trace ? { trace } : {});

/** Questions of who is who: asked, or not any more. Whoever it is, an opt-out holds for the address at once. */
async function askAndAnswer(work: Work, { pair, read, identified }: Examined): Promise<void> {
  const { store, integration } = work;
  if ("known" in identified || "plan" in identified) return;
  const asked = pair.reviews.filter(({ candidates }) => candidates !== null);
  if ("ask" in identified) {
    // An answer that leads to nobody is none: it is asked again.
    const useless = asked.find(({ id, answer }) => id === identityReview(identified.ask) && answer !== null);
    if (useless) await store.closeReview(integration, useless.id);
    await writeReview(work, identified.ask, identified.candidates, identified.reason);
  } else if (identified.skip === "nothing") {
    for (const { id } of asked) await store.closeReview(integration, id);
  }
  await suppress(work, read, pair);
}

function asDelivery(pair: Pair): Delivery {
  return { pair, contact: pair.link?.contact ?? pair.contact?.id ?? "", intents: pair.intents };
}

interface Planned {
  plan: Plan;
  subjects: Subject[];
  /** Nothing: a person has said so. */
  made?: { known: Known; decision: Decision };
}

async function carryOut(work: Work, examined: readonly Examined[], causes: Causes): Promise<Subject[]> {
  const { store, integration, log, meter } = work;
  const plans: Planned[] = [];
  const looked = new Map<string, number>();
  for (const { pair, identified, decided } of examined) {
    const cause = causeOf(causes, pair);
    const { run, trace } = cause;
    if ("known" in identified) looked.set(run ?? "", (looked.get(run ?? "") ?? 0) + 1);
    if ("plan" in identified) plans.push({ plan: identified.plan, subjects: pair.subjects });
    if (!("known" in identified) || decided === null) continue;
    const { known, closes, looks = [] } = identified;
    for (const field of decided.fought) {
      await store.alert(integration, "fight", { field, contact: decided.plan?.contact ?? null });
    }
    await alertUnreadableConsent(work, known);
    if (decided.waits) await suppress(work, known.read, pair);
    if (decided.plan === null) {
      if (closes !== undefined) await store.closeReview(integration, closes);
      continue;
    }
    const closed = closes === undefined ? decided.plan.closed : [...decided.plan.closed, closes];
    const wakes = [...decided.plan.wakes, ...looks.map((subject) => ({ subject }))].map((wake) => ({
      ...traceIn(cause),
      ...wake,
    }));
    const { decision } = decided;
    const audit = decided.plan.audit && { ...decided.plan.audit, run: run ?? null, trace: trace ?? null };
    const plan = { ...decided.plan, audit, closed, wakes, effects: effectsOf(work, known, decision) };
    plans.push({ plan, subjects: pair.subjects, made: { known, decision } });
  }
  if (plans.length === 0 && looked.size === 0) return [];
  const fates = await store.commit(
    integration,
    plans.map(({ plan }) => plan),
    plans.some(({ plan }) => plan.record !== undefined || plan.remove !== undefined) ? await others(work) : [],
    { mappingVersion: work.active.version, brakes: brakesOf(integration.settings), looked },
  );
  if (fates.includes("braked")) {
    log("braked", { integration: integration.id, pairs: plans.length });
    return examined.flatMap(({ pair }) => pair.subjects);
  }
  const committed = plans.filter((_, index) => fates[index] === "committed");
  const outcomes = new Map<string, number>();
  for (const { made } of committed) {
    const outcome = made?.decision.outcome ?? "answered";
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  for (const [outcome, count] of outcomes) meter?.decided(integration, outcome, count);
  log("decided", { integration: integration.id, pairs: committed.length, stale: plans.length - committed.length });
  await deliver(
    work,
    committed.flatMap((one) => planDelivery(work, one)),
  );
  return plans.filter((_, index) => fates[index] === "stale").flatMap(({ subjects }) => subjects);
}

/** The tenant's other integrations that want to hear of a contact at once. */
async function others({ store, integration, mappings, log }: Work): Promise<string[]> {
  const all = await store.integrations(integration.tenant);
  const wanted: string[] = [];
  for (const other of all.filter(({ id }) => id !== integration.id)) {
    try {
      const { rule } = await mappings.of(other);
      if (rule.frequency === "real_time" && rule.direction !== "from_crm") wanted.push(other.id);
    } catch (error) {
      // Its own work says so as well, and raises the alert.
      log("mapping_refused", { integration: other.id, error: error instanceof Error ? error.name : typeof error });
    }
  }
  return wanted;
}

export function planDelivery(work: Work, { plan, made }: Planned): Delivery[] {
  if (plan.intents.length === 0 || made === undefined) return [];
  const intents = plan.intents.map(
    (write): OpenIntent => ({
      id: write.ref,
      contact: plan.contact,
      audit: plan.audit?.id ?? "",
      write,
      state: "planned",
      attempts: 0,
      sentAt: null,
      answer: null,
      error: null,
      decision: made.decision,
      mappingVersion: plan.audit?.mappingVersion ?? work.active.version,
      run: plan.audit?.run ?? null,
      trace: plan.audit?.trace ?? null,
      before: made.known.read?.record ?? {},
    }),
  );
  const { link } = plan.pair;
  const linked = link ?? {
    contact: plan.contact,
    state: "linked" as const,
    revision: 0,
    base: null,
    syncedVersion: 0,
    braked: [],
    wrote: {},
    notTaken: 0,
  };
  return [{ pair: { ...plan.pair, link: { ...linked, crmId: plan.crmId } }, contact: plan.contact, intents }];
}

/** What the CRM does not let us read may be an opt-out. */
async function alertUnreadableConsent({ active, store, integration }: Work, { read }: Known): Promise<void> {
  if (read === null || read.deleted !== undefined) return;
  const unread = active.consent.map(({ crm }) => crm).filter((field) => !read.fetched.includes(field));
  if (unread.length > 0) await store.alert(integration, "consent_unreadable", { fields: unread });
}

/** While the integration rests: opt-outs are recorded all the same, and nothing else is done. */
export async function recordOptOuts(work: Work, subjects: readonly Subject[]): Promise<void> {
  const { store, integration } = work;
  const examined = await examine(work, await store.loadPairs(integration, subjects));
  const plans: Plan[] = [];
  for (const { pair, read, identified, decided } of examined) {
    // While a write is on its way the contact stays as it is; that it is not to be mailed is kept by its address.
    const isOpen = pair.intents.length > 0;
    const plan =
      "known" in identified && decided !== null && !isOpen ? consentOnly(work, identified.known, decided) : null;
    if (plan !== null) plans.push(plan);
    else await suppress(work, read, pair);
  }
  if (plans.length > 0) await store.commit(integration, plans);
}

async function suppress({ store, integration, active }: Work, read: CrmRecord | null, pair: Pair): Promise<void> {
  const optOuts = read === null || read.deleted !== undefined ? [] : optOutsOf(read, active, pair);
  if (optOuts.length > 0) await store.suppress(integration.tenant, optOuts);
}

/** Of a record that is nobody's here, or not yet: kept by its address, and by that of the contact it may be. */
function optOutsOf(
  { record, fieldTimes, updatedAt }: CrmRecord,
  { consent, email, mapping }: Work["active"],
  { contact, link }: Pair,
): Plan["optOuts"] {
  const own = link?.state === "linked" ? contact?.record.email : undefined;
  const addresses = [...new Set([email === null ? null : record[email], own])].filter(
    (one): one is string => typeof one === "string" && one.trim() !== "",
  );
  if (addresses.length === 0) return [];
  const mapped = mapping.fromCrm(record).record;
  return consent.flatMap(({ topic, local, crm }) => {
    const since = fieldTimes?.[crm] ?? updatedAt;
    if (at(mapped, local) !== true || since === null) return [];
    return addresses.map((address) => ({ email: address, topic, since, source: "crm" }));
  });
}
