/** One row a mapped field: what both sides hold, what becomes of it, and why. Values are JSON text, so that 80 is not "80". */
import type { Decision, FieldDecision, FieldDescription, FieldOutcome } from "@penguinmails/crm-sync";
import { encode } from "../../bindings/package/encode.js";
import { valueAt } from "./paths.js";

/** Who is written, or why nobody is. */
export type Effect = "crm" | "local" | "both" | "review" | "error" | "none";

export interface Held {
  field: string;
  value: string | null;
}

export interface Row {
  id: string;
  local: Held[];
  crm: Held[];
  /** What both last agreed on; two values where the sides spell it differently. */
  base: string[];
  effect: Effect;
  result: string | null;
  rule: string | null;
  reason: string;
  /** What changed the value on its way. */
  steps: readonly string[];
  /** What went wrong, with its code. */
  problem: string | null;
}

export interface Records {
  local: unknown;
  crm: unknown;
}

type Decided = FieldDecision & { code?: string; detail?: string };

export function decisionRows(descriptions: readonly FieldDescription[], decision: Decision, records: Records): Row[] {
  return decision.fields.map((field: Decided) => {
    const { base_local: local, base_crm: crm, result } = field.values ?? {};
    const agreed = [local, crm].filter((value) => value !== undefined).map(json);
    return {
      id: field.id,
      ...held(descriptions, field, records),
      base: [...new Set(agreed)],
      effect: effectOf(field),
      result: result === undefined ? null : json(result),
      rule: field.rule,
      reason: field.reason,
      steps: field.steps ?? [],
      problem: field.code === undefined ? null : [field.code, field.detail].filter(Boolean).join(": "),
    };
  });
}

export function mappedRows(
  descriptions: readonly FieldDescription[],
  outcomes: readonly FieldOutcome[],
  records: Records,
  written: "local" | "crm",
): Row[] {
  return outcomes.map((outcome) => ({
    id: outcome.id,
    ...held(descriptions, outcome, records),
    base: [],
    effect: outcome.diagnostic ? "error" : outcome.intent === "skip" ? "none" : written,
    result: outcome.intent === "clear" ? "null" : outcome.value === undefined ? null : json(outcome.value),
    rule: outcome.rule,
    reason: outcome.reason,
    steps: outcome.steps ?? [],
    problem: outcome.diagnostic ? `${outcome.diagnostic.code}: ${outcome.diagnostic.message}` : null,
  }));
}

function effectOf({ status, winner }: FieldDecision): Effect {
  if (status === "review" || status === "error") return status;
  if (status !== "propagated" && status !== "resolved") return "none";
  if (winner === "both" || winner === "none") return winner;
  return winner === "crm" ? "local" : "crm";
}

/** A derived field lies on one side only; on the other stand the fields that it is calculated from. */
function held(
  descriptions: readonly FieldDescription[],
  field: { id: string; local_field: string | null; crm_field: string | null },
  records: Records,
): { local: Held[]; crm: Held[] } {
  const reads = descriptions.find(({ id }) => id === field.id)?.reads ?? [];
  const side = (name: string | null, record: unknown) => {
    const all = (name === null ? reads : [name]).map((path) => {
      const value = valueAt(record, path);
      return { field: path, value: value === undefined ? null : json(value) };
    });
    // Names that only the rows of a list have would stand there empty.
    const filled = all.filter(({ value }) => value !== null);
    return filled.length > 0 ? filled : all;
  };
  return { local: side(field.local_field, records.local), crm: side(field.crm_field, records.crm) };
}

function json(value: unknown): string {
  return encode(value, "the value");
}
