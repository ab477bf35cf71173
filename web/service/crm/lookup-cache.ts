/** What was looked up a moment ago is not asked again: owners and accounts change seldom, and are named by every record. */
import type { Lookups } from "@penguinmails/crm-sync";
import type { Clock } from "../clock.js";
import type { LookupWanted } from "./client.js";

const keptFor = 300_000;

/** Rows of one table that the CRM has: the field's value and the record's id, null for an inactive one. */
export type LookupRows = [value: string, id: string | null][];

export function lookupCache(clock: Clock, ask: (wanted: LookupWanted) => Promise<LookupRows>) {
  const known = new Map<string, { until: number; rows: Map<string, string | null> }>();

  return async (wanted: readonly LookupWanted[]): Promise<Lookups> => {
    const tables: Lookups = {};
    for (const { object, by, values, ids } of wanted) {
      const key = `${object}/${by}`;
      let table = known.get(key);
      if (table === undefined || table.until <= clock.now()) {
        table = { until: clock.now() + keptFor, rows: new Map() };
        known.set(key, table);
      }
      const { rows } = table;
      const seen = new Set(rows.values());
      const unknown = {
        object,
        by,
        values: values.filter((value) => !rows.has(value.toLowerCase())),
        ids: ids.filter((id) => !seen.has(id)),
      };
      if (unknown.values.length + unknown.ids.length > 0) {
        for (const [value, id] of await ask(unknown)) rows.set(value.toLowerCase(), id);
        // Nobody has that value.
        for (const value of unknown.values) if (!rows.has(value.toLowerCase())) rows.set(value.toLowerCase(), null);
      }
      tables[object] = { ...tables[object], [by]: Object.fromEntries(rows) };
    }
    return tables;
  };
}
