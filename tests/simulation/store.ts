/** One side: its records, its clock, what it makes of values, and, hidden from all who sync, who knew what. */
import { type Field, field, fields, type SideName, spelledByCrm, type Values } from "./fields.js";
import type { Version } from "./lineage.js";

export interface Act {
  by: string;
  at: string;
  source: string;
}

export interface Stored {
  id: string;
  values: Values;
  /** By the side's own clock, in milliseconds; grows with every change. */
  updatedAt: number;
  fieldTimes: Record<string, number>;
  act?: Act;
  deleted?: true | "privacy";
  deletedAt?: number;
  /** When it was really deleted. */
  reallyDeletedAt?: number;
  mergedInto?: string;
  /** What writes of a sync left in each field, by the write: a CRM's history of properties. */
  written: Map<string, Values>;
  versions: Map<string, Version>;
}

export const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

export class Store {
  readonly records = new Map<string, Stored>();
  #made = 0;

  constructor(
    readonly side: SideName,
    /** How far the side's clock is ahead, in milliseconds. */
    readonly ahead: number,
    /** What a new record holds of each unit: nothing, which nobody has filled. */
    readonly origins: ReadonlyMap<string, Version>,
  ) {}

  get(id: string | null): Stored | undefined {
    return id === null ? undefined : this.records.get(id);
  }

  live(): Stored[] {
    return [...this.records.values()].filter(({ deleted }) => deleted === undefined);
  }

  create(values: Values, at: number): Stored {
    const versions = new Map(this.origins);
    const id = `${this.side}-${++this.#made}`;
    const record: Stored = { id, values: {}, updatedAt: 0, fieldTimes: {}, written: new Map(), versions };
    for (const one of fields) record.values[one.name] = null;
    this.records.set(id, record);
    this.put(record, values, at);
    return record;
  }

  /** Gives whether anything changed. */
  put(record: Stored, values: Values, at: number): boolean {
    let changed = false;
    for (const [name, given] of Object.entries(values)) {
      const value = this.spelled(field(name), given);
      if (JSON.stringify(record.values[name] ?? null) === JSON.stringify(value ?? null)) continue;
      record.values[name] = value;
      record.fieldTimes[name] = at + this.ahead;
      changed = true;
    }
    if (changed) this.touch(record, at);
    return changed;
  }

  touch(record: Stored, at: number): void {
    record.updatedAt = Math.max(at + this.ahead, record.updatedAt + 1);
  }

  remove(record: Stored, at: number, how: true | "privacy"): void {
    record.deleted = how;
    record.deletedAt = at + this.ahead;
    record.reallyDeletedAt = at;
  }

  private spelled(one: Field, value: unknown): unknown {
    return this.side === "crm" ? spelledByCrm(one, value) : (value ?? null);
  }
}

/** The side's record as it is spelled there: PenguinMails' nested, the CRM's flat and in its names. */
export function spelledRecord(side: SideName, values: Values, of: readonly Field[] = fields): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const one of of) {
    const value = values[one.name] ?? null;
    if (side === "crm") {
      record[one.crm] = value;
      continue;
    }
    const [whole = "", part] = one.name.split(".");
    if (part === undefined) record[whole] = value;
    else record[whole] = { ...(record[whole] as object | undefined), [part]: value };
  }
  return record;
}

/** What a patch says of each field, in the side's own values. */
export function patchedValues(side: SideName, patch: Record<string, unknown>): Values {
  const values: Values = {};
  for (const one of fields) {
    const [whole = "", part] = one.name.split(".");
    const holder = side === "crm" || part === undefined ? patch : (patch[whole] as Record<string, unknown> | undefined);
    const key = side === "crm" ? one.crm : (part ?? whole);
    if (holder && key in holder) values[one.name] = holder[key];
  }
  return values;
}
