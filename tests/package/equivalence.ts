/**
 * When two values of a field are one: what a lossless round trip may change, and nothing more. Written down here apart
 * from the engine, so that the laws in reversal.test.ts do not rest on what they test.
 */
import type { Normalizers } from "@penguinmails/crm-sync";

export interface Terms {
  crm: string;
  /** Seconds east of UTC, for moments that say no offset. */
  offset: number;
  local: string;
  crmType: string;
  /** What is applied to what is read of PenguinMails, and of the CRM. */
  normalize: Record<Side, string[]>;
  maxLength?: number;
  region: string;
  normalizers: Normalizers;
  keepsBlank: boolean;
  /** By the CRM's spelling, as text: the one that is written. */
  spellings?: Map<string, string>;
  looksUp: boolean;
  format?: string | { decimals: number; thousands?: string };
}
export type Side = "local" | "crm";

const space = "[\\t-\\r ]";
const trim = (text: string) => text.replace(new RegExp(`^${space}+|${space}+$`, "g"), "");
const ascii = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const word = (text: string) => {
  const [first = "", ...rest] = text;
  const [capital = "", ...more] = first.toUpperCase();
  return capital + (more.join("") + rest.join("")).toLowerCase();
};

function normalized(text: string, names: string[], { normalizers: host, region }: Terms): string {
  return names.reduce((given, name) => {
    switch (name) {
      case "trim":
        return trim(given);
      case "email":
        return ascii(trim(given));
      case "digits":
        return given.replace(/[^0-9]/g, "");
      case "collapse_spaces":
        return trim(given).replace(new RegExp(`${space}+`, "g"), " ");
      case "lowercase":
        return given.toLowerCase();
      case "uppercase":
        return given.toUpperCase();
      case "title_case":
        return given.replace(/[^\t-\r -]+/g, word);
      default:
        if (trim(given) === "") return given;
        return host[name as keyof Normalizers]?.(given, region) ?? given;
    }
  }, text);
}

const texts = new Set(["string", "email", "phone", "url", "id", "reference", "enum"]);
const numbers = new Set(["number", "integer", "currency"]);
const numeral = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The text of a scalar; undefined for the rest. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/** A decimal without an exponent's or a zero's choice: sign, digits, power of ten. */
function decimal(text: string): string | undefined {
  const found = numeral.exec(trim(text));
  if (!found) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = found;
  const digits = (whole + fraction).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  const power = Number(exponent) - fraction.length + digits.length - kept.length;
  return kept === "" ? "0" : `${sign}${kept}e${power}`;
}

const time = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|z|[+-]\d\d:?\d\d)?$/;

/** Nanoseconds since 1970. */
function moment(text: string, terms: Terms, side: Side): bigint | undefined {
  const given = trim(text);
  if (terms.crm === "hubspot" && side === "crm" && /^-?\d+$/.test(given)) return BigInt(given) * 1_000_000n;
  const found = time.exec(given);
  if (!found) return undefined;
  const [, day = "", clock = "", fraction = "", zone = ""] = found;
  const sign = zone[0] === "-" ? -1 : 1;
  const [hours, minutes] = [zone.slice(1, 3), zone.slice(-2)].map(Number);
  const east = zone === "" ? terms.offset : /z/i.test(zone) ? 0 : sign * ((hours ?? 0) * 60 + (minutes ?? 0)) * 60;
  const seconds = Date.parse(`${day}T${clock}Z`) / 1000 - east;
  if (Number.isNaN(seconds)) return undefined;
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** A day, or a moment at midnight UTC, which is how HubSpot holds days. */
function day(text: string, terms: Terms, side: Side): string | undefined {
  const given = trim(text);
  if (/^\d{4}-\d\d-\d\d$/.test(given)) return Number.isNaN(Date.parse(given)) ? undefined : given;
  const at = moment(given, terms, side);
  if (at === undefined || at % 86_400_000_000_000n !== 0n) return undefined;
  return new Date(Number(at / 1_000_000n)).toISOString().slice(0, 10);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

/** Integers as they are written: the package hands them out as bigints where a number would not be exact. */
const json = (value: unknown) =>
  JSON.stringify(sorted(value), (_, member) => {
    const whole = typeof member === "bigint" || (typeof member === "number" && /^-?\d+$/.test(String(member)));
    return whole ? `${member}n` : member;
  });

/** 15 characters of a Salesforce id say what 18 do. */
const id = (text: string) => (/^[0-9A-Za-z]{15}([A-Z0-5]{3})?$/.test(text) ? text.slice(0, 15) : text);

/**
 * What stands for a value of one side: values are equivalent if these are equal. `roundTrip` applies the normalisers
 * first that a value meets on its way there and back, to each of several choices by itself.
 *
 * - null, and an empty or blank text unless `on_blank: keep`, are one; so is a selection of nothing. HubSpot has no
 *   null, so that there they always are.
 * - a number is its value, a boolean its truth in any case of letters, a day its day, a moment its instant (in formats
 *   to the millisecond, as CRMs keep it), a selection its choices in their order
 * - a text that is held against another type is what it spells in that type; HubSpot holds scalars as their texts
 * - in the CRM all spellings of a value map's value are one
 */
export function stands(value: unknown, side: Side, terms: Terms, roundTrip = false): string {
  if (value === null || value === undefined) return "null";
  const own = side === "local" ? terms.local : terms.crmType;
  const other = side === "local" ? terms.crmType : terms.local;
  const direct = !terms.spellings && !terms.looksUp;
  const type =
    direct && (texts.has(own) || own === "any" || own === "list") && other !== "any" ? narrower(own, other) : own;
  const isId = terms.looksUp && side === "crm";
  // A number's or boolean's JSON is no text until the other side holds it as one.
  const first = typeof value === "string" || type === "multi_enum" ? terms.normalize[side] : [];
  const names = isId ? [] : [...first, ...terms.normalize[side === "local" ? "crm" : "local"]];
  const neat = (text: string) => (roundTrip ? normalized(text, names, terms) : text);

  if (type === "multi_enum") {
    const all = Array.isArray(value) ? value.map(textOf) : textOf(value)?.split(";");
    if (!all || all.includes(undefined)) return json(value);
    const choices = (all as string[]).map((each) => trim(neat(trim(each)))).filter((each) => each !== "");
    return choices.length === 0 ? "null" : json(choices.map((each) => terms.spellings?.get(each) ?? each));
  }
  const text = textOf(value);
  if (text === undefined) return json(value);
  const asText = typeof value === "string" || texts.has(type) || (type === "any" && terms.crm === "hubspot");
  const given = asText ? neat(text) : text;
  const isNull = terms.keepsBlank ? given === "" && terms.crm === "hubspot" : trim(given) === "";
  if (isNull) return "null";
  if (terms.looksUp && side === "local") return `text ${ascii(given)}`;
  if (terms.spellings) return `text ${side === "crm" ? (terms.spellings.get(given) ?? given) : given}`;
  if (terms.format !== undefined) return formatted(given, side, own, other, terms);
  if (numbers.has(type)) return `number ${decimal(given) ?? given}`;
  if (type === "boolean" || type === "suppression") return `boolean ${ascii(trim(given))}`;
  if (type === "date") return `day ${day(given, terms, side) ?? given}`;
  if (type === "datetime") return `moment ${moment(given, terms, side) ?? given}`;
  const hasForms = terms.crm === "salesforce" && (isId || (!terms.looksUp && /^(id|reference)$/.test(terms.crmType)));
  if (texts.has(type) || hasForms) return `text ${hasForms ? id(given) : given}`;
  return terms.crm === "hubspot" || typeof value === "string" ? `text ${given}` : json(value);
}

/** Of a text (or a value of no type) and another type, the other. */
function narrower(own: string, other: string): string {
  return texts.has(other) && own !== "any" ? own : other;
}

/** The typed side's values; the texts of the other side are compared by what is read of them, by the caller. */
function formatted(given: string, side: Side, own: string, other: string, terms: Terms): string {
  const type = own === "string" || own === "any" ? other : own;
  if (own !== type) return `text ${given}`;
  if (numbers.has(type)) return `number ${decimal(given) ?? given}`;
  if (type === "date") return `day ${day(given, terms, side) ?? given}`;
  const at = moment(given, terms, side);
  if (at === undefined) return `text ${given}`;
  const fine = at % 1_000_000n;
  return `moment ${at - (fine < 0n ? fine + 1_000_000n : fine)}`;
}

/** Neither blank nor what would be two. */
const isChoice = (value: unknown) => trim(textOf(value) ?? "").replace(/.*;.*/s, "") !== "";

/** Whether a field can hold the value at all: laws are about those. */
export function fits(value: unknown, side: Side, terms: Terms): boolean {
  const text = textOf(value);
  const type = side === "local" ? terms.local : terms.crmType;
  if (value === null) return true;
  if (text !== undefined && trim(text) === "") return !terms.keepsBlank || texts.has(type) || type === "any";
  if (text === undefined && side === "crm" && terms.crm === "hubspot") return false;
  // The engine does not write a text that HubSpot would add to a multi-select instead of setting it (REC009).
  if (terms.crm === "hubspot" && trim(text ?? "").startsWith(";") && type !== "multi_enum") return false;
  const spells = (kind: Set<string>) =>
    typeof value !== "boolean" && kind.has(type) && decimal(text ?? "") !== undefined;
  switch (type) {
    case "any":
      return terms.crm !== "hubspot" || side === "local" || typeof value === "string";
    case "number":
    case "currency":
      return spells(numbers);
    case "integer":
      return spells(numbers) && !/e-/.test(decimal(text ?? "") ?? "");
    case "boolean":
      return /^(true|false)$/i.test(trim(text ?? ""));
    case "date":
      return typeof value !== "boolean" && day(text ?? "", terms, side) !== undefined;
    case "datetime":
      return typeof value !== "boolean" && moment(text ?? "", terms, side) !== undefined;
    case "list":
      return Array.isArray(value);
    case "map":
      return typeof value === "object" && !Array.isArray(value);
    case "multi_enum":
      return text !== undefined || (Array.isArray(value) && value.every(isChoice));
    default:
      return text !== undefined && text.length <= (terms.maxLength ?? text.length);
  }
}
