/**
 * What the CRM has refused for good, by field and value, so that it is not asked again and again: a refused field is left
 * alone until its value changes or somebody replays the dead letter, and all other fields flow.
 */
import type { OpenIntent } from "../store/model.js";
import { writtenHash } from "./fights.js";

/** As it is kept with the link. */
type Refusals = Record<string, string>;

const read = (kept: string | null): Refusals => (kept === null ? {} : (JSON.parse(kept) as Refusals));

/** The fields of a write that would be refused again. */
export function refusedFields(kept: string | null, values: Record<string, unknown>): string[] {
  const refusals = read(kept);
  return Object.entries(values).flatMap(([field, value]) => (refusals[field] === writtenHash(value) ? [field] : []));
}

/** With one more refusal: of the fields that the CRM named, else of the whole write. */
export function refuse(kept: string | null, { write }: OpenIntent, named: readonly string[]): string | null {
  if (write.kind === "delete") return kept;
  const known = named.filter((field) => field in write.values);
  const fields = known.length > 0 ? known : Object.keys(write.values);
  return JSON.stringify({
    ...read(kept),
    ...Object.fromEntries(fields.map((field) => [field, writtenHash(write.values[field])])),
  });
}

/** Of what was taken after all nothing is refused any more. */
export function allow(kept: string | null, taken: Record<string, unknown>): string | null {
  const left = Object.entries(read(kept)).filter(([field]) => !(field in taken));
  return left.length === 0 ? null : JSON.stringify(Object.fromEntries(left));
}
