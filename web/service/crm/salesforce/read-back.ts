/** What our writes left, which triggers and flows may have changed at once. */
import { CrmUnavailable } from "../client.js";
import type { Context } from "./context.js";
import type { outcomeOf } from "./errors.js";
import { readRecords } from "./read.js";
import type { Told } from "./records.js";

/** None where Salesforce does not answer: that they were taken is known already. */
export async function readBack(
  context: Context,
  ids: readonly string[],
  fields: readonly string[],
): Promise<Map<string, Told | null>> {
  if (ids.length === 0) return new Map();
  try {
    return await readRecords(context, ids, fields);
  } catch (error) {
    if (error instanceof CrmUnavailable) return new Map();
    throw error;
  }
}

/**
 * The outcome of a write that was taken. Where somebody else has changed the record since, what it holds now is theirs,
 * and a change that is still to be found; ours left what we sent.
 */
export function left(
  { ourself }: Context,
  id: string,
  values: Record<string, unknown>,
  held: Told | null | undefined,
): ReturnType<typeof outcomeOf> {
  const ours = held != null && held.id === id && held.deleted === undefined && isOurs(ourself, held);
  if (!ours) return { state: "written", id, record: { ...values }, updatedAt: null };
  const record: Record<string, unknown> = {};
  // A field that may be written but not read holds what was written, for all that is known.
  for (const name of Object.keys(values)) record[name] = held.fetched.includes(name) ? held.record[name] : values[name];
  return { state: "written", id, record, updatedAt: held.updatedAt };
}

/** Without knowing who we are, the last change is taken for the one that we have just made. */
function isOurs(ourself: string | null, held: Told): boolean {
  return ourself === null || held.changedBy === ourself;
}
