/**
 * Intents to the CRM, and what became of them back into the store. What may or may not have been taken is looked up, never
 * sent again on suspicion; what was not taken is decided anew.
 */
import { iso } from "../clock.js";
import { CrmUnavailable, type CrmWrite, type CrmWritten } from "../crm/client.js";
import type { Wake } from "../jobs/jobs.js";
import type { Intent, OpenIntent, Pair } from "../store/model.js";
import type { Settlement } from "../store/store.js";
import { acknowledge } from "./acknowledge.js";
import type { Work } from "./context.js";
import { survivor } from "./decide.js";
import { remember } from "./fights.js";
import { holdsWrite, holdsWrites } from "./holds.js";
import { writeReview } from "./identity-review.js";
import { linkedTo } from "./merged.js";
import { allow, refuse } from "./refusals.js";

/** A pair whose decision has intents that are not final. */
export interface Delivery {
  pair: Pair;
  contact: string;
  intents: OpenIntent[];
}

/** Longer than a client waits for a CRM's answer. */
const inFlight = 60_000;
const soon = 500;

/** Sends what was planned, asks after what was sent, and settles what is final. */
export async function deliver(work: Work, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const { store, crm, integration, active, clock } = work;
  const all = deliveries.flatMap(({ intents }) => intents);
  const now = clock.now();
  // What was sent a moment ago another process may be sending still.
  const asked = all.filter(
    ({ state, sentAt }) => state === "unknown" || (state === "sent" && now - Date.parse(sentAt ?? "") > inFlight),
  );
  const outcomes = new Map<string, CrmWritten>();
  if (asked.length > 0) {
    const answers = await crm.lookUp(
      asked.map(({ write }) => write),
      active.crmFields,
    );
    for (const answer of answers) outcomes.set(answer.ref, answer);
  }
  // Of these it is certain that they were never taken.
  const again = asked.filter(({ id }) => isUnsent(outcomes.get(id)));
  for (const { id } of again) outcomes.delete(id);
  const isBad = await withdrawn(work, all);
  const held = (intent: OpenIntent) => isBad(intent) || holdsWrite(work, valuesOf(intent.write));
  const unsent = [...all.filter(({ state }) => state === "planned"), ...again];
  for (const { id } of unsent.filter(held)) outcomes.set(id, { ref: id, state: "changed" });
  const sendable = holdsWrites(work) ? [] : unsent.filter((intent) => !held(intent));
  const planned = sendable.filter(({ state }) => state === "planned").map(({ id }) => id);
  const marked = new Set([
    ...(await store.sending(integration, planned)),
    ...sendable.filter(({ state }) => state !== "planned").map(({ id }) => id),
  ]);
  // An opt-out goes ahead of everything else that is written.
  const sending = all.filter(({ id }) => marked.has(id));
  for (const wanted of ["consent", "other"] as const) {
    const writes = sending
      .map(({ write }) => write)
      .filter(({ kind }) => (kind === "consent") === (wanted === "consent"));
    if (writes.length > 0) for (const answer of await written(work, writes)) outcomes.set(answer.ref, answer);
  }
  const settlements: Settlement[] = [];
  for (const delivery of deliveries) {
    if (!delivery.intents.some(({ id }) => outcomes.has(id))) continue;
    settlements.push(await settlement(work, delivery, outcomes));
  }
  await store.settle(integration, settlements);
  const wakes = deliveries.flatMap(({ contact, intents }): Wake[] => {
    const open = intents.filter(({ id, state }) => !isFinal(state) && !outcomes.has(id));
    const [one] = open;
    if (one === undefined) return [];
    const after = Math.min(...open.map((intent) => looksAgain(intent, planned.includes(intent.id), now)));
    return [{ subject: `local:${contact}`, after, ...(one.trace && { trace: one.trace }) }];
  });
  await store.wake(integration, wakes);
}

/** What somebody else sends at this moment ends soon, and what came meanwhile waits for it; but they may have died over it. */
function looksAgain({ state, sentAt }: OpenIntent, wasTaken: boolean, now: number): number {
  if (state !== "sent" && !wasTaken) return inFlight;
  return Math.min(inFlight, Math.max(soon, now - Date.parse(sentAt ?? iso(now))));
}

/**
 * What was planned by a version that somebody has gone back from is decided anew. One that was only followed by another is
 * carried out.
 */
async function withdrawn({ store, integration, active }: Work, intents: readonly OpenIntent[]) {
  const isOld = ({ mappingVersion }: OpenIntent) => mappingVersion !== active.version;
  const gone = intents.some(isOld) ? await store.mappings(integration) : [];
  return ({ mappingVersion: made }: OpenIntent) =>
    gone.some(({ version, restores }) => restores !== null && restores < made && made < version);
}

const isForgetting = ({ write }: OpenIntent) => write.kind === "delete" && write.privacy;

const isUnsent = (answer: CrmWritten | undefined) => answer?.state === "later" && answer.after === 0;

/** Where the CRM cannot be had, nothing was sent, and all may go later. */
async function written({ crm, log }: Work, writes: readonly CrmWrite[]): Promise<CrmWritten[]> {
  try {
    return await crm.write(writes);
  } catch (error) {
    if (!(error instanceof CrmUnavailable)) throw error;
    log("crm_unavailable", { kind: error.kind, message: error.message });
    const after = error.after || 60_000;
    return writes.map(({ ref }) => ({ ref, state: "later", after, why: error.message }));
  }
}

/** Whatever is in force by now, a decision is acknowledged by the mapping that made it. */
async function decidedBy({ active, store, integration, mappings }: Work, [intent]: readonly OpenIntent[]) {
  if (intent === undefined || intent.mappingVersion === active.version) return active;
  const mapping = await store.mapping(integration, intent.mappingVersion);
  return mapping === null ? active : mappings.of({ ...integration, mapping });
}

type Fate = Settlement["intents"][number];

async function settlement(
  work: Work,
  { pair, contact, intents }: Delivery,
  outcomes: ReadonlyMap<string, CrmWritten>,
): Promise<Settlement> {
  const { clock } = work;
  const active = await decidedBy(work, intents);
  const wakes: Wake[] = [];
  const { run = null, trace = null } = intents[0] ?? {};
  const look = (after = 0) =>
    wakes.push({
      subject: `local:${contact}`,
      ...(after > 0 && { after }),
      ...(run && { run }),
      ...(trace && { trace }),
    });
  const fates: Fate[] = [];
  let crmId = pair.link?.crmId ?? null;
  let ends = false;
  let refused = pair.refused;
  const before = pair.link?.notTaken ?? 0;
  let contested = false;
  for (const intent of intents) {
    const answer = outcomes.get(intent.id);
    if (answer === undefined) continue;
    fates.push(fate(intent, answer));
    if (answer.state === "unknown") look(backOff(5000, intent.attempts));
    if (answer.state === "later") look(Math.max(answer.after, backOff(1000, Math.min(intent.attempts, 8))));
    if (answer.state === "gone") look();
    if (answer.state === "changed") {
      // Once is an edit in between; where it goes on, the CRM or somebody in it is to be given time.
      look(before === 0 ? 0 : backOff(1000, Math.min(before, 10)));
      contested = true;
    }
    if (answer.state === "written" && intent.write.kind === "create") crmId = answer.id;
    if (answer.state === "refused") {
      refused = refuse(refused, intent, answer.fields);
      // What was written together with it goes without it; a record is created with all of its fields or not at all.
      if (intent.write.kind === "update" && answer.fields.some((field) => field in valuesOf(intent.write))) look();
    }
    if (intent.write.kind === "delete" && (answer.state === "written" || answer.state === "gone")) ends = true;
    if (answer.state === "exists") {
      const holder = await heldBy(work, pair, contact, answer.holder);
      if (holder === null) {
        refused = refuse(refused, intent, []);
      } else {
        crmId = holder;
        look();
      }
    }
  }
  const after = intents.map((intent) => ({ ...intent, ...fates.find(({ id }) => id === intent.id) }) as OpenIntent);
  if (!after.every(({ state }) => isFinal(state))) return { contact, intents: fates, wakes };

  const taken = after.filter(({ state }) => state === "acknowledged");
  const decision = after[0]?.decision;
  const record = after[0]?.before ?? {};
  if (decision === undefined) return { contact, intents: fates, wakes };
  const creates = after.some(({ write }) => write.kind === "create");
  const created = taken.some(({ write }) => write.kind === "create");
  let base = pair.link?.base ?? null;
  let notTaken = contested ? before + 1 : 0;
  if (ends) {
    base = decision.base;
  } else if (!creates || created) {
    // A field that the CRM's answer does not tell of holds what was written. Of a write that may have been taken all that
    // is known to hold what was sent is agreed on: what PenguinMails makes of it later is an edit, and no conflict.
    const held = Object.assign(
      {},
      record,
      ...after.map(({ write, state, answer }) => ({
        ...(state === "acknowledged" && valuesOf(write)),
        ...answer?.record,
      })),
    );
    const acknowledged = acknowledge(active, decision, held, base);
    base = acknowledged.base;
    // What was sent and is not there the CRM may never take: asked again with growing delays.
    const sent = new Set(taken.flatMap(({ write }) => Object.keys(valuesOf(write))));
    const left = acknowledged.fields.filter(({ side, result, id }) => {
      const field = decision.fields.find((one) => one.id === id)?.crm_field;
      return side === "crm" && result === "not_taken" && field != null && sent.has(field);
    });
    if (left.length > 0) notTaken = before + 1;
    // A create says nothing of mailing where the CRM has a way of its own for it: that is written now.
    if (created && Object.keys(decision.crm).some((field) => !sent.has(field))) look();
    if (left.length > 0) look(backOff(60_000, notTaken));
    else if (taken.length === after.length) {
      crmId = survivor(decision) ?? crmId;
      // Their answers are carried out, and they can be closed.
      if (pair.reviews.some(({ state, candidates }) => state === "answered" && candidates === null)) look();
    }
  }
  const values = Object.assign({}, ...taken.map(({ write }) => valuesOf(write)));
  const wrote = remember(pair.link?.wrote ?? {}, values, iso(clock.now()));
  return {
    contact,
    intents: fates,
    settled: {
      ...{ base, crmId, wrote, notTaken, refused: allow(refused, values), link: ends ? "ended" : "linked" },
      ...(ends && intents.some(isForgetting) && { forget: true }),
    },
    wakes,
  };
}

function fate({ id, write }: Intent, answer: CrmWritten): Fate {
  switch (answer.state) {
    case "written":
      return { id, state: "acknowledged", answer: { id: answer.id, record: answer.record } };
    case "changed":
      return {
        id,
        state: "dropped",
        ...("id" in write && answer.holds && { answer: { id: write.id, record: answer.holds } }),
      };
    case "gone":
    case "exists":
      return { id, state: "dropped" };
    case "refused": {
      const { code, fields, hint } = answer;
      return { id, state: "dead", error: { code, fields, hint } };
    }
    case "unknown":
      return { id, state: "unknown" };
    case "later":
      return { id, state: "planned" };
  }
}

const isFinal = (state: Intent["state"]) => state === "acknowledged" || state === "dropped" || state === "dead";

function valuesOf(write: CrmWrite): Record<string, unknown> {
  return write.kind === "delete" ? {} : write.values;
}

/** Twice as long each time, up to a day. */
const backOff = (first: number, attempt: number) => Math.min(first * 2 ** Math.min(attempt, 20), 86_400_000);

/**
 * The record that holds the address already, if it can be this contact's; null where it is another contact's, or cannot
 * be told: a person is to look at it.
 */
async function heldBy(work: Work, pair: Pair, contact: string, holder: string | null): Promise<string | null> {
  const { crm } = work;
  let id = holder;
  const email = pair.contact?.record.email;
  if (id === null && typeof email === "string") {
    const found = (await crm.findByEmail([email], [])).get(email) ?? [];
    id = found.length === 1 ? (found[0]?.id ?? null) : null;
  }
  if (id === null) return null;
  const read = (await crm.read([id], [])).get(id);
  const others = (await linkedTo(work, read ? [read] : [])).get(read?.id ?? "") ?? [];
  if (others.every(({ link }) => link?.contact === contact)) return id;
  await writeReview(work, `local:${contact}`, [`crm:${id}`], "held_by_another");
  return null;
}
