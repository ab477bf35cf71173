/** Random entries as mapping files say them, with what the laws must know of them, and values for their fields. */
import type { Engine, FieldDescription, Mapping, Normalizers } from "@penguinmails/crm-sync";
import fc from "fast-check";
import type { Terms } from "./equivalence.js";
import type { Entry } from "./round-trip.js";

export interface Plan {
  crm: "hubspot" | "salesforce" | "another";
  local: string;
  crmType: string;
  normalize: string[];
  valueMap?: Record<string, string | string[]>;
  onUnmapped?: string;
  format?: string | { decimals: number; thousands?: string };
  lookup: boolean;
  maxLength?: number;
  tooLong?: string;
  keepsBlank: boolean;
  offset: number;
  /** More keys of the entry. */
  more: object;
}

export const types = [
  "any", "string", "number", "integer", "boolean", "date", "datetime", "enum", "multi_enum", "email", "phone", "url",
  "currency", "reference", "id", "list", "map",
]; // biome-ignore format: one list

const lengthy = ["string", "email", "phone", "url", "enum"];
const formats = [
  "yyyy-MM-dd", "d.M.yyyy", "MM/dd/yyyy", "yyyyMMdd", "yyyyMd", "dMyyyy", "M/yyyy", "yyyy-MM-dd HH:mm",
  "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "yyyy-MM-dd'T'HH:mm:ssXXX", "d.M.yyyy H:m:s.SSSSSS X", "Xyyyy-M-d H:m:s.SSS",
  { decimals: 2 }, { decimals: 0, thousands: "." }, { decimals: 2, thousands: "," },
]; // biome-ignore format: one list

const normalizers = [
  "trim",
  "email",
  "digits",
  "collapse_spaces",
  "lowercase",
  "uppercase",
  "title_case",
  "unicode_nfc",
];
const choices = ["news", "beta", "Web", "web", "n/a", "A B", "1", "true"];

const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 3) => fc.option(arbitrary, { nil: undefined, freq });

const valueMap = fc.uniqueArray(fc.constantFrom(...choices, ""), { minLength: 1, maxLength: 4 }).chain((keys) =>
  fc
    .uniqueArray(fc.constantFrom("News", "Web", "WEB", "web", "Phone", "Phone Inquiry", "2", "false", " ", "Beta"), {
      minLength: keys.length,
      maxLength: keys.length + 3,
    })
    .map((spellings) =>
      Object.fromEntries(
        keys.map((key, i) => [
          key,
          i === 0 && spellings.length > keys.length
            ? [spellings[0] ?? "", ...spellings.slice(keys.length)]
            : (spellings[i] ?? ""),
        ]),
      ),
    ),
);

const drawn: fc.Arbitrary<Plan> = fc.record({
  crm: fc.constantFrom("hubspot", "salesforce", "another"),
  local: fc.constantFrom(...types),
  crmType: fc.constantFrom(...types),
  normalize: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(fc.constantFrom(...normalizers), { maxLength: 2 })),
  valueMap: maybe(valueMap),
  onUnmapped: maybe(fc.constantFrom("error", "skip", "keep", "default")),
  format: maybe(fc.constantFrom(...formats)),
  lookup: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  maxLength: maybe(fc.integer({ min: 1, max: 12 })),
  tooLong: maybe(fc.constantFrom("error", "truncate"), 1),
  keepsBlank: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  offset: fc.constantFrom(0, 7200, -18_000, 20_700),
  more: fc.constantFrom(
    {}, {}, {}, { required: true }, { default: "1" }, { on_null: "skip" }, { on_absent: "clear" },
    { to_crm: { normalize: ["lowercase"] } }, { from_crm: { normalize: ["trim"] } },
    { to_crm: { on_blank: "keep" } }, { to_crm: { lookup: { object: "User", by: "Email" } } },
  ),
}) as fc.Arbitrary<Plan>; // biome-ignore format: a table

/** Without what contradicts itself: most random pairs of types would not compile. */
export const plans: fc.Arbitrary<Plan> = fc
  .tuple(drawn, fc.constantFrom("date", "datetime"), fc.constantFrom("number", "integer", "currency"), fc.nat(2))
  .map(([plan, time, number, same]) => {
    const crmType = same > 0 ? plan.local : plan.crmType;
    if (plan.format !== undefined) {
      const typed = typeof plan.format === "string" ? time : number;
      const types = same > 0 ? { local: typed, crmType: "string" } : { local: "string", crmType: typed };
      return { ...without(plan, "valueMap", "maxLength"), lookup: false, ...types };
    }
    if (plan.lookup) {
      const types = { local: "email", crmType: "reference" };
      return { ...without(plan, "valueMap"), ...types, normalize: ["trim", "email"].slice(same), more: {} };
    }
    const selects = [plan.local, crmType].includes("multi_enum");
    const keepsBlank = plan.keepsBlank && !selects;
    const types = [plan.local, crmType];
    // Value maps with normalisers, and of one direction, are tried in reversal-generated.test.ts.
    const isMapped =
      plan.valueMap && (selects ? same > 0 : types.every((type) => type === "any" || lengthy.includes(type)));
    if (isMapped) return { ...without(plan, "maxLength"), keepsBlank: false, crmType, normalize: [], more: {} };
    const isId = types.some((type) => type === "id" || type === "reference");
    if (isId) return { ...without(plan, "valueMap"), keepsBlank, crmType, normalize: [], more: {} };
    // "İ" in small letters is longer than before.
    const normalizes = plan.normalize.length > 0 || JSON.stringify(plan.more).includes("normalize");
    const rest = normalizes ? without(plan, "valueMap", "maxLength") : without(plan, "valueMap");
    return { ...rest, keepsBlank, crmType };
  });

function without(plan: Plan, ...keys: ("valueMap" | "maxLength")[]): Plan {
  const rest = { ...plan };
  for (const key of keys) delete rest[key];
  return rest;
}

const zone = (offset: number) => {
  const minutes = Math.abs(offset) / 60;
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
};

/** The file of one entry. `lossy: acknowledged` lets the verdict say what it is. */
export function fileOf(plan: Plan, acknowledged: boolean): string {
  const side = (field: string, type: string) => {
    if (type === "any") return {};
    return { [field]: { type, ...(plan.maxLength && lengthy.includes(type) && { max_length: plan.maxLength }) } };
  };
  const entry = {
    penguinmails_field: "probe",
    crm_field: "Probe__x",
    ...(plan.normalize.length > 0 && { normalize: plan.normalize }),
    ...(plan.valueMap && { value_map: plan.valueMap }),
    ...(plan.onUnmapped && { on_unmapped: plan.onUnmapped }),
    ...(plan.onUnmapped === "default" && { default: "1" }),
    ...(plan.format !== undefined && { format: plan.format }),
    ...(plan.lookup && { lookup: { object: "User", by: "Email" } }),
    ...(plan.tooLong && { on_too_long: plan.tooLong }),
    ...(plan.keepsBlank && { on_blank: "keep" }),
    ...(acknowledged && { lossy: "acknowledged" }),
    ...plan.more,
  };
  return JSON.stringify({
    crm: plan.crm,
    timezone: zone(plan.offset),
    field_mapping: [entry],
    catalog: { penguinmails: side("probe", plan.local), crm: side("Probe__x", plan.crmType) },
  });
}

export const lookups = {
  User: {
    Email: { "ada@example.org": "005000000000001AAA", Web: "005000000000002", "7": "8", "gone@example.org": null },
  },
};

export interface Compiled {
  mapping: Mapping;
  field: FieldDescription;
  entry: Entry;
}

/** Null where the file does not compile. */
export function compiledPlan(engine: Engine, plan: Plan, host: Normalizers): Compiled | null {
  const { mapping } = engine.compile(fileOf(plan, true));
  if (!mapping) return null;
  const [field] = mapping.fields;
  if (!field) return null;
  const spellings = new Map<string, string>();
  for (const written of Object.values(plan.valueMap ?? {})) {
    for (const spelling of [written].flat()) spellings.set(spelling, [written].flat()[0] ?? "");
  }
  const own = plan.more as Record<string, { normalize?: string[] }>;
  const rules = (toward: string) => own[toward]?.normalize ?? plan.normalize;
  const terms: Terms = {
    crm: plan.crm,
    offset: plan.offset,
    local: String(field.local_type),
    crmType: String(field.crm_type),
    normalize: { local: rules("to_crm"), crm: rules("from_crm") },
    ...(plan.maxLength && { maxLength: plan.maxLength }),
    region: "",
    normalizers: host,
    keepsBlank: plan.keepsBlank,
    ...(plan.valueMap && { spellings }),
    looksUp: plan.lookup,
    ...(plan.format !== undefined && { format: plan.format }),
  };
  return { mapping, field, entry: { id: field.id, local: ["probe"], crm: ["Probe__x"], terms } };
}

// --- values ---

const padded = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.constantFrom("", "", "", " ", "\t"), text, fc.constantFrom("", "", " ", "\n"))
    .map((parts) => parts.join(""));
const sentence = fc.string({
  unit: fc.constantFrom(..."abcXYZ019 -.;,/@", "é", "ß", "ﬁ", "ŉ", "İ", "😀", "e\u0301", "\u00a0", '"', "\\", "\t"),
  maxLength: 14,
});
const days = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
const dayText = fc
  .oneof(days, fc.date({ min: new Date("2025-01-01"), max: new Date("2026-12-31"), noInvalidDate: true }))
  .map((at) => at.toISOString().slice(0, 10))
  .filter((text) => !text.startsWith("+"));
const clock = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(59))
  .map((parts) => parts.map((n) => String(n).padStart(2, "0")).join(":"));
const timeText = fc
  .tuple(
    dayText,
    fc.constantFrom("T", "T", " "),
    clock,
    fc.constantFrom("", ".5", ".123", ".123456", ".000000001"),
    fc.constantFrom("Z", "+02:00", "-0500", "+0000", "+05:45", ""),
  )
  .map((parts) => parts.join(""));
const midnight = dayText.map((text) => `${text}T00:00:00Z`);
const number = fc.oneof(
  fc.integer(),
  fc.integer({ min: -20, max: 20 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.tuple(fc.integer({ min: -99999, max: 99999 }), fc.nat(4)).map(([n, places]) => n / 10 ** places),
);
const numberText = number.map(String);
const moneyText = fc.constantFrom(
  "1.234,50",
  "1,234.50",
  "1.234",
  "12.50",
  "1234",
  "-1,234,567.00",
  "0.00",
  "-5",
  "12,5",
);
const formattedText = fc.constantFrom(
  "1.2.2026",
  "01.02.2026",
  "02/29/2024",
  "20260111",
  "2026111",
  "1112026",
  "2/2026",
  "2026-03-01 10:30",
  "2026-03-01T10:30:00.123Z",
  "2026-03-01T10:30:00+02:00",
  "1.2.2026 3:4:5.123456 +02",
  "Z2026-1-2 3:4:5.678",
  "+022026-1-2 3:4:5.678",
);
const selection = fc.oneof(
  fc.array(fc.oneof(fc.constantFrom(...choices), padded(sentence)), { maxLength: 4 }),
  fc
    .array(fc.oneof(fc.constantFrom(...choices, "News", "Web", "Beta"), padded(sentence)), { maxLength: 4 })
    .map((all) => all.join(";")),
);
const milliseconds = fc.oneof(
  fc.integer({ min: -60_000, max: 60_000 }).map((day) => day * 86_400_000),
  fc.integer({ min: -4e12 / 1000, max: 4e12 / 1000 }).map((n) => n * 1000 + 123),
);

/** What a field of that type may hold, and what it should not. */
export function values(type: string): fc.Arbitrary<unknown> {
  const scalars = fc.oneof(
    padded(sentence),
    fc.constantFrom(...choices, "News", "Web", "WEB", "Phone", "Phone Inquiry", "Beta", "net"),
    number,
    numberText,
    fc.boolean(),
    fc.constantFrom(
      "true",
      "FALSE",
      " True",
      "",
      " ",
      "ada@example.org",
      "ADA@example.org",
      "005000000000001AAA",
      "005000000000002",
      "8",
      "005000000000002AAA",
    ),
    dayText,
    timeText,
    milliseconds.map(String),
    moneyText,
    formattedText,
    fc.constant(null),
  );
  const anything = fc.oneof(
    { weight: 6, arbitrary: scalars },
    { weight: 1, arbitrary: selection },
    {
      weight: 1,
      arbitrary: fc.dictionary(fc.constantFrom("a", "b"), fc.oneof(scalars, fc.array(scalars, { maxLength: 2 })), {
        noNullPrototype: true,
        maxKeys: 2,
      }),
    },
  );
  const own: Record<string, fc.Arbitrary<unknown>> = {
    number, integer: number, currency: number, boolean: fc.boolean(), date: fc.oneof(dayText, midnight, milliseconds.map(String)),
    datetime: fc.oneof(timeText, milliseconds, milliseconds.map(String)), multi_enum: selection, list: fc.array(scalars, { maxLength: 3 }),
    map: fc.dictionary(fc.string({ maxLength: 3 }), scalars, { noNullPrototype: true, maxKeys: 3 }),
  }; // biome-ignore format: a table
  const specific = own[type];
  return specific ? fc.oneof(specific, anything) : fc.oneof(scalars, anything);
}
