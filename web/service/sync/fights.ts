/**
 * Somebody in the CRM, another integration say, undoes what we write, and we would write it again for ever. The same
 * value written to the same field a third time within the hour is such a fight: the field is left alone from then on, and
 * an alert says so.
 */
import type { Link } from "../store/model.js";
import { valueHash } from "./hash.js";

const within = 3_600_000;
const allowed = 2;
/** Of each field so many writes are remembered. */
const remembered = 6;

export const writtenHash = (value: unknown) =>
  valueHash(JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}n` : part)) ?? "");

/** The fields of a write over which there is a fight. */
export function foughtOver(link: Link | null, values: Record<string, unknown>, now: number): string[] {
  if (link === null) return [];
  return Object.entries(values).flatMap(([field, value]) => {
    const hash = writtenHash(value);
    const lately = (link.wrote[field] ?? []).filter((one) => one.hash === hash && now - Date.parse(one.at) < within);
    return lately.length >= allowed ? [field] : [];
  });
}

/** What is remembered once the values have been written. */
export function remember(wrote: Link["wrote"], values: Record<string, unknown>, at: string): Link["wrote"] {
  const all = { ...wrote };
  for (const [field, value] of Object.entries(values)) {
    all[field] = [...(all[field] ?? []), { hash: writtenHash(value), at }].slice(-remembered);
  }
  return all;
}
