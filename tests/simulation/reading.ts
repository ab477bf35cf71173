/** What a sync gets to see of one side: the record as it stands, some of it, and what is told of its times. */
import type { Side } from "@penguinmails/crm-sync";
import { fields, optOut, type SideName, type Values } from "./fields.js";
import type { Version } from "./lineage.js";
import { iso, type Store, type Stored, spelledRecord } from "./store.js";
import type { World } from "./world.js";

export interface Reading {
  side: Side | null;
  /** The record that is read; where it was merged, the one that stands for it. */
  record: Stored | undefined;
  /** As it was when it was read. */
  values: Values;
  versions: Map<string, Version>;
  fetched: Set<string>;
  updatedAt: number;
  /** When it was really read. */
  at: number;
}

/** Of a record that was merged, the one it was merged into. */
export function survivorOf(store: Store, id: string | null): Stored | undefined {
  let record = store.get(id);
  while (record?.mergedInto !== undefined) record = store.get(record.mergedInto);
  return record;
}

export function read(world: World, name: SideName, id: string | null): Reading {
  const store = world.store(name);
  const record = survivorOf(store, id);
  const reading: Reading = {
    side: null,
    record,
    values: { ...record?.values },
    versions: new Map(record?.versions),
    fetched: new Set(fields.map((one) => one.name)),
    updatedAt: record?.updatedAt ?? 0,
    at: world.now,
  };
  if (!record) return reading;
  if (record.deleted !== undefined) {
    reading.side = { deleted: record.deleted };
    if (record.deletedAt !== undefined && !world.fails(0.2)) reading.side.deleted_at = iso(record.deletedAt);
    return reading;
  }
  const partial = name === "crm" && world.fails(0.1);
  const told = partial ? fields.filter(() => !world.fails(0.4)) : fields;
  reading.fetched = new Set(told.map((one) => one.name));
  reading.side = { record: spelledRecord(name, record.values, told), updated_at: iso(record.updatedAt) };
  if (name === "crm") reading.side.fetched = told.map((one) => one.crm);
  // Whether a side has times of fields is its own affair; each contact has another such CRM.
  if ((world.contact >> (name === "crm" ? 0 : 1)) % 2 === 0) {
    reading.side.field_times = Object.fromEntries(
      fields.flatMap((one) => {
        const time = record.fieldTimes[one.name];
        return time === undefined ? [] : [[name === "crm" ? one.crm : one.name, iso(time)]];
      }),
    );
  }
  if (record.act) reading.side.acts = { [name === "crm" ? optOut.crm : optOut.name]: record.act };
  if (id !== record.id) reading.side.merged_into = record.id;
  return reading;
}
