/** What the verdicts say of round trips is true: lossless entries give every value back, lossy ones do not. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadEngine, type Mapping } from "@penguinmails/crm-sync";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import fc from "fast-check";
import { parse } from "yaml";
import { type Entry, holding, type Law, put } from "./laws.js";
import { compiled, root } from "./support.js";
import { texts, tighter, valuesOf, type Wire } from "./values.js";

const engine = await loadEngine({ normalizers });
fc.configureGlobal({ includeErrorInReport: true });
const laws: Law[] = ["put-get", "get-put"];
const seed = 20260301;

interface File {
  crm?: string;
  object?: string;
  field_mapping:
    | Record<string, Entry["written"] & Record<string, unknown>>
    | (Entry["written"] & Record<string, unknown>)[];
  value_maps?: Record<string, Record<string, unknown>>;
  catalog?: Record<string, Record<string, { values?: string[] }>>;
}

/** The entries of a file that go both ways, with what the file says of them. */
function bothWays(mapping: Mapping, source: string): Entry[] {
  const file = parse(source) as File;
  const written = Object.values(file.field_mapping);
  return mapping.fields.flatMap((field, i) => {
    if (field.direction !== "bidirectional") return [];
    const own = written[i] ?? {};
    const map = typeof own.value_map === "string" ? file.value_maps?.[own.value_map] : own.value_map;
    const wire = file.crm === "hubspot" || file.crm === "salesforce" ? file.crm : "json";
    return [
      {
        ...(field as Entry),
        written: own,
        wire,
        object: file.object,
        map: Object.entries(map ?? {}).map(([local, crm]) => [local, [crm].flat().map(String)] as [string, string[]]),
      },
    ];
  });
}

/**
 * What the CRM may hold itself. A text of HubSpot's that begins with ";" is left out: the engine does not write one back,
 * since the same text would be added to a multi-select instead of set (REC009).
 */
function mayHold(entry: Entry): (value: unknown) => boolean {
  const {
    max_length = Number.POSITIVE_INFINITY,
    nullable = true,
    required = false,
  } = (entry.wire !== "json" && engine.catalog(entry.wire, entry.object)[entry.crm_field]) || {};
  return (value) => {
    if (typeof value !== "string") return value !== null || (nullable && !required);
    if (value.length > max_length || (entry.wire === "hubspot" && value.trim().startsWith(";"))) return false;
    return value.trim() !== "" || (nullable && !required);
  };
}

/** Records that have values for any of the entries: of the fields' types, and now and then of no type at all. */
function records(entries: Entry[], source: string, side: "local" | "crm"): fc.Arbitrary<Record<string, unknown>> {
  const file = parse(source) as File;
  const values = entries.map((entry) => {
    const field = side === "local" ? entry.local_field : entry.crm_field;
    const listed = file.catalog?.[side === "local" ? "penguinmails" : "crm"]?.[field]?.values ?? [];
    const choices =
      entry.map.length === 0 ? listed : entry.map.flatMap(([local, crm]) => (side === "local" ? local : crm));
    // What is in the other column, or in none, is a value too.
    const others = entry.map.flatMap(([local, crm]) => (side === "local" ? crm : local));
    const wire: Wire = side === "local" ? "json" : entry.wire;
    const known = valuesOf(
      entry.map.length > 0
        ? entry.crm_type === "multi_enum"
          ? "multi_enum"
          : "enum"
        : tighter(entry.local_type, entry.crm_type),
      wire,
      choices,
    );
    const value = fc.oneof(
      { weight: 12, arbitrary: known },
      { weight: 2, arbitrary: valuesOf(side === "local" ? entry.local_type : entry.crm_type, wire, choices) },
      { weight: 1, arbitrary: others.length > 0 ? fc.constantFrom(...others) : texts },
      { weight: 1, arbitrary: fc.constant(null) },
    );
    return fc.option(side === "local" ? value : value.filter(mayHold(entry)), { nil: undefined, freq: 12 });
  });
  return fc.tuple(...values).map((given) => {
    const record = {};
    for (const [i, entry] of entries.entries()) {
      if (given[i] !== undefined) put(record, side === "local" ? entry.local_field : entry.crm_field, given[i]);
    }
    return record;
  });
}

const sideOf = (law: Law) => (law === "put-get" ? "local" : "crm");

for (const name of readdirSync(new URL("examples/", root)).filter((file) => file.endsWith(".yaml"))) {
  const source = readFileSync(new URL(`examples/${name}`, root), "utf8");
  const mapping = compiled(engine, source);
  const entries = bothWays(mapping, source);
  const lossless = entries.filter(({ verdict }) => verdict === "lossless");

  for (const law of laws) {
    test(`${name}: ${law} holds for every lossless entry`, () => {
      const held = new Map(lossless.map(({ id }) => [id, 0]));
      fc.assert(
        fc.property(records(lossless, source, sideOf(law)), (record) => {
          for (const { id } of holding(mapping, law, lossless, record)) held.set(id, (held.get(id) ?? 0) + 1);
        }),
        { numRuns: 1000, seed },
      );
      for (const [id, count] of held) assert.ok(count > 200, `${id} was tried ${count} times`);
    });
  }

  for (const entry of entries.filter(({ verdict }) => verdict === "lossy")) {
    test(`${name}: ${entry.id} loses ${entry.loss}`, () => {
      assert.ok(entry.loss);
      const broken = laws.filter((law) => {
        const property = fc.property(records([entry], source, sideOf(law)), (record) => {
          holding(mapping, law, [entry], record);
        });
        return fc.check(property, { numRuns: 1000, seed }).failed;
      });
      assert.notDeepEqual(broken, [], "nothing was lost");
    });
  }
}
