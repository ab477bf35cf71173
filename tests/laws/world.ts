/** A mapping, an input and its decision, with what the laws ask of them. Fields have one name on both sides. */
import type { Decision, Engine, Mapping, ResolveInput } from "@penguinmails/crm-sync";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Row = Record<string, Json>;

export interface Entry {
  penguinmails_field: string;
  crm_field: string;
  direction?: "bidirectional" | "to_crm" | "from_crm";
  conflict?: string | { expression: string };
  on_blank?: "keep";
  on_too_long?: "truncate";
  lossy?: "acknowledged";
}

export interface File {
  conflict_resolution: { first_contact?: string; tie?: string; evidence?: string; groups?: string[][] };
  catalog: { penguinmails: Record<string, Json>; crm: Record<string, Json> };
  field_mapping: Entry[];
}

export interface Side {
  record: Row;
  fetched?: string[];
  updated_at?: string;
  field_times?: Record<string, string>;
  acts?: Row;
}

export interface Base {
  local: Row;
  crm: Row;
  [part: string]: Json;
}

export interface Input {
  link: string;
  local: Side;
  crm: Side;
  base: Base | null;
  reviews?: object[];
  suppressions?: { topic: string; since: string; source: string }[];
  now: string;
}

export const sides = ["local", "crm"] as const;
export type SideName = (typeof sides)[number];
export const other = (side: SideName): SideName => (side === "local" ? "crm" : "local");

/** RFC 7396, of flat records. */
export function applied(record: Row, patch: Row): Row {
  const result = { ...record, ...patch };
  for (const [name, value] of Object.entries(patch)) if (value === null) delete result[name];
  return result;
}

/** One field of a world. */
export class Field {
  readonly name: string;
  readonly type: string;
  readonly strategy: string;
  readonly bidirectional: boolean;
  readonly keepsBlanks: boolean;
  readonly suppression: boolean;

  constructor(
    entry: Entry,
    readonly index: number,
    type: Json | undefined,
    /** The fields that win or lose with it, itself among them. */
    readonly group: string[] | undefined,
  ) {
    this.name = entry.penguinmails_field;
    this.strategy = typeof entry.conflict === "object" ? "expression" : (entry.conflict ?? "newest_wins");
    this.type = String(type !== null && typeof type === "object" ? (type as Row).type : type);
    this.suppression = this.type === "suppression";
    this.bidirectional = !this.suppression && (entry.direction ?? "bidirectional") === "bidirectional";
    this.keepsBlanks = entry.on_blank === "keep";
  }

  /** Equal for values that are one: nothing is nothing however it is spelled, and a selection is a set. */
  meaning(value: Json | undefined): string {
    if (Array.isArray(value)) return value.length === 0 ? "null" : JSON.stringify([...new Set(value)].sort());
    return value === undefined || (value === "" && !this.keepsBlanks) ? "null" : JSON.stringify(value);
  }

  /** Whether it overrules a change of one side alone. */
  get always(): boolean {
    return this.strategy.startsWith("always_");
  }
}

/** A compiled file; its worlds share it. */
export class Rules {
  readonly mapping: Mapping;
  readonly fields: Field[];
  #mirror?: Rules;
  readonly #alone: Rules[] = [];

  constructor(
    readonly engine: Engine,
    readonly file: File,
  ) {
    const { mapping, diagnostics } = engine.compile(JSON.stringify(file));
    if (mapping === null) throw new Error(JSON.stringify(diagnostics));
    this.mapping = mapping;
    this.fields = file.field_mapping.map((entry, index) => {
      const group = file.conflict_resolution.groups?.find((names) => names.includes(entry.penguinmails_field));
      return new Field(entry, index, file.catalog.penguinmails[entry.penguinmails_field], group);
    });
  }

  resolve(input: Input): Decision {
    return this.mapping.resolve(input as unknown as ResolveInput);
  }

  get mirror(): Rules {
    this.#mirror ??= new Rules(this.engine, mirrored(this.file));
    return this.#mirror;
  }

  /** The rules of one field. */
  alone({ index }: Field): Rules {
    const { groups: _, ...conflict_resolution } = this.file.conflict_resolution;
    const field_mapping = this.file.field_mapping.slice(index, index + 1);
    this.#alone[index] ??= new Rules(this.engine, { ...this.file, conflict_resolution, field_mapping });
    return this.#alone[index];
  }

  dispose(): void {
    this.#mirror?.dispose();
    for (const rules of this.#alone) rules?.dispose();
    this.mapping.dispose();
  }
}

/** Names that mean the other side in a mirror. */
const swaps: Record<string, string> = Object.fromEntries(
  [
    ["crm_wins", "penguinmails_wins"],
    ["always_crm", "always_penguinmails"],
    ["prefer_crm_unless_blank", "prefer_penguinmails_unless_blank"],
    ["crm", "penguinmails"],
    ["to_crm", "from_crm"],
  ].flatMap(([one = "", another = ""]) => [
    [one, another],
    [another, one],
  ]),
);
const swapped = <T>(name: T): T => (typeof name === "string" ? ((swaps[name] ?? name) as T) : name);

/** The file with its sides swapped. Its expressions must not care which side is which. */
function mirrored({ conflict_resolution: rules, catalog, field_mapping }: File): File {
  return {
    conflict_resolution: {
      ...rules,
      first_contact: swapped(rules.first_contact ?? "strategy"),
      tie: swapped(rules.tie ?? "crm_wins"),
    },
    catalog: { penguinmails: catalog.crm, crm: catalog.penguinmails },
    field_mapping: field_mapping.map((entry) => ({
      ...entry,
      penguinmails_field: entry.crm_field,
      crm_field: entry.penguinmails_field,
      direction: swapped(entry.direction ?? "bidirectional"),
      ...(entry.conflict !== undefined && { conflict: swapped(entry.conflict) }),
    })),
  };
}

export class World {
  #decision?: Decision;
  #after?: Input;
  #again?: Decision;

  constructor(
    readonly rules: Rules,
    readonly input: Input,
  ) {}

  get fields(): Field[] {
    return this.rules.fields;
  }

  get decision(): Decision {
    this.#decision ??= this.rules.resolve(this.input);
    return this.#decision;
  }

  /** Both writes taken as they were sent, and acknowledged. */
  get after(): Input {
    this.#after ??= this.written(this.decision);
    return this.#after;
  }

  /** What is decided then. */
  get again(): Decision {
    this.#again ??= this.rules.resolve(this.after);
    return this.#again;
  }

  /** The input after a decision was written, with the reviews that it has opened; `respell` is what the CRM makes of what it takes. */
  written(decision: Decision, respell = (patch: Row) => patch): Input {
    const local = { ...this.input.local, record: applied(this.input.local.record, decision.local as Row) };
    const crm = { ...this.input.crm, record: applied(this.input.crm.record, respell(decision.crm as Row)) };
    const { base } = this.rules.mapping.acknowledge(decision, { local: local.record, crm: crm.record });
    return { ...this.input, local, crm, base: base as Base | null, reviews: decision.reviews };
  }

  known(field: Field): boolean {
    return sides.every((side) => this.input[side].fetched?.includes(field.name) ?? true);
  }

  hasBase({ name }: Field): boolean {
    const { base } = this.input;
    return base !== null && base.local[name] !== undefined && base.crm[name] !== undefined;
  }

  meaning(field: Field, side: SideName): string {
    return field.meaning(this.input[side].record[field.name]);
  }

  same(field: Field): boolean {
    return this.meaning(field, "local") === this.meaning(field, "crm");
  }

  changed(field: Field, side: SideName): boolean {
    return this.meaning(field, side) !== field.meaning(this.input.base?.[side][field.name]);
  }

  /** Both sides changed it, differently, since they agreed. */
  inConflict(field: Field): boolean {
    return (
      field.bidirectional &&
      this.known(field) &&
      this.hasBase(field) &&
      !this.same(field) &&
      sides.every((side) => this.changed(field, side))
    );
  }

  /** The one side that changed the field, or any field of its group; undefined where it is none or both. */
  onlyChangedBy(field: Field): SideName | undefined {
    const group = field.group ? this.fields.filter(({ name }) => field.group?.includes(name)) : [field];
    const comparable = group.every((one) => one.bidirectional && this.known(one) && this.hasBase(one));
    if (!comparable) return undefined;
    const by = sides.filter((side) => group.some((one) => this.changed(one, side)));
    return by.length === 1 ? by[0] : undefined;
  }
}
