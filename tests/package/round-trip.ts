/** The two laws of a round trip, tried with one value of one entry. */
import type { Context, Direction, Mapping } from "@penguinmails/crm-sync";
import { fits, type Side, stands, type Terms } from "./equivalence.js";

export interface Entry {
  id: string;
  local: string[];
  crm: string[];
  terms: Terms;
}

/**
 * - kept: it arrived, and what comes back is equivalent
 * - refused: it did not arrive, with a reason, and nothing was written
 * - impossible: no value of that field
 * - lost: it came back as something else, or not at all, or a default took its place
 */
export interface Trial {
  outcome: "kept" | "refused" | "lost" | "impossible";
  given: unknown;
  there?: unknown;
  back?: unknown;
  story: string;
}

const nested = (path: string[], value: unknown): object =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
const at = (record: unknown, path: string[]) =>
  path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], record);

function mapped(mapping: Mapping, toward: Direction, entry: Entry, value: unknown, context: Context) {
  const [from, to] = toward === "to_crm" ? [entry.local, entry.crm] : [entry.crm, entry.local];
  const record = nested(from, value);
  const result = toward === "to_crm" ? mapping.toCrm(record, context) : mapping.fromCrm(record, context);
  const field = result.fields.find(({ id }) => id === entry.id);
  return { intent: field?.intent, reason: field?.reason, value: at(result.record, to) };
}

/** put-get for a value of PenguinMails ("local"), get-put for one of the CRM. */
export function roundTrip(mapping: Mapping, entry: Entry, side: Side, given: unknown, lookups = {}): Trial {
  const context: Context = { now: "2026-03-01T10:00:00Z", operation: "update", lookups };
  const { terms } = entry;
  if (!fits(given, side, terms)) return { outcome: "impossible", given, story: "" };
  const [out, home]: Direction[] = side === "local" ? ["to_crm", "from_crm"] : ["from_crm", "to_crm"];
  const there = mapped(mapping, out as Direction, entry, given, context);
  const was = stands(given, side, terms, true);
  const story = (more = "") => `${there.intent} ${there.reason}${more}`;
  if (there.intent === "skip") {
    return {
      outcome: there.reason === "null" || there.reason === "absent" ? "kept" : "refused",
      given,
      story: story(),
    };
  }
  if (there.intent === "clear") return { outcome: was === "null" ? "kept" : "lost", given, story: story() };
  if (there.reason === "default_used") return { outcome: was === "null" ? "kept" : "lost", given, story: story() };
  const back = mapped(mapping, home as Direction, entry, there.value, context);
  const trial = { given, there: there.value, back: back.value, story: story(`, ${back.intent} ${back.reason}`) };
  if (back.intent === "skip") return { outcome: was === "null" ? "kept" : "lost", ...trial };
  if (stands(back.value, side, terms) === was) return { outcome: "kept", ...trial };
  return { outcome: readAlike(mapping, entry, side, given, back.value, context) ? "kept" : "lost", ...trial };
}

/** Two texts of a format that spell one value. */
function readAlike(mapping: Mapping, entry: Entry, side: Side, a: unknown, b: unknown, context: Context): boolean {
  const { terms } = entry;
  const own = side === "local" ? terms.local : terms.crmType;
  if (terms.format === undefined || (own !== "string" && own !== "any")) return false;
  const toward = side === "local" ? "to_crm" : "from_crm";
  const [one, two] = [a, b].map((text) => mapped(mapping, toward, entry, text, context));
  const other = side === "local" ? "crm" : "local";
  return stands(one?.value, other, terms) === stands(two?.value, other, terms);
}
