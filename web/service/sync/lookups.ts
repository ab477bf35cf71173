/** Ids of other records that entries refer to (owners, accounts): asked of the CRM for exactly the values that are met. */
import type { Lookups } from "@penguinmails/crm-sync";
import { parse } from "yaml";
import type { Work } from "./context.js";
import { type Known, resolveInput } from "./decide.js";

/** By object and field; ids of which nothing is known stand under the field "". */
type Wanted = Record<string, Record<string, string[]>>;

export interface LookupTable {
  object: string;
  by: string;
}

/** What a mapping file's entries look up. */
export function lookupTables(file: string): LookupTable[] {
  const found = new Map<string, LookupTable>();
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "lookup" && typeof value?.object === "string" && typeof value.by === "string") {
        found.set(`${value.object}/${value.by}`, { object: value.object, by: value.by });
      }
      walk(value);
    }
  };
  walk(parse(file));
  return [...found.values()];
}

/** Each with the tables that its decision needs, so that the decision can be replayed from its input alone. */
export async function withLookups(work: Work, all: readonly Known[]): Promise<Known[]> {
  const { active, crm } = work;
  if (active.lookups.length === 0 || all.length === 0) return [...all];
  const encoder = new TextEncoder();
  const wanted = all.map((known) =>
    active.mapping.wantedLookups("resolve", encoder.encode(resolveInput(work, known, []))),
  );
  const named = (field: string, object: string) => [...new Set(wanted.flatMap((one) => one[object]?.[field] ?? []))];
  const asked = active.lookups.map(({ object, by }) => ({
    object,
    by,
    values: named(by, object),
    ids: named("", object),
  }));
  const tables = await crm.lookUpIds(asked.filter(({ values, ids }) => values.length + ids.length > 0));
  return all.map((known, index) => ({ ...known, lookups: part(active.lookups, tables, wanted[index] ?? {}) }));
}

/** The rows that one decision reads; a table without any says that the object is known. */
function part(all: readonly LookupTable[], tables: Lookups, wanted: Wanted): Lookups {
  const parts: Lookups = {};
  for (const { object, by } of all) {
    const values = new Set(wanted[object]?.[by]?.map((value) => value.toLowerCase()));
    const ids = new Set(wanted[object]?.[""]);
    const rows = Object.entries(tables[object]?.[by] ?? {});
    const met = rows.filter(([value, id]) => values.has(value.toLowerCase()) || (id !== null && ids.has(id)));
    parts[object] = { ...parts[object], [by]: Object.fromEntries(met) };
  }
  return parts;
}
