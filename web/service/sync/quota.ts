/**
 * How the calls of a day are shared: what compares everything takes at most half of those that are left, so that what
 * changes goes on.
 */
import type { CrmClient } from "../crm/client.js";
import type { Quota } from "../store/model.js";

const minute = 60_000;
const day = 24 * 60 * minute;
/** So long after the CRM has last told, something is tried all the same, so that it tells again. */
const looksAgain = 15 * minute;

/** With what the CRM told; null where it has told nothing new. Half is measured anew with each day, and where more is left. */
export function withTold(before: Quota | null, told: ReturnType<CrmClient["quota"]>): Quota | null {
  if (told === null || (before !== null && told.at <= Date.parse(before.at))) return null;
  const { limit, left } = told;
  const at = new Date(told.at).toISOString();
  const isSame = before !== null && left <= 2 * before.kept && told.at - Date.parse(before.since) < day;
  return {
    limit,
    left,
    at,
    ...(isSame ? { kept: before.kept, since: before.since } : { kept: Math.ceil(left / 2), since: at }),
  };
}

/** For how many milliseconds what compares everything waits; 0: it may go on. */
export function waitsForQuota(quota: Quota | null, now: number): number {
  if (quota === null || quota.left > quota.kept) return 0;
  return Math.max(0, Date.parse(quota.at) + looksAgain - now);
}
