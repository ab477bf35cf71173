/**
 * What a decision makes of the contact that is kept here: taken first, so that nothing old is written to HubSpot, and
 * agreed on when HubSpot has taken it, too. Both are to be run in a transaction of the store that keeps the contact.
 */
import type { Decision, Review, Side } from "@penguinmails/crm-sync";
import { iso } from "../clock.js";
import { mergePatch, patchedPaths } from "../sync/merge-patch.js";
import type { Base, StoredContact } from "./webhook-types.js";

/** JSON throughout. */
export interface KeptContact extends StoredContact {
  reviews: Review[];
  /** The last decision that was taken. */
  taken: string;
}

/** The contact is no longer what the decision was made from. It is to be delivered again. */
class DecisionOvertaken extends Error {
  override readonly name = "DecisionOvertaken";

  constructor() {
    super("the contact has changed meanwhile");
  }
}

/**
 * The contact with the decision's local patch; null where there is none to keep. Throws where `decision.expect.local` no
 * longer holds. `base`: what both sides agree on while HubSpot is not written. `now`: milliseconds since 1970.
 */
export function takeDecision(
  kept: KeptContact | null,
  decision: Decision,
  base: Base,
  now = Date.now(),
): KeptContact | null {
  const local = kept?.local ?? null;
  if ((local?.updated_at ?? null) !== decision.expect.local) throw new DecisionOvertaken();
  const taken = nameOf(decision);
  // Taken once more it would take back what was agreed on since then.
  if (changesNothing(decision) || kept?.taken === taken) return kept;
  return {
    ...kept,
    local: patched(local, decision, now),
    base: ends(decision) ? null : base,
    reviews: ends(decision) ? [] : reviewsAfter(kept, decision),
    taken,
  };
}

/** The contact with what HubSpot has left of the decision as its base, unless another decision was taken since then. */
export function agreeOnDecision(kept: KeptContact | null, decision: Decision, base: Base): KeptContact | null {
  if (kept === null || changesNothing(decision) || ends(decision) || kept.taken !== nameOf(decision)) return kept;
  return { ...kept, base };
}

/** `HubSpotContacts.write` neither creates nor deletes. */
function changesNothing({ outcome }: Decision): boolean {
  return ["filtered", "invalid", "create_crm", "delete_crm"].includes(outcome);
}

/** The two are no pair any more. */
function ends({ outcome }: Decision): boolean {
  return outcome === "unlink" || outcome === "delete_local";
}

/** Without writes all fingerprints are the same, whatever HubSpot's record was. */
function nameOf({ fingerprint, expect }: Decision): string {
  return `${fingerprint} ${expect.crm}`;
}

/** Of a field that was not fetched a decision says nothing: its review is as open as it was. */
function reviewsAfter(kept: KeptContact | null, { reviews, fields }: Decision): Review[] {
  const unread = new Set(fields.filter(({ reason }) => reason === "not_fetched").map(({ id }) => id));
  const others = kept?.reviews.filter(
    ({ id, field }) => unread.has(field ?? "") && !reviews.some((one) => one.id === id),
  );
  return [...reviews, ...(others ?? [])];
}

function patched(local: Side | null, { outcome, local: patch, expect }: Decision, now: number): Side | null {
  if (outcome === "delete_local") return null;
  if (outcome !== "create_local" && Object.keys(patch).length === 0) return local;
  // Never the same twice, or a decision that was made from the state before would still be taken.
  const updatedAt = iso(Math.max(now, Date.parse(local?.updated_at ?? "") + 1 || 0));
  const paths = patchedPaths(patch);
  // What comes from HubSpot is as old as it is there: an edit made there since then is newer, and not to be lost.
  const times = Object.fromEntries(paths.map((path) => [path, expect.crm ?? updatedAt]));
  // What is written here is not the person's own word any more.
  const acts = Object.entries(local?.acts ?? {}).filter(([path]) => !paths.includes(path));
  return {
    ...local,
    record: mergePatch(local?.record ?? {}, patch) as Record<string, unknown>,
    updated_at: updatedAt,
    field_times: { ...local?.field_times, ...times },
    ...(local?.acts && { acts: Object.fromEntries(acts) }),
  };
}
