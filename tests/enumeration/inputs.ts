/** All inputs of one field: what each side holds and held when both agreed, under each circumstance. */

/** What a field may hold: not in the record, null, blank, and two values; `-` to `y` in the tables. */
export const signs = ["-", "0", '"', "x", "y"] as const;
export type Sign = (typeof signs)[number];

/** The two values of a kind of field; a blank is "" everywhere. */
export const kinds = {
  text: { type: "string", x: "one", y: "three" },
  number: { type: "number", x: 3, y: 7 },
  list: { type: "multi_enum", x: ["a"], y: ["b", "c"] },
  consent: { type: "suppression", x: true, y: false },
} as const;
export type Kind = keyof typeof kinds;

const valueFor = (kind: Kind, sign: Sign): unknown =>
  sign === "-" ? undefined : sign === "0" ? null : sign === '"' ? "" : kinds[kind][sign];

/** What is known beside the values. A side's members go into the input as they are. */
export interface Circumstance {
  name: string;
  local?: object;
  crm?: object;
  more?: object;
  /** What the mapping file says of times. */
  evidence?: "certain";
  /** Each side names as fetched what it holds, so that what is absent is unknown. */
  partial?: true;
}

const early = "2026-02-01T00:00:00Z";
const soonAfter = "2026-02-01T00:00:02Z";
const late = "2026-02-02T00:00:00Z";
const later = "2026-02-03T00:00:00Z";
const latest = "2026-02-04T00:00:00Z";

/** A side whose record was changed at one time, and its field at another. */
const side = (updated_at: string, field?: string) => ({ updated_at, ...(field && { field_times: { value: field } }) });

export const none: Circumstance = { name: "no time is known" };
export const partial: Circumstance = { name: "what is absent was not fetched", partial: true };

/** The relations of times that newest_wins tells apart. */
export const times: Circumstance[] = [
  none,
  { name: "PenguinMails' record is newer", local: side(late), crm: side(early) },
  { name: "the CRM's record is newer", local: side(early), crm: side(late) },
  { name: "the records are as far apart as clocks may be", local: side(soonAfter), crm: side(early) },
  { name: "PenguinMails' field is newer, its record older", local: side(later, late), crm: side(latest, early) },
  { name: "the CRM's field is newer, its record older", local: side(latest, early), crm: side(later, late) },
  {
    name: "certain evidence, PenguinMails' record is newer",
    local: side(late),
    crm: side(early),
    evidence: "certain",
  },
  {
    name: "certain evidence, PenguinMails' field is newer than the CRM's record",
    local: side(latest, late),
    crm: side(early),
    evidence: "certain",
  },
  {
    name: "certain evidence, the CRM's field is newer than PenguinMails'",
    local: side(latest, early),
    crm: side(later, late),
    evidence: "certain",
  },
];

const act = (by: string, at: string) => ({ acts: { value: { by, at, source: "form" } } });
const both = { local: side(early), crm: side(early) };

/** What may lift an opt-out, and what may not. The opt-outs are of the early time at the latest. */
export const evidence: Circumstance[] = [
  { name: "no evidence", ...both },
  {
    name: "the person's own act in PenguinMails",
    local: { ...side(early), ...act("subject", late) },
    crm: side(early),
  },
  { name: "the person's own act in the CRM", local: side(early), crm: { ...side(early), ...act("subject", late) } },
  { name: "an operator's act in the CRM", local: side(early), crm: { ...side(early), ...act("operator", late) } },
  {
    name: "the person's own act in the CRM, before the opt-out",
    local: side(late),
    crm: { ...side(late), ...act("subject", early) },
  },
  {
    name: "an opt-out kept by address",
    ...both,
    more: { suppressions: [{ address_hash: "h", topic: "all", since: early, source: "form" }] },
  },
];

export interface Base {
  local: Sign;
  crm: Sign;
  /** There is no base at all, which is `base: null`. */
  none?: true;
}

/** No base at all, then those that lack a side, then those of both sides. */
export const bases: Base[] = (() => {
  const pairs = signs.flatMap((local) => signs.map((crm): Base => ({ local, crm })));
  const lacks = ({ local, crm }: Base) => local === "-" || crm === "-";
  return [{ local: "-", crm: "-", none: true }, ...pairs.filter(lacks), ...pairs.filter((pair) => !lacks(pair))];
})();

/** So many of them are first contact. */
export const withoutBase = 10;

/** The 25 inputs of a base, by what PenguinMails holds, then by what the CRM holds; NDJSON. */
export function inputsOf(kind: Kind, circumstance: Circumstance, base: Base): string {
  const record = (sign: Sign) => ({ value: valueFor(kind, sign) });
  const known = (sign: Sign) => ({
    record: record(sign),
    ...(circumstance.partial && { fetched: sign === "-" ? [] : ["value"] }),
  });
  const agreed = { local: record(base.local), crm: record(base.crm), agreed_at: "2026-01-01T00:00:00Z" };
  const line = (local: Sign, crm: Sign) =>
    JSON.stringify({
      link: "1",
      local: { ...known(local), ...circumstance.local },
      crm: { ...known(crm), ...circumstance.crm },
      base: base.none ? null : agreed,
      ...circumstance.more,
      now: "2026-03-01T00:00:00Z",
    });
  return signs.map((local) => signs.map((crm) => `${line(local, crm)}\n`).join("")).join("");
}
