/** Of random entries, whatever compiles as lossless obeys the laws of reversal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import fc from "fast-check";
import { bothWays, records, type Written } from "./both-ways.js";
import { holding, sideOf } from "./laws.js";

const engine = await loadEngine({ normalizers });
fc.configureGlobal({ includeErrorInReport: true });

const textTypes = ["string", "email", "phone", "url", "enum", "any"];
const types = [
  ...textTypes,
  "number",
  "integer",
  "currency",
  "boolean",
  "date",
  "datetime",
  "multi_enum",
  "id",
  "reference",
];
types.push("list", "map");

const names = ["lead", "Lead", "customer", "1", "true", "x y", "é", "NO"];
const codes = ["L", "l", "C", "2", "false", "Y X", "É", "0", "web", "Web"];

/** Value maps in which no text of the CRM stands twice. */
const valueMaps = fc
  .tuple(fc.shuffledSubarray(names, { minLength: 1 }), fc.shuffledSubarray(codes, { minLength: codes.length }))
  .map(([locals, crms]) =>
    Object.fromEntries(
      locals.map((local, i) => {
        const [first = "", second] = [crms[i], i < 2 ? crms[i + 8] : undefined];
        return [local, second === undefined ? first : [first, second]];
      }),
    ),
  );

const formats = fc.oneof(
  fc.constantFrom(
    "dd.MM.yyyy",
    "d.M.yyyy",
    "yyyyMMdd",
    "MM/dd/yy",
    "yyyy-MM-dd HH:mm:ss",
    "yyyy-MM-dd'T'HH:mm:ss.SSSX",
    "yyyy-MM-dd HH:mm X",
  ),
  fc.record({ decimals: fc.integer({ min: 0, max: 3 }), thousands: fc.constantFrom(".", ",", " ", "'") }),
);

/** Given once in `times`. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, times: number) =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const fields = fc.record({ type: fc.constantFrom(...types), max_length: maybe(fc.integer({ min: 1, max: 30 }), 6) });

const files = fc
  .record({
    crm: fc.constantFrom("hubspot", "salesforce", "another"),
    timezone: fc.constantFrom("UTC", "Europe/Berlin", "-05:30"),
    local: fields,
    // Mostly of the same type, so that most of them fit.
    remote: maybe(fields, 3),
    value_map: maybe(valueMaps, 4),
    format: maybe(formats, 2),
    normalize: maybe(
      fc.shuffledSubarray(["trim", "email", "digits", "collapse_spaces", "unicode_nfc", "lowercase"]),
      4,
    ),
    on_unmapped: fc.constantFrom(undefined, "skip", "keep"),
    on_blank: fc.constantFrom(undefined, "keep"),
    on_too_long: fc.constantFrom(undefined, "truncate"),
  })
  .map(
    ({
      crm,
      timezone,
      local,
      remote = { ...local, max_length: undefined },
      value_map,
      format: anyFormat,
      normalize,
      ...rules
    }) => {
      // It spells one side's date, time or number in the other side's text.
      const isText = ({ type }: typeof local) => type === "string";
      const isNarrow = ({ type }: typeof local) => /date|number|integer|currency/.test(type);
      const fits = (isText(local) && isNarrow(remote)) || (isNarrow(local) && isText(remote));
      const format = fits ? anyFormat : undefined;
      const entry: Written = { penguinmails_field: "ours", crm_field: "theirs", ...rules, format };
      // A normaliser is for texts: of a number's text it may make another number.
      if ([local, remote].every(({ type }) => type !== "any" && textTypes.includes(type))) entry.normalize = normalize;
      // Its words are no values of other types.
      const worded = [local, remote].every(({ type }) => textTypes.includes(type) || type === "multi_enum");
      if (format === undefined && worded) entry.value_map = value_map;
      if (entry.value_map === undefined) delete entry.on_unmapped;
      const of = ({ type, max_length }: typeof local) => ({
        ...(type !== "any" && { type }),
        ...(max_length && worded && { max_length }),
      });
      const catalog = { penguinmails: { ours: of(local) }, crm: { theirs: of(remote) } };
      // HubSpot has no lists and maps.
      const listed = [local, remote].some(({ type }) => type === "list" || type === "map");
      return JSON.stringify({ crm: listed ? "another" : crm, timezone, catalog, field_mapping: [entry] });
    },
  );

test("whatever compiles as lossless obeys the laws", () => {
  const tried: Record<string, number> = {};
  fc.assert(
    fc.property(files, fc.nat(), (source, seed) => {
      const { mapping } = engine.compile(source);
      if (!mapping) return;
      const entries = bothWays(engine, mapping, source).filter(({ verdict }) => verdict === "lossless");
      const [entry] = entries;
      if (entry) {
        const samples = (law: "put-get" | "get-put") => fc.sample(records(entries, sideOf(law)), { numRuns: 10, seed });
        const [locals, remotes] = [samples("put-get"), samples("get-put")];
        // What either side gets from the other is a value to start from too.
        const update = { operation: "update" } as const;
        const fromOurs = locals.map((record) => mapping.toCrm(record, update).record);
        const fromTheirs = remotes.map((record) => mapping.fromCrm(record, update).record);
        for (const record of [...locals, ...fromTheirs]) {
          if (holding(mapping, "put-get", entries, record).length > 0) {
            const kind = `${entry.local_type} and ${entry.crm_type}`;
            tried[kind] = (tried[kind] ?? 0) + 1;
          }
        }
        for (const record of [...remotes, ...fromOurs]) holding(mapping, "get-put", entries, record);
      }
      mapping.dispose();
    }),
    { numRuns: 2000, seed: 20260301 },
  );
  // Every type with itself, and a text with each of them.
  for (const type of types.filter((one) => one !== "any")) {
    assert.ok((tried[`${type} and ${type}`] ?? 0) > 60, `${type}: ${tried[`${type} and ${type}`]}`);
  }
  assert.ok(Object.keys(tried).length > 30, Object.keys(tried).join(", "));
});
