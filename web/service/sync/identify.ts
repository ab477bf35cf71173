/**
 * Who is who, for what is not linked yet. Links are by id: our key in the CRM's record, or what a person said. An e-mail
 * address only finds candidates: exactly one on either side that is nobody else's is paired, several wait for a person.
 * Whichever side is looked at first, the question is the same.
 */
import type { CrmRecord } from "../crm/client.js";
import type { Subject } from "../jobs/jobs.js";
import type { Pair } from "../store/model.js";
import type { Plan } from "../store/store.js";
import type { Work } from "./context.js";
import type { Known } from "./decide.js";
import { answered, type IdentityReason, identityReview } from "./identity-review.js";
import { linkedTo } from "./merged.js";

/** What makes two records one pair; nobody: there is only one of them. */
export type By = "link" | "key" | "email" | "answer" | "nobody";

/** A pair to decide, or a question to a person, or nothing to do. */
export type Identified =
  | { known: Known; by: By; closes?: string; looks?: Subject[] }
  | { ask: Subject; candidates: Subject[]; reason: IdentityReason }
  /** What a person has said, and nothing is decided beyond it. */
  | { plan: Plan }
  /** waits: for a person; later: for a write that is on its way. `looks`: others are to be looked at instead. */
  | { skip: "waits" | "later" | "ended" | "nothing"; looks?: Subject[] };

const isFree = ({ link }: Pair) => link === null || link.crmId === null || link.state === "ended";

/** CRM records that no link points to. `read` of each is live. */
export async function identifyRecords(
  work: Work,
  found: readonly { pair: Pair; read: CrmRecord; readAt: number }[],
): Promise<Identified[]> {
  const { store, integration, crm, active } = work;
  const keys = found.map(({ read }) => textOf(read.record[crm.keyField]));
  const emails = found.map(({ read }) => (active.email === null ? null : textOf(read.record[active.email])));
  const byKey = await pairsOf(
    work,
    keys.flatMap((key) => (key === null ? [] : [`local:${key}` as const])),
  );
  const byEmail = await store.pairsByEmail(integration, [...new Set(emails.filter((email) => email !== null))]);
  const met = emails.filter((email) => email !== null && byEmail.get(email)?.length === 1) as string[];
  const linked = await linkedTo(
    work,
    found.map(({ read }) => read),
  );
  const alike =
    met.length > 0 ? await crm.findByEmail([...new Set(met)], [crm.keyField]) : new Map<string, CrmRecord[]>();

  return found.map(({ pair, read, readAt }, index): Identified => {
    // It is what became of a record that is linked: that pair follows it.
    const holders = linked.get(read.id) ?? [];
    if (holders.length > 0)
      return { skip: "nothing", looks: holders.map(({ link }) => `local:${link?.contact}` as const) };
    const subject: Subject = `crm:${read.id}`;
    const known = (contact: Pair): Known => ({
      pair: { ...contact, subjects: pair.subjects },
      crmId: read.id,
      read,
      readAt,
    });
    const own = byKey.get(`local:${keys[index]}`);
    const candidates = byEmail.get(emails[index] ?? "") ?? [];
    // A create of ours whose answer is not known yet: what becomes of it pairs the two.
    if (own?.intents.length || candidates.some(({ intents }) => intents.length > 0)) return { skip: "later" };
    if (own?.contact && isFree(own)) return { known: known(own), by: "key" };
    const answer = answered(pair, subject);
    if (answer === "open") return { skip: "waits" };
    if (answer?.choose === "none")
      return { known: { pair, crmId: read.id, read, readAt }, by: "nobody", closes: identityReview(subject) };
    const chosen =
      answer?.choose === "link" && candidates.find((one) => `local:${one.contact?.id}` === answer.candidate);
    if (chosen && isFree(chosen)) return { known: known(chosen), by: "answer", closes: identityReview(subject) };
    const free = candidates.filter(isFree);
    const [only] = free;
    if (candidates.length === 0) return { known: { pair, crmId: read.id, read, readAt }, by: "nobody" };
    if (only !== undefined && free.length === 1 && candidates.length === 1) {
      const rivals = (alike.get(emails[index] ?? "") ?? []).filter(({ id }) => id !== read.id);
      if (rivals.length === 0) return { known: known(only), by: "email" };
      const asked: Subject = `local:${only.contact?.id}`;
      if (answered(only, asked) !== null) return { skip: "waits" };
      const names = [read, ...rivals].map(({ id }): Subject => `crm:${id}`);
      return { ask: asked, candidates: names, reason: "ambiguous" };
    }
    const names = candidates.map(({ contact }): Subject => `local:${contact?.id}`);
    return { ask: subject, candidates: names, reason: free.length === 0 ? "held_by_another" : "ambiguous" };
  });
}

/** Contacts that have no record in the CRM yet, as far as we know. */
export async function identifyContacts(work: Work, pairs: readonly Pair[]): Promise<Identified[]> {
  const { store, integration, crm, active, clock } = work;
  const fields = fieldsOf(work);
  const emails = pairs.map(({ contact }) => textOf(contact?.record.email));
  const readAt = clock.now();
  const [byKey, byEmail] = await Promise.all([
    crm.findByKey(
      pairs.flatMap(({ contact }) => contact?.id ?? []),
      fields,
    ),
    active.email === null
      ? new Map<string, CrmRecord[]>()
      : crm.findByEmail([...new Set(emails.filter((email) => email !== null))], fields),
  ]);
  const ids = [...byKey.values(), ...[...byEmail.values()].flat()].map(({ id }): Subject => `crm:${id}`);
  const holders = await pairsOf(work, ids);
  const met = [...byEmail].flatMap(([email, records]) => (records.length === 1 ? [email] : []));
  const alike = met.length > 0 ? await store.pairsByEmail(integration, met) : new Map<string, Pair[]>();

  return pairs.map((pair, index): Identified => {
    const subject: Subject = `local:${pair.contact?.id}`;
    const known = (read: CrmRecord | null): Known => ({ pair, crmId: read?.id ?? null, read, readAt });
    const free = ({ id }: CrmRecord) => {
      const holder = holders.get(`crm:${id}`);
      return holder === undefined || holder.link?.contact === pair.contact?.id || isFree(holder);
    };
    const own = byKey.get(pair.contact?.id ?? "");
    if (own !== undefined && free(own)) return { known: known(own), by: "key" };
    const answer = answered(pair, subject);
    if (answer === "open") return { skip: "waits" };
    if (answer?.choose === "none") return { known: known(null), by: "nobody", closes: identityReview(subject) };
    const records = byEmail.get(emails[index] ?? "") ?? [];
    const chosen = answer?.choose === "link" && records.find(({ id }) => `crm:${id}` === answer.candidate);
    if (chosen && free(chosen)) return { known: known(chosen), by: "answer", closes: identityReview(subject) };
    const [only] = records;
    if (only === undefined) return { known: known(null), by: "nobody" };
    if (records.length === 1 && free(only)) {
      const rivals = (alike.get(emails[index] ?? "") ?? []).filter(({ contact }) => contact?.id !== pair.contact?.id);
      if (rivals.length === 0) return { known: known(only), by: "email" };
      const asked: Subject = `crm:${only.id}`;
      const holder = holders.get(asked);
      if (holder !== undefined && answered(holder, asked) !== null) return { skip: "waits" };
      const names = [pair, ...rivals].map(({ contact }): Subject => `local:${contact?.id}`);
      return { ask: asked, candidates: names, reason: "ambiguous" };
    }
    const names = records.map(({ id }): Subject => `crm:${id}`);
    return { ask: subject, candidates: names, reason: records.some(free) ? "ambiguous" : "held_by_another" };
  });
}

/** What is asked of the CRM for every record: what the mapping reads, and our key. */
export const fieldsOf = ({ active, crm }: Work) => [...new Set([...active.crmFields, crm.keyField])];

async function pairsOf({ store, integration }: Work, subjects: readonly Subject[]): Promise<Map<Subject, Pair>> {
  if (subjects.length === 0) return new Map();
  const pairs = await store.loadPairs(integration, [...new Set(subjects)]);
  return new Map(pairs.flatMap((pair) => pair.subjects.map((subject) => [subject, pair] as const)));
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
