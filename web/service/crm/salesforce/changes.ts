/**
 * What changed: by getUpdated and getDeleted, whose answers say up to when they are complete. Transactions that began
 * before then and have not ended are why that is earlier than what was asked for, at times by hours; it is read again
 * from there. Losers of merges are among the deleted.
 */
import { type ChangePage, CrmUnavailable, type Cursor } from "../client.js";
import { changesReach, dataPath } from "./api.js";
import type { Context } from "./context.js";
import { unavailable } from "./errors.js";
import { longId } from "./ids.js";

/** Windows are cut to whole minutes' worth: start and end must be more than one apart. */
const shortest = 61_000;
/** More are asked for in shorter windows, so that a page can be kept at once; Salesforce's own limit is 600,000. */
const manyIds = 50_000;

/** The cursor: `since` is where both lists are complete; `window`, while there is too much for a longer one. */
interface Position {
  since: string;
  window?: number;
}

/** Windows are in Salesforce's time: ours may be ahead, and a window that has not begun there is refused. */
function timeThere({ requests, clock }: Context): number {
  const ours = clock.now();
  return wholeSecond(requests.theirTime(ours) ?? ours);
}

export async function readChanges(context: Context, cursor: Cursor | null): Promise<ChangePage> {
  const now = timeThere(context);
  try {
    return await readUntil(context, now, cursor);
  } catch (error) {
    // Even a refusal tells what time it is there.
    if (Math.abs(timeThere(context) - now) < 2_000) throw error;
    return readUntil(context, timeThere(context), cursor);
  }
}

async function readUntil(context: Context, now: number, cursor: Cursor | null): Promise<ChangePage> {
  if (cursor === null) {
    // From where Salesforce says that all is told: a transaction that is under way may be older than now.
    const begun = await changesIn(context, now - shortest, now);
    const covered = begun === "too many" ? now : Math.min(begun.covered, now);
    return { ids: [], cursor: { since: time(covered) } satisfies Position, more: false };
  }
  const { since, window = Number.POSITIVE_INFINITY } = cursor as unknown as Position;
  const from = Date.parse(since);
  if (Number.isNaN(from)) throw new CrmUnavailable("broken", "the cursor has no time");
  if (from < now - changesReach) return { ...(await readUntil(context, now, null)), missed: true };
  // At least a minute, if need be of what was read before.
  const start = Math.min(wholeSecond(from), now - shortest);
  for (let length = Math.min(Math.max(window, shortest), now - start); ; length = Math.max(length / 2, shortest)) {
    const end = wholeSecond(start + length);
    const found = await changesIn(context, start, end);
    if (found === "too many") {
      if (length > shortest) continue;
      // Not even a minute can be told: everything is to be looked at.
      return { ids: [], cursor: { since: time(end) } satisfies Position, more: end < now, missed: true };
    }
    if (found.earliest > start) return { ...(await readUntil(context, now, null)), missed: true };
    const next = Math.max(Math.min(found.covered, end), from);
    const position: Position = { since: time(next), ...(end < now && { window: length * 2 }) };
    return { ids: found.ids, cursor: { ...position }, more: end < now && next > from };
  }
}

interface Found {
  ids: string[];
  /** Both lists are complete up to here. */
  covered: number;
  /** What was deleted before is not told any more. */
  earliest: number;
}

async function changesIn(context: Context, start: number, end: number): Promise<Found | "too many"> {
  const updated = await listOf(context, "updated", start, end);
  if (updated === "too many") return updated;
  const deleted = await listOf(context, "deleted", start, end);
  if (deleted === "too many") return deleted;
  const gone = Array.isArray(deleted.deletedRecords) ? (deleted.deletedRecords as { id?: unknown }[]) : [];
  const told: unknown[] = [...(Array.isArray(updated.ids) ? updated.ids : []), ...gone.map((one) => one?.id)];
  const ids = [...new Set(told.flatMap((id) => longId(id) ?? []))];
  if (ids.length > manyIds && end - start > shortest) return "too many";
  const covered = Math.min(moment(updated.latestDateCovered), moment(deleted.latestDateCovered));
  if (Number.isNaN(covered)) throw new CrmUnavailable("broken", "no latestDateCovered");
  return { ids, covered, earliest: moment(deleted.earliestDateAvailable) || 0 };
}

async function listOf(
  { requests, object }: Context,
  list: "updated" | "deleted",
  start: number,
  end: number,
): Promise<Record<string, unknown> | "too many"> {
  const query = `start=${encodeURIComponent(time(start))}&end=${encodeURIComponent(time(end))}`;
  const { status, body, errors } = await requests.read("GET", `${dataPath}/sobjects/${object}/${list}/?${query}`);
  if (status === 200) return (body ?? {}) as Record<string, unknown>;
  if (errors.some(({ code }) => code === "EXCEEDED_ID_LIMIT")) return "too many";
  throw unavailable(status, errors);
}

const wholeSecond = (milliseconds: number) => Math.floor(milliseconds / 1000) * 1000;
const time = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "+00:00");
const moment = (value: unknown) => (typeof value === "string" ? Date.parse(value.replace(/\+0000$/, "Z")) : Number.NaN);
