/**
 * Records that the CRM has merged. A link follows to the survivor by itself; but where several contacts are linked to what
 * is one record by now, a person says what becomes of them: nobody's values are taken for somebody else's.
 */
import type { CrmRecord } from "../crm/client.js";
import type { Subject } from "../jobs/jobs.js";
import type { Link, Pair } from "../store/model.js";
import type { Plan } from "../store/store.js";
import type { Work } from "./context.js";
import type { Known } from "./decide.js";
import { fieldsOf, type Identified } from "./identify.js";
import { answered, identityReview } from "./identity-review.js";

interface Merged {
  pair: Pair;
  link: Link;
  survivor: CrmRecord;
}

/** Puts a question, or what a person has said to it, in the place of what is known of such pairs. */
export async function askOfMerged(work: Work, identified: Map<Pair, Identified>): Promise<void> {
  const all = [...identified].flatMap(([pair, one]) => ("known" in one ? mergedOf(pair, one.known) : []));
  const linked = await linkedTo(
    work,
    all.map(({ survivor }) => survivor),
  );
  const alone: Merged[] = [];
  for (const merged of all) {
    const rivals = (linked.get(merged.survivor.id) ?? []).filter(({ link }) => link?.contact !== merged.link.contact);
    // Who asks to be forgotten waits for no answer: whoever else the record is, it holds what is to go.
    const isForgotten = merged.pair.contact?.deleted === "privacy";
    if (rivals.length > 0 && !isForgotten) identified.set(merged.pair, whose(merged, rivals));
    else alone.push(merged);
  }
  await readAgain(work, identified, alone);
  for (const { pair } of alone) identified.set(pair, following(identified, pair));
}

/**
 * That nobody else is linked to a record may be because it was deleted together with its link since it was read, as of
 * somebody who asked to be forgotten: what it held then is nobody's to take.
 */
async function readAgain(work: Work, identified: Map<Pair, Identified>, merged: readonly Merged[]): Promise<void> {
  if (merged.length === 0) return;
  const { crm, clock } = work;
  const readAt = clock.now();
  const ids = merged.map(({ link }) => link.crmId).filter((id) => id !== null);
  const reads = await crm.read([...new Set(ids)], fieldsOf(work));
  for (const { pair, link } of merged) {
    const one = identified.get(pair) as Identified;
    const read = reads.get(link.crmId ?? "") ?? null;
    if ("known" in one) identified.set(pair, { ...one, known: { ...one.known, read, readAt } });
  }
}

/** The pairs that are linked to each of these records, or to one that was merged into it. */
export async function linkedTo(
  { store, integration, crm }: Work,
  records: readonly CrmRecord[],
): Promise<Map<string, Pair[]>> {
  if (records.length === 0) return new Map();
  const asked = await crm.mergedInto?.(records.map(({ id }) => id));
  const names = new Map(
    records.map(({ id, merged }) => {
      const ids = [id, ...(merged ?? asked?.get(id) ?? [])];
      return [id, ids.map((one): Subject => `crm:${one}`)] as const;
    }),
  );
  const pairs = await store.loadPairs(integration, [...new Set([...names.values()].flat())]);
  const linked = pairs.filter(({ link }) => link?.state === "linked");
  return new Map(
    [...names].map(([id, subjects]) => [
      id,
      linked.filter((pair) => pair.subjects.some((subject) => subjects.includes(subject))),
    ]),
  );
}

function mergedOf(pair: Pair, { read, crmId }: Known): Merged[] {
  const { link } = pair;
  if (link === null || read === null || read.deleted !== undefined || read.id === crmId) return [];
  return [{ pair, link, survivor: read }];
}

function whose({ pair, link }: Merged, rivals: readonly Pair[]): Identified {
  const subject: Subject = `local:${link.contact}`;
  const candidates = rivals.map((one): Subject => `local:${one.link?.contact}`);
  const answer = answered(pair, subject);
  if (answer === "open") return { skip: "waits" };
  const same = answer?.choose === "link" && rivals.find((one) => `local:${one.link?.contact}` === answer.candidate);
  if (same) return { plan: ending(pair, link, same) };
  if (answer?.choose === "none") {
    // Somebody else after all: a record of its own comes into being again.
    const alone = { ...pair, link: { ...link, crmId: null, base: null } };
    return {
      known: { pair: alone, crmId: null, read: null, readAt: 0 },
      by: "link",
      closes: identityReview(subject),
      looks: candidates,
    };
  }
  return { ask: subject, candidates, reason: "merged_into_anothers" };
}

/** The question whose it is has answered itself, as when the other pair came to its end. */
function following(identified: ReadonlyMap<Pair, Identified>, pair: Pair): Identified {
  const one = identified.get(pair) as Identified;
  const review = identityReview(`local:${pair.link?.contact}`);
  return "known" in one && pair.reviews.some(({ id }) => id === review) ? { ...one, closes: review } : one;
}

/** The contact is the other one's person: it stays here, but is no pair any more. What it opted out of holds for both. */
function ending(pair: Pair, link: Link, same: Pair): Plan {
  const email = same.contact?.record.email;
  const suppressions = typeof email === "string" ? pair.suppressions.map((one) => ({ ...one, email })) : [];
  return {
    pair,
    contact: link.contact,
    crmId: link.crmId,
    link: "ended",
    reviews: [],
    closed: pair.reviews.map(({ id }) => id),
    intents: [],
    audit: null,
    refused: pair.refused,
    optOuts: suppressions.flatMap(({ email, topic, since, source = "crm" }) =>
      since === null ? [] : [{ email, topic, since, source }],
    ),
    optIns: [],
    braked: link.braked,
    wakes: [{ subject: `local:${same.link?.contact}` }],
  };
}
