/** getUpdated and getDeleted: ids of a window of time, and up to when they are complete. */
import { behaves } from "../behaviours.js";
import { refuse } from "./errors.js";
import type { ObjectName } from "./ids.js";
import { dateTime } from "./presentation.js";
import { type Records, wholeSecond } from "./records.js";

behaves(
  "salesforce",
  "documented",
  "Seconds of start and end are ignored; the window is a minute or longer and begins at most 30 days ago.",
  "REST API Developer Guide, Get Updated; SOAP API Developer Guide, getUpdated()",
);
behaves(
  "salesforce",
  "documented",
  "latestDateCovered is held back to when the oldest transaction began that is still running.",
  "SOAP API Developer Guide, GetUpdatedResult; facts on two-way sync",
);
behaves(
  "salesforce",
  "documented",
  "More than 600,000 ids are refused with EXCEEDED_ID_LIMIT.",
  "SOAP API Developer Guide, getUpdated()",
);
behaves(
  "salesforce",
  "documented",
  "Losers of merges are among the deleted, winners among the updated.",
  "Apex Developer Guide, Merge Statement: triggers of a merge",
);
behaves(
  "salesforce",
  "assumed",
  "The window has its start and not its end; what was created and deleted in it is told as deleted only; what was restored, as updated only.",
  "the documents do not say",
);
behaves(
  "salesforce",
  "assumed",
  "getDeleted goes on telling of what was erased from the recycle bin.",
  "the delete log is described apart from the recycle bin",
);

const minute = 60_000;
export const maximumIds = 600_000;

interface Window {
  start: number;
  end: number;
  covered: number;
}

function windowOf(records: Records, now: number, query: URLSearchParams): Window {
  const wholeMinute = (name: string) => {
    const text = query.get(name) ?? "";
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)
      ? Date.parse(text)
      : Number.NaN;
    if (Number.isNaN(time)) throw refuse(400, "INVALID_REPLICATION_DATE", `${name} is no date`);
    return Math.floor(time / minute) * minute;
  };
  const start = wholeMinute("start");
  const end = Math.min(wholeMinute("end"), Math.floor(now / minute) * minute);
  if (end - start < minute) throw refuse(400, "INVALID_REPLICATION_DATE", "the window is shorter than a minute");
  if (start < now - 30 * 86_400_000) {
    throw refuse(400, "INVALID_REPLICATION_DATE", "Exceeded replication window. Limit of 30 days before current");
  }
  return { start, end, covered: Math.min(end, wholeSecond(records.oldestRunning() ?? end)) };
}

const within = ({ start, end }: Window, time: unknown) => typeof time === "number" && time >= start && time < end;

export function updated(records: Records, object: ObjectName, now: number, query: URLSearchParams, most = maximumIds) {
  const window = windowOf(records, now, query);
  const rows = records.all(object).filter((row) => row.IsDeleted !== true && within(window, row.SystemModstamp));
  if (rows.length > most) throw tooMany();
  return { ids: rows.map(({ Id }) => Id), latestDateCovered: dateTime(window.covered) };
}

export function deleted(records: Records, object: ObjectName, now: number, query: URLSearchParams, most = maximumIds) {
  const window = windowOf(records, now, query);
  const gone = records.deletions(object).filter(({ at }) => at >= records.deletionsSince && within(window, at));
  if (gone.length > most) throw tooMany();
  return {
    earliestDateAvailable: dateTime(records.deletionsSince),
    deletedRecords: gone.map(({ id, at }) => ({ deletedDate: dateTime(at), id })),
    latestDateCovered: dateTime(window.covered),
  };
}

const tooMany = () => refuse(400, "EXCEEDED_ID_LIMIT", "The ids of this window are too many.");
