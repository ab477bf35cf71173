/** Reading records by id, by our key and by address; from the database, never from the search index. */
import type { CrmRecord } from "../client.js";
import type { Context } from "./context.js";
import { longId, objectOf } from "./ids.js";
import { select } from "./query.js";
import { becameOf, recordOf, systemFields, type Told } from "./records.js";
import { distinct, literal } from "./soql.js";

/** A merge of merges of merges; beyond that it is a circle. */
const mergesDeep = 8;

/** By the ids as they were asked for; with the survivor where one was merged away or converted. */
export async function readRecords(
  context: Context,
  ids: readonly string[],
  fields: readonly string[],
): Promise<Map<string, Told | null>> {
  const found = new Map<string, Told>();
  const became = new Map<string, string>();
  let asking = new Set(ids.flatMap((id) => longId(id) ?? []));
  for (let depth = 0; asking.size > 0 && depth < mergesDeep; depth++) {
    for (const row of await rowsOf(context, [...asking], fields)) {
      found.set(row.told.id, row.told);
      if (row.became !== null) became.set(row.told.id, row.became);
    }
    asking = new Set([...became.values()].filter((id) => !found.has(id) && !asking.has(id)));
  }
  return new Map(ids.map((id) => [id, lastOf(longId(id), found, became)]));
}

async function rowsOf(context: Context, ids: readonly string[], fields: readonly string[]) {
  const byObject = new Map<string, string[]>();
  for (const id of ids) {
    const object = objectOf(id, context.object);
    byObject.set(object, [...(byObject.get(object) ?? []), id]);
  }
  const all: { told: Told; became: string | null }[] = [];
  for (const [object, some] of byObject) {
    const among = { field: "Id", literals: some.map((id) => `'${id}'`) };
    const wanted = distinct(fields);
    const read = await select(context.requests, "queryAll", systemFields(object), wanted, { object, among });
    for (const row of read.rows) all.push({ told: recordOf(row, read.fields), became: becameOf(row) });
  }
  return all;
}

/** Follows merges; where the survivor is not to be had, the record itself says that it is deleted. */
function lastOf(id: string | null, found: ReadonlyMap<string, Told>, became: ReadonlyMap<string, string>) {
  let last = id === null ? undefined : found.get(id);
  const passed = new Set<string>();
  while (last !== undefined && !passed.has(last.id)) {
    passed.add(last.id);
    const next = found.get(became.get(last.id) ?? "");
    if (next === undefined) return last;
    last = next;
  }
  return last ?? null;
}

/** What a contact was before: of a merge the losers, of a conversion the lead. */
export async function losersOf(context: Context, ids: readonly string[]): Promise<Map<string, string[]>> {
  const literals = ids.flatMap((id) => longId(id) ?? []).map((id) => `'${id}'`);
  const losers = new Map<string, string[]>();
  const ways: [object: string, field: string][] = [["Contact", "MasterRecordId"]];
  if (context.object === "Lead") ways.push(["Lead", "MasterRecordId"], ["Lead", "ConvertedContactId"]);
  for (const [object, field] of literals.length > 0 ? ways : []) {
    const { rows } = await select(context.requests, "queryAll", ["Id", field], [], {
      object,
      among: { field, literals },
    });
    for (const row of rows) {
      const [loser, survivor] = [longId(row.Id), longId(row[field])];
      if (loser !== null && survivor !== null) losers.set(survivor, [...(losers.get(survivor) ?? []), loser]);
    }
  }
  return losers;
}

/** Live records whose field holds one of the values, in whatever case: by the values as they were asked for. */
export async function findRecords(
  { requests, object }: Context,
  field: string,
  values: readonly string[],
  fields: readonly string[],
): Promise<Map<string, Told[]>> {
  const literals = [...new Set(values.flatMap((value) => literal(value) ?? []))];
  if (literals.length === 0) return new Map();
  const wanted = distinct(fields);
  const { rows, fields: fetched } = await select(requests, "query", [...systemFields(object), field], wanted, {
    object,
    among: { field, literals },
    orderBy: "Id",
  });
  const holders = new Map<string, Told[]>();
  for (const row of rows) {
    const held = row[field];
    if (typeof held !== "string") continue;
    const told = recordOf(row, fetched);
    holders.set(held.toLowerCase(), [...(holders.get(held.toLowerCase()) ?? []), told]);
  }
  return new Map(
    values.flatMap((value) => {
      const held = holders.get(value.toLowerCase());
      return held === undefined ? [] : [[value, held] as const];
    }),
  );
}

/** Without what only the client itself wants to know. */
export function plain({ changedBy: _, ...record }: Told): CrmRecord {
  return record;
}
