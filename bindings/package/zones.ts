/**
 * Tables of time zones for the engine, which has no database of its own: read off the host's Intl, zone by zone as
 * expressions and mapping files name them, so that nothing calls back into JavaScript while it evaluates.
 */
import type { Diagnostic, ZoneTables } from "./types.js";

/** Seconds since 1970. Before the first and behind the last moment the offset there holds for ever. */
const first = Date.UTC(1850, 0) / 1000;
const last = Date.UTC(2100, 0) / 1000;
/**
 * Between two looks at the clock: no zone has gone to another offset and back within less. The shortest that IANA knows
 * are seven days (Recife in 2000, Gaza in Ramadans to come), but for four in Freetown's September of 1939, which this
 * grid meets.
 */
const step = 6.9 * 86_400;

/** More than anyone means; the rest are then unknown. */
const most = 100;

/** By the names that Intl has for them, of which there are some hundreds. */
const tables = new Map<string, number[]>();

/** The tables that diagnostics ask for; nothing where they ask for none. */
export function lacking(diagnostics: readonly Pick<Diagnostic, "zones">[]): ZoneTables | undefined {
  const zones = new Set(diagnostics.flatMap(({ zones = [] }) => zones));
  if (zones.size === 0) return undefined;
  return Object.fromEntries([...zones].slice(0, most).map((zone) => [zone, tableOf(zone)]));
}

/** The table of a zone; of a name that Intl does not know, the names that it does. */
export function tableOf(zone: string): number[] | string[] {
  const format = formatIn(zone);
  if (format === undefined) return Intl.supportedValuesOf("timeZone");
  const name = format.resolvedOptions().timeZone;
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = transitions((seconds) => offsetAt(format, seconds));
  tables.set(name, table);
  return table;
}

function transitions(offset: (seconds: number) => number): number[] {
  let before = first;
  let current = offset(before);
  const table = [current];
  for (let after = first + step; before < last; after += step) {
    // More than one transition may lie between two looks: then the first of them is found, and the rest from there.
    for (const reached = offset(after); reached !== current; ) {
      let early = before;
      let late = after;
      while (late - early > 1) {
        const middle = Math.floor((early + late) / 2);
        if (offset(middle) === current) early = middle;
        else late = middle;
      }
      current = offset(late);
      table.push(late, current);
      before = late;
    }
    before = after;
  }
  return table;
}

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  const digits = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", second: "numeric", ...digits });
  } catch {
    return undefined;
  }
}

/** What the clock that a format shows is ahead of UTC, in seconds. */
function offsetAt(format: Intl.DateTimeFormat, seconds: number): number {
  // 7/23/1911, 10:10:38
  const [month = 0, day, year = 0, hour, minute, second] = format
    .format(seconds * 1000)
    .split(/\D+/)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - seconds;
}
