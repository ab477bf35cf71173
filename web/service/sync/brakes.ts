/**
 * When a mapping does too much: shares of the pairs that were looked at. Where everything is compared, every effect is
 * counted. What was found since it changed has nearly always something to be written or created: of that only what
 * destroys is counted.
 */
import { type Brakes, type Effect, type Effects, effects, type IntegrationSettings } from "../store/model.js";

/** Of the first of these that has one. */
const usual: Readonly<Record<Effect, number>> = {
  crm_changed: 0.5,
  local_changed: 0.5,
  cleared: 0.2,
  created: 0.5,
  deleted: 0.1,
  opted_in: 0.05,
};

export const brakesOf = ({ brakes }: Pick<IntegrationSettings, "brakes">): Brakes => ({
  minimum: brakes?.minimum ?? 50,
  shares: { ...usual, ...brakes?.shares },
});

export interface Counted {
  effects: Effects;
  looked: number;
  /** What a person was shown before, and let happen. */
  allowed: Effects["pairs"];
  /** Everything is compared, and not what has changed alone. */
  whole: boolean;
}

export interface Exceeded {
  brake: Effect;
  count: number;
  of: number;
  limit: number;
  fields: string[];
}

const destructive: readonly Effect[] = ["cleared", "deleted", "opted_in"];

export function exceeded(brakes: Brakes, { effects: done, looked, allowed, whole }: Counted): Exceeded | null {
  if (looked < brakes.minimum) return null;
  for (const brake of whole ? effects : destructive) {
    const limit = brakes.shares[brake] ?? 1;
    const count = (done.pairs[brake] ?? 0) - (allowed[brake] ?? 0);
    if (count > limit * looked) return { brake, count, of: looked, limit, fields: fieldsOf(brake, done) };
  }
  return null;
}

/** The names that it is about, those that it concerns most often first. */
function fieldsOf(brake: Effect, { fields }: Effects): string[] {
  const concerns = {
    crm_changed: fields.filter(({ side }) => side === "crm"),
    local_changed: fields.filter(({ side }) => side === "local"),
    cleared: fields.filter(({ cleared }) => cleared > 0),
  }[brake as string];
  const count = (one: Effects["fields"][number]) =>
    brake === "cleared" ? one.cleared : one.filled + one.changed + one.cleared;
  return (concerns ?? [])
    .toSorted((one, other) => count(other) - count(one))
    .slice(0, 10)
    .map(({ field }) => field);
}

const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;

export const inWords = ({ brake, count, of, limit, fields }: Exceeded) =>
  `${brake}: ${count} of ${of} (${percent(count / of)}), the limit is ${percent(limit)}${
    fields.length > 0 ? `; ${fields.join(", ")}` : ""
  }`;
