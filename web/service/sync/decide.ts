/** From a pair and what the CRM holds to a plan: the engine decides, here it only becomes what the store carries out. */
import type { Decision, FieldDecision, Lookups, ResolveInput } from "@penguinmails/crm-sync";
import { encode } from "../../../bindings/package/encode.js";
import { iso } from "../clock.js";
import type { CrmRecord, CrmWrite, Seen } from "../crm/client.js";
import type { DecisionCodes, Pair, StoredReview } from "../store/model.js";
import type { Plan } from "../store/store.js";
import { acknowledge } from "./acknowledge.js";
import type { Work } from "./context.js";
import { foughtOver } from "./fights.js";
import { heldFields, unsentFields, waitsWhole } from "./holds.js";
import { at, mergePatch, onlyPaths, patchedPaths } from "./merge-patch.js";
import { refusedFields } from "./refusals.js";
import { crmSide, localSide } from "./sides.js";

/** A pair as it is known at the moment: who is who is settled, and the CRM was asked. */
export interface Known {
  pair: Pair;
  /** The id that the pair is linked by, or is to be linked by; null: it has no record there yet. */
  crmId: string | null;
  read: CrmRecord | null;
  /** When the CRM was asked. */
  readAt: number;
  /** Of entries that refer to other records. */
  lookups?: Lookups;
}

export interface Decided {
  decision: Decision;
  /** Null: nothing to carry out, not even a base that moves. */
  plan: Plan | null;
  /** Fields that are left alone from now on. */
  fought: string[];
  /** A pause keeps it from being carried out: an opt-out that stands in the record is kept all the same. */
  waits?: true;
}

export function decide(work: Work, known: Known): Decided {
  const { link, refused } = known.pair;
  const braked = link?.braked ?? [];
  const first = resolve(work, known, braked);
  const { outcome, crm } = first.decision;
  if (waitsWhole(work, first.decision)) return { ...first, plan: null, fought: [], waits: true };
  const fought = foughtOver(link, crm, work.clock.now());
  // A refused opt-in is only not written: what the CRM says of mailing is never as if it had not been fetched.
  const again = refusedFields(refused, crm).filter((field) => !work.active.consent.some((one) => one.crm === field));
  const left = [...fought, ...again, ...heldFields(work, first.decision)];
  if (left.length === 0) return { ...first, plan: planned(work, known, first, braked), fought };
  // A record is created with all of its fields or not at all.
  if (outcome === "create_crm") return { ...first, plan: null, fought: [] };
  // What is left alone is as if it had not been fetched; what PenguinMails is to get it gets all the same.
  let second = resolve(work, known, [...braked, ...left]);
  // Without them others may be decided otherwise, and be held back in turn.
  for (;;) {
    const more = heldFields(work, second.decision).filter((field) => !left.includes(field));
    if (more.length === 0) break;
    left.push(...more);
    second = resolve(work, known, [...braked, ...left]);
  }
  return { ...second, plan: planned(work, known, second, [...braked, ...fought]), fought };
}

/** The fields of a patch for the CRM that are not written: they were refused, or are held back. */
function unwritten(work: Work, { pair }: Known, patch: Record<string, unknown>): string[] {
  return [...refusedFields(pair.refused, patch), ...unsentFields(work, patch)];
}

interface Resolved {
  decision: Decision;
  input: string;
}

function resolve(work: Work, known: Known, braked: readonly string[]): Resolved {
  const input = resolveInput(work, known, braked);
  return { decision: work.active.mapping.resolve(new TextEncoder().encode(input)), input };
}

/** As JSON text; what is kept of a decision can be replayed from it. */
export function resolveInput({ active, clock, integration }: Work, known: Known, braked: readonly string[]): string {
  const { pair, crmId, read, lookups } = known;
  const topics = new Map(active.consent.map(({ topic, id }) => [topic, id]));
  const input: ResolveInput = {
    // Reviews are told apart by the link.
    link: `${integration.id}/${pair.contact?.id ?? crmId}`,
    local: localSide(pair.contact),
    crm: crmSide(read, crmId, braked),
    base: pair.link?.base ?? null,
    reviews: pair.reviews.filter(({ candidates }) => candidates === null).map(asReview),
    suppressions: pair.suppressions.map((one) => ({ ...one, topic: topics.get(one.topic) ?? one.topic })),
    ...(lookups !== undefined && { lookups }),
    now: iso(clock.now()),
  };
  return encode(input, "the input");
}

function asReview({ id, field, local, crm, base, reason, opened_at, answer }: StoredReview): object {
  return { id, field, local, crm, base, reason, opened_at, ...(answer !== null && { answer }) };
}

function planned(work: Work, known: Known, { decision, input }: Resolved, braked: string[]): Plan | null {
  const { active, integration, actor, clock } = work;
  const { pair, crmId } = known;
  const { outcome } = decision;
  const audit = crypto.randomUUID();
  const now = iso(clock.now());
  // Nothing is linked by a decision that lets nothing through.
  if (outcome === "invalid" || outcome === "filtered") return null;

  const intents = writes(work, known, decision);
  const ends = outcome === "unlink" || outcome === "delete_local";
  const { open, closed: over } = reviewsAfter(pair, decision, ends);
  // What a person has answered is done once it is written: should it not be taken, the answer is there still.
  const kept = intents.length === 0 ? [] : pair.reviews.filter(({ state }) => state === "answered").map(({ id }) => id);
  const closed = over.filter((id) => !kept.includes(id));
  const record = recordAfter(work, known, decision);
  const contact = pair.contact?.id ?? contactId(integration.id, crmId as string);
  const relinked = intents.length === 0 ? (survivor(decision) ?? crmId) : crmId;
  const base = baseAfter(work, known, decision);
  const moved = !same(base, pair.link?.base ?? null);
  const unchanged =
    intents.length === 0 && record === undefined && !ends && !moved && closed.length === 0 && same(open, pair.reviews);
  const seen = pair.link?.syncedVersion === pair.contact?.version && pair.link?.state === "linked";
  if (unchanged && seen && relinked === pair.link?.crmId && same(braked, pair.link.braked)) return null;

  return {
    pair,
    contact,
    crmId: relinked,
    link: ends ? "ended" : "linked",
    ...(record !== undefined && { record, fieldTimes: fieldTimes(work, known, decision) }),
    ...(outcome === "delete_local" && { remove: known.read?.deleted === "privacy" ? "privacy" : true }),
    ...(intents.length === 0 && { base }),
    reviews: open,
    closed,
    intents,
    consentFields: active.consent.map(({ crm }) => crm),
    audit: {
      id: audit,
      at: now,
      actor,
      mappingVersion: active.version,
      input,
      decision: encode(decision, "a decision"),
      codes: codesOf(decision),
    },
    ...consentAfter(work, known, decision),
    braked,
    refused: pair.refused,
    // What is made of the contact was made of it as it was: it is looked at once more.
    wakes: !ends && derives(active.derivedFrom, decision.local) ? [{ subject: `local:${contact}` }] : [],
  };
}

export const codesOf = ({ outcome, fields }: Decision): DecisionCodes => ({
  outcome,
  fields: fields.map(({ id, status, winner, rule, reason }) => ({ id, status, winner, rule, reason })),
});

/** Whether the patch writes one of the paths, or something in or around it. */
function derives(read: readonly string[], patch: Record<string, unknown>): boolean {
  const within = (path: string, other: string) => path.startsWith(`${other}.`) || path.startsWith(`${other}[`);
  return patchedPaths(patch).some((written) =>
    read.some((path) => path === written || within(path, written) || within(written, path)),
  );
}

/** PenguinMails' contact id of a person that came from the CRM: the same however often it is created. */
export const contactId = (integration: string, crmId: string) => `${integration}-${crmId}`;

function recordAfter({ integration }: Work, { pair, crmId }: Known, { outcome, local }: Decision) {
  if (outcome === "create_local") {
    // As the mission wants it; the mapping may say otherwise of these fields.
    const made = { source: "crm_sync", crm_id: crmId, crm: integration.crm };
    return mergePatch(made, local) as Record<string, unknown>;
  }
  if (Object.keys(local).length === 0 || pair.contact === null) return undefined;
  // Engagements are rows of their own, which stand in the record only while it is decided on.
  const { engagements: _, ...record } = pair.contact.record;
  return mergePatch(record, local) as Record<string, unknown>;
}

/**
 * A value that came from the CRM is as old as it is there; by a clock of the CRM's that is ahead it would be newer than
 * what people type once they have seen it.
 */
function fieldTimes({ clock }: Work, { read }: Known, decision: Decision): Record<string, string> {
  const crmFields = new Map(decision.fields.map(({ local_field, crm_field }) => [local_field, crm_field]));
  const times = patchedPaths(decision.local).map((path) => {
    const theirs = read?.fieldTimes?.[crmFields.get(path) ?? ""] ?? read?.updatedAt;
    const now = clock.now();
    return [path, theirs !== undefined && theirs !== null && Date.parse(theirs) < now ? theirs : iso(now)] as const;
  });
  return Object.fromEntries(times);
}

/** Where nothing is written: what is to be written and is not, both have not agreed on. */
function baseAfter(work: Work, known: Known, decision: Decision): Record<string, unknown> | null {
  const { pair, read } = known;
  if (read === null || unwritten(work, known, decision.crm).length === 0) return decision.base;
  return acknowledge(work.active, decision, read.record, pair.link?.base ?? null).base;
}

function writes(work: Work, known: Known, { outcome, crm: patch }: Decision): CrmWrite[] {
  const { crm } = work;
  const { pair, crmId, read, readAt } = known;
  const privacy = pair.contact?.deleted === "privacy";
  const id = read?.id ?? crmId;
  const seen = (fields: readonly string[]): Seen => ({
    updatedAt: read?.updatedAt ?? null,
    values: Object.fromEntries(fields.map((field) => [field, read?.record[field] ?? null])),
    readAt,
  });
  if (outcome === "delete_crm") {
    if (id === null) return [];
    return [{ ref: crypto.randomUUID(), kind: "delete", id, seen: seen(Object.keys(read?.record ?? {})), privacy }];
  }
  const refused = outcome === "create_crm" ? [] : unwritten(work, known, patch);
  const names = Object.keys(patch).filter((name) => !refused.includes(name));
  if (names.length === 0) return [];
  const consent = onlyFields(
    patch,
    names.filter((name) => crm.consentFields.includes(name)),
  );
  const values = onlyFields(
    patch,
    names.filter((name) => !(name in consent)),
  );
  // What is said of mailing of a record that is not there yet is said once it is: `settlement` looks again at once.
  if (outcome === "create_crm") {
    return [{ ref: crypto.randomUUID(), kind: "create", key: pair.contact?.id as string, values }];
  }
  if (id === null) return [];
  // Consent belongs to an address, in the CRM to the one that its record has, or is about to get.
  const email = values.email ?? read?.record.email ?? pair.contact?.record.email;
  const intents: CrmWrite[] = [];
  if (Object.keys(consent).length > 0) {
    const address = typeof email === "string" ? email : null;
    const before = seen(Object.keys(consent));
    intents.push({ ref: crypto.randomUUID(), kind: "consent", id, email: address, values: consent, seen: before });
  }
  if (Object.keys(values).length > 0) {
    intents.push({ ref: crypto.randomUUID(), kind: "update", id, values, seen: seen(Object.keys(values)) });
  }
  return intents;
}

function onlyFields(patch: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, patch[name]]));
}

/** The reviews that are open from now on, and the ids of those that no longer are. Of a pair that ends nothing is asked. */
function reviewsAfter({ reviews }: Pair, { reviews: now, fields }: Decision, ends: boolean) {
  const unread = new Set(fields.filter(({ reason }) => reason === "not_fetched").map(({ id }) => id));
  // Of a field that was not fetched a decision says nothing: its review is as open as it was.
  const stays = ({ field, candidates }: StoredReview) =>
    !ends && (candidates !== null || (field !== null && unread.has(field)));
  const known = new Map(reviews.map((review) => [review.id, review]));
  const opened = now.map((review): StoredReview => {
    const before = known.get(review.id);
    if (before?.state === "open") return before;
    const blank = { integration: "", contact: null, crmId: null, answer: null, candidates: null };
    return { ...blank, ...review, state: "open" };
  });
  const open = [...opened, ...reviews.filter((one) => stays(one) && !opened.some(({ id }) => id === one.id))];
  return { open, closed: reviews.filter(({ id }) => !open.some((one) => one.id === id)).map(({ id }) => id) };
}

/**
 * The record that takes the link over after a merge: once all that it is to get was decided, and is written. Until then it
 * is not the record that both sides agreed with.
 */
export function survivor({ relink, fields }: Decision): string | undefined {
  return fields.some(({ reason }) => reason === "not_fetched") ? undefined : relink?.crm;
}

/** Opt-outs that are to be kept by address, and those that the person's own act has lifted. */
function consentAfter({ active, clock }: Work, known: Known, decision: Decision): Pick<Plan, "optOuts" | "optIns"> {
  const { pair, read } = known;
  const fields = new Map<string, FieldDecision>(decision.fields.map((field) => [field.id, field]));
  const record = mergePatch(pair.contact?.record ?? {}, decision.local);
  // Strict through a change of address: it holds for the old one and for the new one.
  const emails = [
    at(record, "email"),
    pair.contact?.record.email,
    active.email === null ? null : read?.record[active.email],
  ];
  const addresses = [...new Set(emails.filter((one) => typeof one === "string" && one.trim() !== ""))] as string[];
  const optOuts: Plan["optOuts"] = [];
  const optIns: Plan["optIns"] = [];
  for (const { id, topic, local, crm } of active.consent) {
    const reason = fields.get(id)?.reason;
    if (reason === "opt_in_by_subject") {
      for (const email of addresses) optIns.push({ email, topic });
    } else if (at(record, local) === true && !pair.suppressions.some((one) => one.topic === topic)) {
      const ours = pair.contact?.record !== undefined && at(pair.contact.record, local) === true;
      const theirs = read?.fieldTimes?.[crm] ?? read?.updatedAt;
      const since = (ours ? (pair.contact?.fieldTimes[local] ?? pair.contact?.updatedAt) : theirs) ?? iso(clock.now());
      for (const email of addresses) optOuts.push({ email, topic, since, source: ours ? "penguinmails" : "crm" });
    }
  }
  return { optOuts, optIns };
}

/** Reasons by which mailing stops. */
const optedOut = new Set(["opt_out_wins", "suppressed_by_address"]);

/** The part of a plan that records opt-outs, which nothing may delay; null where there is none. */
export function consentOnly(work: Work, known: Known, { decision }: Decided): Plan | null {
  const { pair } = known;
  const { consent } = work.active;
  // Creating, deleting and linking wait; only a contact that is here can be mailed by us.
  if (pair.contact === null || pair.contact.deleted !== false || pair.link === null) return null;
  const ids = new Set(consent.map(({ id }) => id));
  const fields = decision.fields.filter(({ id, reason }) => ids.has(id) && optedOut.has(reason));
  if (fields.length === 0) return null;
  const decided = consent.filter(({ id }) => fields.some((field) => field.id === id));
  const restricted: Decision = {
    ...decision,
    outcome: "merged",
    fields,
    reviews: [],
    local: onlyPaths(
      decision.local,
      decided.map(({ local }) => local),
    ),
    crm: onlyFields(
      decision.crm,
      decided.map(({ crm }) => crm).filter((name) => name in decision.crm),
    ),
    base: pair.link.base,
  };
  const record = recordAfter(work, known, restricted);
  const { optOuts } = consentAfter(work, known, restricted);
  if (record === undefined && optOuts.length === 0) return null;
  return {
    pair,
    contact: pair.contact.id,
    crmId: pair.link.crmId,
    link: pair.link.state,
    ...(record !== undefined && { record, fieldTimes: fieldTimes(work, known, restricted) }),
    reviews: pair.reviews,
    closed: [],
    intents: [],
    audit: null,
    optOuts,
    optIns: [],
    braked: pair.link.braked,
    refused: pair.refused,
    wakes: [],
  };
}

function same(one: unknown, other: unknown): boolean {
  return encode(one ?? null, "a value") === encode(other ?? null, "a value");
}
