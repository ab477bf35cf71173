/** Who is who is never guessed: where an address leads to more than one, a person says. */
import { iso } from "../clock.js";
import type { Subject } from "../jobs/jobs.js";
import type { Pair, StoredReview } from "../store/model.js";
import type { Work } from "./context.js";

/**
 * ambiguous: several could be it. held_by_another: what could be it is somebody else's already.
 * merged_into_anothers: the CRM merged its record into one that another contact is linked to.
 */
export type IdentityReason = "ambiguous" | "held_by_another" | "merged_into_anothers";

export const identityReview = (subject: Subject) => `identity:${subject}`;

export async function writeReview(
  { store, integration, clock }: Work,
  subject: Subject,
  candidates: Subject[],
  reason: IdentityReason,
): Promise<void> {
  const [side, id] = [subject.slice(0, subject.indexOf(":")), subject.slice(subject.indexOf(":") + 1)];
  await store.openReview(integration, {
    id: identityReview(subject),
    field: null,
    local: null,
    crm: null,
    base: null,
    reason,
    opened_at: iso(clock.now()),
    contact: side === "local" ? id : null,
    crmId: side === "crm" ? id : null,
    candidates,
  });
}

/** What a person has said of it. */
export function answered(pair: Pair, subject: Subject): StoredReview["answer"] | "open" {
  const review = pair.reviews.find(({ id }) => id === identityReview(subject));
  return review === undefined ? null : (review.answer ?? "open");
}
