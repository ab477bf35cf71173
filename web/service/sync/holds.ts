/** What pauses hold back of a decision. An opt-out is never among it. */
import type { Decision } from "@penguinmails/crm-sync";
import type { Pause } from "../store/model.js";
import type { Work } from "./context.js";
import { at, patchedPaths } from "./merge-patch.js";

/** Whole: nothing is decided or written while it stands. */
export const isWhole = ({ direction, field }: Pause) => direction === null && field === null;

/** Whether nothing at all is written to the CRM. */
export const holdsWrites = ({ pauses }: Pick<Work, "pauses">) =>
  pauses.some(({ direction, field }) => field === null && direction !== "from_crm");

type Direction = NonNullable<Pause["direction"]>;
interface Names {
  local_field: string | null;
  crm_field: string | null;
}

function holds({ pauses }: Pick<Work, "pauses">, towards: Direction, { local_field, crm_field }: Names): boolean {
  return pauses.some(
    ({ direction, field }) =>
      (direction === null || direction === towards) && (field === null || field === local_field || field === crm_field),
  );
}

/**
 * The CRM's fields that are to be as if they had not been fetched. Consent is not among them but for an opt-in that
 * PenguinMails would take over: what the CRM says against mailing is always heard.
 */
export function heldFields(work: Work, decision: Decision): string[] {
  if (work.pauses.length === 0) return [];
  const patched = new Set(patchedPaths(decision.local));
  const consent = new Set(work.active.consent.map(({ id }) => id));
  return work.active.mapping.fields.flatMap((entry) => {
    const { id, local_field, crm_field, direction, reads } = entry;
    const own = crm_field === null ? [] : [crm_field];
    const written = crm_field !== null && crm_field in decision.crm && !consent.has(id);
    if (written && holds(work, "to_crm", entry)) return own;
    const optsOut = consent.has(id) && at(decision.local, local_field ?? "") === true;
    const taken = local_field !== null && patched.has(local_field) && !optsOut;
    return taken && holds(work, "from_crm", entry) ? [...own, ...(direction === "from_crm" ? reads : [])] : [];
  });
}

/** Whether the decision is of both records as a whole, and so is carried out as a whole or not at all. */
export function waitsWhole(work: Work, { outcome, local, crm }: Decision): boolean {
  const { pauses, active } = work;
  const every = (towards: Direction) =>
    pauses.some(({ direction, field }) => field === null && (direction === null || direction === towards));
  const some = (towards: Direction, isWritten: (entry: Names) => boolean) =>
    active.mapping.fields.some((entry) => isWritten(entry) && holds(work, towards, entry));
  switch (outcome) {
    case "create_crm":
      return every("to_crm") || some("to_crm", ({ crm_field }) => crm_field !== null && crm_field in crm);
    case "create_local": {
      const patched = new Set(patchedPaths(local));
      return every("from_crm") || some("from_crm", ({ local_field }) => patched.has(local_field ?? ""));
    }
    case "delete_crm":
      return every("to_crm");
    case "delete_local":
      return every("from_crm");
    default:
      return false;
  }
}

/** Fields of a write that are not sent: consent, which is decided all the same. */
export function unsentFields(work: Work, values: Record<string, unknown>): string[] {
  return work.active.consent
    .filter(({ local, crm }) => crm in values && holds(work, "to_crm", { local_field: local, crm_field: crm }))
    .map(({ crm }) => crm);
}

/** Whether a write that was planned before holds a field that is held back by now. */
export function holdsWrite(work: Work, values: Record<string, unknown>): boolean {
  if (!work.pauses.some(({ field }) => field !== null)) return false;
  return work.active.mapping.fields.some(
    (entry) => entry.crm_field !== null && entry.crm_field in values && holds(work, "to_crm", entry),
  );
}
