/** A batch of pairs: what was begun is finished, both sides are read, decided on, and written. */
import type { CrmRecord } from "../crm/client.js";
import type { Subject } from "../jobs/jobs.js";
import type { OpenIntent, Pair } from "../store/model.js";
import type { Plan } from "../store/store.js";
import type { Work } from "./context.js";
import { consentOnly, type Decided, decide, type Known } from "./decide.js";
import { type Delivery, deliver } from "./deliver.js";
import { fieldsOf, type Identified, identifyContacts, identifyRecords } from "./identify.js";
import { writeReview } from "./identity-review.js";
import { withLookups } from "./lookups.js";
import { at } from "./merge-patch.js";

/** One pair as it was understood, before anything is carried out. */
export interface Examined {
  subjects: Subject[];
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
  for (const pair of pairs) {
    const id = crmIdOf(pair);
    const read = id === null ? null : (reads.get(id) ?? null);
    const alive = read !== null && read.deleted === undefined;
    const { link, contact } = pair;
    if (link?.state === "linked" && link.crmId !== null)
      identified.set(pair, { known: { pair, crmId: link.crmId, read, readAt } });
    else if (link?.state === "ended" && !(alive && contact !== null && contact.deleted === false))
      identified.set(pair, { skip: "ended" });
    else if (alive) records.push({ pair, read, readAt });
    else if (contact !== null && contact.deleted === false && id === null) contacts.push(pair);
    else identified.set(pair, { skip: "nothing" });
  }
  await askOfMerged(work, identified);
  if (records.length > 0) {
    const found = await identifyRecords(work, records);
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
      subjects: pair.subjects,
      identified: one,
      decided: "known" in one ? (decided.get(one.known) ?? null) : null,
    };
  });
}

/** Where the CRM merged two linked records, two contacts are one person there: a person says what becomes of them. */
async function askOfMerged({ store, integration }: Work, identified: Map<Pair, Identified>): Promise<void> {
  const merged = [...identified].flatMap(([pair, one]) =>
    "known" in one && one.known.read !== null && one.known.read.id !== one.known.crmId
      ? [{ pair, subject: `crm:${one.known.read.id}` as const }]
      : [],
  );
  if (merged.length === 0) return;
  const holders = await store.loadPairs(integration, [...new Set(merged.map(({ subject }) => subject))]);
  for (const { pair, subject } of merged) {
    const holder = holders.find(({ subjects }) => subjects.includes(subject))?.link;
    if (holder?.state !== "linked" || holder.contact === pair.link?.contact) continue;
    const ask: Subject = `local:${pair.link?.contact}`;
    identified.set(pair, { ask, candidates: [`local:${holder.contact}`], reason: "merged_into_anothers" });
  }
}

/** The CRM's id of a pair: its link's, or of an unlinked one what woke it. */
function crmIdOf({ link, subjects }: Pair): string | null {
  if (link?.crmId != null && link.state === "linked") return link.crmId;
  const woken = subjects.find((subject) => subject.startsWith("crm:"));
  return woken === undefined ? null : woken.slice("crm:".length);
}

/**
 * Synchronises what the subjects name. Gives those that are to be looked at again at once, since somebody changed them
 * meanwhile. Throws where nothing more can be done now; whatever was begun by then is found again.
 */
export async function syncPairs(work: Work, subjects: readonly Subject[]): Promise<Subject[]> {
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
  for (const { identified } of examined) {
    if ("ask" in identified) await writeReview(work, identified.ask, identified.candidates, identified.reason);
  }
  const later = examined.filter(({ identified }) => "skip" in identified && identified.skip === "later");
  await store.wake(
    integration,
    later.flatMap(({ subjects }) => subjects.map((subject) => ({ subject, after: 5000 }))),
  );
  return carryOut(work, examined);
}

function asDelivery(pair: Pair): Delivery {
  return { pair, contact: pair.link?.contact ?? pair.contact?.id ?? "", intents: pair.intents };
}

async function carryOut(work: Work, examined: readonly Examined[]): Promise<Subject[]> {
  const { store, integration, log } = work;
  const plans: { plan: Plan; known: Known; decided: Decided; subjects: Subject[] }[] = [];
  for (const { identified, decided, subjects } of examined) {
    if (!("known" in identified) || decided === null) continue;
    for (const field of decided.fought) {
      await store.alert(integration, "fight", { field, contact: decided.plan?.contact ?? null });
    }
    await alertUnreadableConsent(work, identified.known);
    if (decided.plan === null) continue;
    const closed = identified.closes === undefined ? decided.plan.closed : [...decided.plan.closed, identified.closes];
    plans.push({ plan: { ...decided.plan, closed }, known: identified.known, decided, subjects });
  }
  if (plans.length === 0) return [];
  const fates = await store.commit(
    integration,
    plans.map(({ plan }) => plan),
    plans.some(({ plan }) => plan.record !== undefined || plan.remove !== undefined) ? await others(work) : [],
  );
  const committed = plans.filter((_, index) => fates[index] === "committed");
  log("decided", { integration: integration.id, pairs: committed.length, stale: plans.length - committed.length });
  const forgotten = committed.filter(({ plan }) => plan.remove === "privacy").map(({ plan }) => plan.contact);
  if (forgotten.length > 0) await store.erase(integration, forgotten);
  await deliver(work, committed.filter(({ plan }) => plan.intents.length > 0).map(planDelivery));
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

function planDelivery({ plan, known, decided }: { plan: Plan; known: Known; decided: Decided }): Delivery {
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
      decision: decided.decision,
      before: known.read?.record ?? {},
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
  return { pair: { ...plan.pair, link: { ...linked, crmId: plan.crmId } }, contact: plan.contact, intents };
}

/** What the CRM does not let us read may be an opt-out. */
async function alertUnreadableConsent({ active, store, integration }: Work, { read }: Known): Promise<void> {
  if (read === null || read.deleted !== undefined) return;
  const unread = active.consent.map(({ crm }) => crm).filter((field) => !read.fetched.includes(field));
  if (unread.length > 0) await store.alert(integration, "consent_unreadable", { fields: unread });
}

/** While the integration rests: opt-outs are recorded all the same, and nothing else is done. */
export async function recordOptOuts(work: Work, subjects: readonly Subject[]): Promise<void> {
  const { store, integration, active } = work;
  const pairs = await store.loadPairs(integration, subjects);
  const examined = await examine(
    work,
    pairs.filter(({ intents }) => intents.length === 0),
  );
  const plans: Plan[] = [];
  for (const { identified, decided } of examined) {
    if (!("known" in identified) || decided === null) continue;
    const plan = consentOnly(work, identified.known, decided);
    if (plan !== null) plans.push(plan);
    else if (identified.known.read !== null)
      await store.suppress(integration.tenant, optOutsOf(identified.known.read, active));
  }
  if (plans.length > 0) await store.commit(integration, plans);
}

/** Of a record that is nobody's here yet: kept by its address. */
function optOutsOf(
  { record, fieldTimes, updatedAt }: CrmRecord,
  { consent, email, mapping }: Work["active"],
): Plan["optOuts"] {
  const address = email === null ? null : record[email];
  if (typeof address !== "string" || address.trim() === "") return [];
  const mapped = mapping.fromCrm(record).record;
  return consent.flatMap(({ topic, local, crm }) => {
    const since = fieldTimes?.[crm] ?? updatedAt;
    return at(mapped, local) === true && since !== null ? [{ email: address, topic, since, source: "crm" }] : [];
  });
}
