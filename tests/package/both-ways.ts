/** What a mapping file says of the entries that go both ways, and random records with values for them. */
import type { CatalogField, Engine, FieldDescription, Mapping } from "@penguinmails/crm-sync";
import fc from "fast-check";
import { parse } from "yaml";
import { put, type Side } from "./laws.js";
import { texts, tighter, valuesOf, type Wire } from "./values.js";

/** As it stands in a file. */
export interface Written {
  normalize?: string[] | undefined;
  phone_region?: string;
  on_blank?: string | undefined;
  format?: unknown;
  value_map?: string | Record<string, unknown> | undefined;
  [more: string]: unknown;
}

interface File {
  crm?: string;
  object?: string;
  field_mapping: Record<string, Written> | Written[];
  value_maps?: Record<string, Record<string, unknown>>;
  catalog?: Record<"penguinmails" | "crm", Record<string, CatalogField | string>>;
}

export interface Entry extends FieldDescription {
  local_field: string;
  crm_field: string;
  local_type: string;
  crm_type: string;
  written: Written;
  /** The value map: each value of PenguinMails with the CRM's, of which the first is written. */
  map: [local: string, crm: string[]][];
  wire: Wire;
  /** What the catalogs say of its fields. */
  facts: Record<Side, CatalogField>;
}

export function bothWays(engine: Engine, mapping: Mapping, source: string): Entry[] {
  const file = parse(source) as File;
  const written = Object.values(file.field_mapping);
  const wire = file.crm === "hubspot" || file.crm === "salesforce" ? file.crm : "json";
  const builtIn = wire === "json" ? {} : engine.catalog(wire, file.object);
  return mapping.fields.flatMap((field, i) => {
    if (field.direction !== "bidirectional") return [];
    const own = written[i] ?? {};
    const map = typeof own.value_map === "string" ? file.value_maps?.[own.value_map] : own.value_map;
    const factsOf = (side: "penguinmails" | "crm", name: string | null): CatalogField => {
      const said = file.catalog?.[side]?.[name ?? ""];
      return { ...(side === "crm" && builtIn[name ?? ""]), ...(typeof said === "object" && said) };
    };
    const facts = { local: factsOf("penguinmails", field.local_field), crm: factsOf("crm", field.crm_field) };
    const pairs = Object.entries(map ?? {}).map(
      ([local, crm]) => [local, [crm].flat().map(String)] as [string, string[]],
    );
    return [{ ...(field as Entry), written: own, map: pairs, wire, facts }];
  });
}

/**
 * What a field may hold. A text of HubSpot's that begins with ";" is left out: the engine does not write one back, since
 * the same text would be added to a multi-select instead of set (REC009).
 */
function mayHold({ facts, wire, local_type, crm_type }: Entry, side: Side): (value: unknown) => boolean {
  const { max_length = Number.POSITIVE_INFINITY, nullable = true, required = false, values = [] } = facts[side];
  const mayBeEmpty = side === "local" || (nullable && !required);
  return (value) => {
    if (value === null) return mayBeEmpty;
    if (typeof value === "object" && !/multi_enum|list|map|any/.test(side === "local" ? local_type : crm_type))
      return false;
    if (Array.isArray(value)) return values.length === 0 || value.every((one) => values.includes(one));
    if (typeof value !== "string") return String(value).length <= max_length;
    if (value.length > max_length || (side === "crm" && wire === "hubspot" && value.trim().startsWith(";")))
      return false;
    if (value.trim() === "") return mayBeEmpty;
    return values.length === 0 || value.split(";").every((one) => values.includes(one.trim()));
  };
}

/** Values of the field's own type, of the other side's, of no type at all, and nothing. */
function valueFor(entry: Entry, side: Side): fc.Arbitrary<unknown> {
  const wire = side === "local" ? "json" : entry.wire;
  const own = side === "local" ? entry.local_type : entry.crm_type;
  const mapped = entry.map.flatMap(([local, crm]) => (side === "local" ? local : crm));
  // What is in the other column, or in none, is a value too.
  const others = entry.map.flatMap(([local, crm]) => (side === "local" ? crm : local));
  const choices = mapped.length > 0 ? mapped : (entry.facts[side].values ?? []);
  const both = tighter(entry.local_type, entry.crm_type);
  const type = mapped.length > 0 && both !== "multi_enum" ? "enum" : both;
  return fc
    .oneof(
      { weight: 12, arbitrary: valuesOf(type, wire, choices) },
      { weight: 2, arbitrary: valuesOf(own, wire, choices) },
      { weight: 1, arbitrary: others.length > 0 ? fc.constantFrom(...others) : texts },
      { weight: 1, arbitrary: fc.constant(null) },
    )
    .filter(mayHold(entry, side));
}

/** Records that have values for most of the entries. */
export function records(entries: Entry[], side: Side): fc.Arbitrary<Record<string, unknown>> {
  const values = entries.map((entry) => fc.option(valueFor(entry, side), { nil: undefined, freq: 12 }));
  return fc.tuple(...values).map((given) => {
    const record = {};
    for (const [i, entry] of entries.entries()) {
      if (given[i] !== undefined) put(record, side === "local" ? entry.local_field : entry.crm_field, given[i]);
    }
    return record;
  });
}
