/**
 * What a decision makes of the contact that is kept here: taken first, so that nothing old is written to HubSpot, and
 * agreed on when HubSpot has taken it, too. Both are to be run in a transaction of the store that keeps the contact.
 */
import type { Decision, Side } from "@penguinmails/crm-sync";
import { iso } from "../clock.js";
import { mergePatch, patchedPaths } from "../sync/merge-patch.js";
import type { StoredContact } from "./webhook-types.js";

/** JSON throughout. */
export interface KeptContact extends StoredContact {
  /** The last decision that was taken. */
  taken: string;
}

/** The contact is no longer what the decision was made from. It is to be delivered again. */
export class DecisionOvertaken extends Error {
  override readonly name = "DecisionOvertaken";

  constructor() {
    super("the contact has changed meanwhile");
  }
}

/**
 * The contact with the decision's local patch, and with the base that it had; null where there is none to keep. Throws
 * where `decision.expect.local` no longer holds. `now`: milliseconds since 1970.
 */
export function takeDecision(kept: KeptContact | null, decision: Decision, now = Date.now()): KeptContact | null {
  const local = kept?.local ?? null;
  if ((local?.updated_at ?? null) !== decision.expect.local) throw new DecisionOvertaken();
  if (changesNothing(decision)) return kept;
  return {
    ...kept,
    local: patched(local, decision, now),
    base: kept?.base ?? null,
    reviews: decision.reviews,
    taken: nameOf(decision),
  };
}

/** The contact with the decision's base. A decision after which another was taken leaves that to the other. */
export function agreeOnDecision(kept: KeptContact | null, decision: Decision): KeptContact | null {
  if (kept === null || changesNothing(decision) || kept.taken !== nameOf(decision)) return kept;
  return { ...kept, base: decision.outcome === "unlink" ? null : decision.base };
}

function changesNothing({ outcome }: Decision): boolean {
  return outcome === "filtered" || outcome === "invalid";
}

/** Without writes all fingerprints are the same, whatever HubSpot's record was. */
function nameOf({ fingerprint, expect }: Decision): string {
  return `${fingerprint} ${expect.crm}`;
}

function patched(local: Side | null, { outcome, local: patch, expect }: Decision, now: number): Side | null {
  if (outcome === "delete_local") return null;
  if (outcome !== "create_local" && Object.keys(patch).length === 0) return local;
  // Never the same twice, or a decision that was made from the state before would still be taken.
  const updatedAt = iso(Math.max(now, Date.parse(local?.updated_at ?? "") + 1 || 0));
  // What comes from HubSpot is as old as it is there: an edit made there since then is newer, and not to be lost.
  const times = Object.fromEntries(patchedPaths(patch).map((path) => [path, expect.crm ?? updatedAt]));
  return {
    ...local,
    record: mergePatch(local?.record ?? {}, patch) as Record<string, unknown>,
    updated_at: updatedAt,
    field_times: { ...local?.field_times, ...times },
  };
}
