/** Random mappings and inputs for the laws. */
import fc from "fast-check";
import type { Entry, File, Input, Json, Row, Side } from "./world.js";

/** What a field of a type may hold, in few values, so that they meet often. */
const pools: Record<string, Json[]> = {
  string: ["a", "bb", "Ada", "😀", "two words", '"\\', ""],
  number: [0, 1, -3, 7, 2.5, 1099511627776, ""],
  multi_enum: [[], ["a"], ["b"], ["c", "a"], ["b", "z"], ["a", "b", "c"], ""],
  suppression: [true, false, ""],
};
const expression = "local == null ? crm : crm == null || local > crm ? local : crm";
const bySides = ["crm_wins", "penguinmails_wins", "always_crm", "always_penguinmails"].concat(
  ...Array.from({ length: 4 }, () => ["newest_wins", "manual"]),
);
const byType: Record<string, Json[]> = {
  string: [...bySides, "prefer_crm_unless_blank", "prefer_penguinmails_unless_blank", "longest", { expression }],
  number: [...bySides, "max", "min", "add_deltas"],
  multi_enum: [...bySides, "union"],
};

interface Drawn {
  type: string;
  entry: Omit<Entry, "penguinmails_field" | "crm_field">;
}

const field: fc.Arbitrary<Drawn> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom(...Object.keys(byType)).chain((type) =>
      fc.record({
        type: fc.constant(type),
        entry: fc.record(
          {
            conflict: fc.constantFrom(...((byType[type] ?? []) as string[])),
            direction: fc.constantFrom("bidirectional", "bidirectional", "bidirectional", "to_crm", "from_crm"),
            on_blank: type === "string" ? fc.constantFrom<"keep"[]>("keep") : fc.constant(undefined),
          },
          { requiredKeys: ["conflict"] },
        ),
      }),
    ),
  },
  { weight: 1, arbitrary: fc.constant({ type: "suppression", entry: {} }) },
) as fc.Arbitrary<Drawn>;

const names = ["first", "second", "third", "fourth", "fifth", "sixth"];
const groupNames = ["street", "city"];

export const files: fc.Arbitrary<File> = fc
  .record({
    fields: fc.array(field, { minLength: 1, maxLength: names.length }),
    // Of fields that win or lose together.
    group: fc.option(fc.constantFrom(...bySides), { freq: 2 }),
    catalogOrder: fc.boolean(),
    rules: fc.record({
      first_contact: fc.constantFrom("strategy", "strategy", "crm", "penguinmails", "fill_blanks_only"),
      tie: fc.constantFrom("crm_wins", "penguinmails_wins", "manual"),
      evidence: fc.constantFrom("best", "certain"),
    }),
  })
  .map(({ fields, group, catalogOrder, rules }) => {
    const catalog: Record<string, Json> = {};
    const field_mapping = fields.map(({ type, entry }, index): Entry => {
      const name = names[index] ?? "";
      catalog[name] = type === "multi_enum" && catalogOrder ? { type, values: ["z", "c", "b", "a"] } : type;
      // Undefined members would not survive the way through JSON.
      return JSON.parse(JSON.stringify({ penguinmails_field: name, crm_field: name, ...entry }));
    });
    for (const name of group === null ? [] : groupNames) {
      catalog[name] = "string";
      field_mapping.push({ penguinmails_field: name, crm_field: name, conflict: group as string });
    }
    return {
      conflict_resolution: { ...rules, ...(group !== null && { groups: [groupNames] }) },
      catalog: { penguinmails: catalog, crm: catalog },
      field_mapping,
    };
  });

const typeOf = (type: Json | undefined) => (typeof type === "object" && type !== null ? (type as Row).type : type);

/** A record with some of the fields, or null in them. */
function records({ catalog }: File): fc.Arbitrary<Row> {
  const values = Object.entries(catalog.penguinmails).map(([name, type]) => [
    name,
    fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...(pools[String(typeOf(type))] ?? [])) }, fc.constant(null)),
  ]);
  return fc.record(Object.fromEntries(values), { requiredKeys: [] }) as fc.Arbitrary<Row>;
}

/** Around a moment, many of them within the skew. */
const times = fc
  .oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -100_000, max: 100_000 }))
  .map((seconds) => new Date(Date.UTC(2026, 1, 1) + seconds * 1000).toISOString());

/** What someone did who is not the person; nothing that lifts an opt-out. */
const act = fc.record({ by: fc.constantFrom("operator", "import"), at: times, source: fc.constant("form") });

function sides(file: File): fc.Arbitrary<Side> {
  const all = Object.keys(file.catalog.penguinmails);
  return fc.record(
    {
      record: records(file),
      updated_at: times,
      field_times: fc.dictionary(fc.constantFrom(...all), times),
      acts: fc.dictionary(fc.constantFrom(...all), act),
      fetched: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.subarray(all)),
    },
    { requiredKeys: ["record"] },
  ) as fc.Arbitrary<Side>;
}

const suppression = fc.record({ topic: fc.constant("all"), since: times, source: fc.constantFrom("form", "bounce") });

/** A side that has changed some of what it held. */
const edited = (before: Row, side: Side, edits: string[]): Side => ({
  ...side,
  record: { ...before, ...Object.fromEntries(Object.entries(side.record).filter(([name]) => edits.includes(name))) },
});

export function inputs(file: File): fc.Arbitrary<Input> {
  const all = Object.keys(file.catalog.penguinmails);
  return fc
    .record({
      agreed: records(file),
      // Of a CRM that has re-spelt some of it.
      respelt: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, records(file)),
      local: sides(file),
      crm: sides(file),
      localEdits: fc.subarray(all),
      crmEdits: fc.subarray(all),
      suppressions: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.array(suppression, { maxLength: 2 })),
      kind: fc.constantFrom("edits", "edits", "conflicts", "conflicts", "anything", "none"),
    })
    .map(({ agreed, respelt, local, crm, localEdits, crmEdits, suppressions, kind }) => {
      const base = { local: agreed, crm: { ...agreed, ...respelt }, agreed_at: "2026-01-01T00:00:00Z" };
      const changes = kind === "edits" || kind === "conflicts";
      const by = (edits: string[]) => (kind === "edits" ? edits : all);
      return JSON.parse(
        JSON.stringify({
          link: "1",
          local: changes ? edited(base.local, local, by(localEdits)) : local,
          crm: changes ? edited(base.crm, crm, by(crmEdits)) : crm,
          base: kind === "none" ? null : base,
          suppressions,
          now: "2026-03-01T00:00:00Z",
        }),
      );
    });
}

/** Pairs of fields of which the CRM's holds less, and inputs for them. */
export const lossy: fc.Arbitrary<{ file: File; input: Input }> = fc
  .record({
    conflict: fc.constantFrom(...bySides, "longest"),
    date: fc.constantFrom(...bySides, "max", "min"),
    values: fc.array(fc.constantFrom("a", "Adam", "Adamant", "Adamantine", "Bert", "Berta", null), {
      minLength: 4,
      maxLength: 4,
    }),
    days: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 4 }),
    hasBase: fc.boolean(),
  })
  .map(({ conflict, date, values, days, hasBase }) => {
    const local = (i: number) => ({ text: values[i] ?? null, at: `2026-01-0${days[i]}T0${days[i]}:30:00Z` });
    const crm = (i: number) => ({ text: values[i]?.slice(0, 4) ?? null, at: `2026-01-0${days[i]}` });
    return {
      file: {
        conflict_resolution: {},
        catalog: {
          penguinmails: { text: "string", at: "datetime" },
          crm: { text: { type: "string", max_length: 4 }, at: "date" },
        },
        field_mapping: [
          { penguinmails_field: "text", crm_field: "text", conflict, on_too_long: "truncate", lossy: "acknowledged" },
          { penguinmails_field: "at", crm_field: "at", conflict: date, lossy: "acknowledged" },
        ],
      },
      input: {
        link: "1",
        local: { record: local(0) },
        crm: { record: crm(1) },
        base: hasBase ? { local: local(2), crm: crm(3), agreed_at: "2026-01-01T00:00:00Z" } : null,
        now: "2026-03-01T00:00:00Z",
      },
    };
  });
