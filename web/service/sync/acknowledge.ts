/** What both sides agree on once the CRM has said what it holds. */
import type { Decision } from "@penguinmails/crm-sync";
import type { Link } from "../store/model.js";
import type { ActiveMapping } from "./mappings.js";

export function acknowledge(
  { mapping, consent }: ActiveMapping,
  decision: Decision,
  held: Record<string, unknown>,
  before: Link["base"],
) {
  // A revert has a base of its own, in which the CRM's part is as the CRM holds it now.
  if ((decision.outcome as string) === "reverted") {
    const crm = { ...(decision.base?.crm as Record<string, unknown> | undefined) };
    for (const name of Object.keys(decision.crm)) if (name in held) crm[name] = held[name];
    return { fields: [], base: { ...decision.base, crm } };
  }
  const { base, fields } = mapping.acknowledge(decision, { crm: held });
  // An opt-in that the CRM does not take leaves its opt-out as old as it was; without a time nothing could ever lift it.
  const left = fields.filter(({ id, result }) => result === "not_taken" && consent.some((one) => one.id === id));
  const then = (before?.agreed_at ?? {}) as Record<string, unknown>;
  const times = Object.fromEntries(left.flatMap(({ id }) => (id in then ? [[id, then[id]]] : [])));
  const now = (base?.agreed_at ?? {}) as Record<string, unknown>;
  return { fields, base: base === null ? null : { ...base, agreed_at: { ...times, ...now } } };
}
