/**
 * The laws of reversal, tried on one record: what PenguinMails' value becomes in the CRM must come back as that value
 * (put-get), and the CRM's value must come back as that value by way of PenguinMails (get-put).
 */
import assert from "node:assert/strict";
import type { FieldOutcome, Mapping } from "@penguinmails/crm-sync";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import { encode } from "../../bindings/package/encode.js";
import type { Entry } from "./both-ways.js";
import { tighter, type Wire } from "./values.js";

export type Law = "put-get" | "get-put";
export type Side = "local" | "crm";
/** The side that a law starts from. */
export const sideOf = (law: Law): Side => (law === "put-get" ? "local" : "crm");
type Json = Record<string, unknown>;

export const at = (record: Json, path: string): unknown =>
  path.split(".").reduce<unknown>((part, key) => (part as Json | undefined)?.[key], record);

export function put(record: Json, path: string, value: unknown): Json {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let part = record;
  for (const key of keys) {
    part[key] ??= {};
    part = part[key] as Json;
  }
  part[last] = value;
  return record;
}

const trim = (text: string) => text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, "");
const ascii = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const normalise: Record<string, (text: string, region: string) => string> = {
  trim,
  email: (text) => ascii(trim(text)),
  digits: (text) => text.replace(/[^0-9]/g, ""),
  collapse_spaces: (text) => trim(text).replace(/[ \t\n\v\f\r]+/g, " "),
  phone_e164: (text, region) => (trim(text) === "" ? text : (normalizers.phone_e164(text, region) ?? text)),
  lowercase: (text) => text.toLowerCase(),
  uppercase: (text) => text.toUpperCase(),
  unicode_nfc: (text) => text.normalize("NFC"),
};

/** A moment as milliseconds and what is finer; also of the +0000 and the milliseconds of the CRMs. */
function moment(text: string, wire: Wire): string {
  if (wire === "hubspot" && /^-?\d+$/.test(text)) return `${Number(text)}.`;
  const [, whole = "", fraction = "", zone = ""] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)$/.exec(text) ?? [];
  const offset = zone.replace(/^(...)(\d\d)$/, "$1:$2");
  const milliseconds = Date.parse(whole + offset) + Number(fraction.slice(0, 3).padEnd(3, "0"));
  return `${milliseconds}.${fraction.slice(3).replace(/0+$/, "")}`;
}

function day(text: string, wire: Wire): string {
  const milliseconds = wire === "hubspot" && /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** Salesforce's id of 15 letters in its form of 18, which tells the case of the letters in three more. */
function wholeId(id: string): string {
  if (!/^[a-zA-Z0-9]{15}$/.test(id)) return id;
  const letter = (chunk: string) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[
      [...chunk].reduce((bits, sign, i) => bits | (Number(/[A-Z]/.test(sign)) << i), 0)
    ];
  return id + [0, 5, 10].map((start) => letter(id.slice(start, start + 5))).join("");
}

function inType(type: string, text: string, wire: Wire, onSalesforce: boolean): string {
  switch (type) {
    case "suppression":
    case "boolean":
      return ascii(trim(text));
    case "integer":
    case "number":
    case "currency":
      return /^-?\d+$/.test(trim(text)) ? BigInt(trim(text)).toString() : String(Number(trim(text)) + 0);
    case "date":
      return day(trim(text), wire);
    case "datetime":
      return moment(trim(text), wire);
    case "id":
    case "reference":
      return onSalesforce ? wholeId(text) : text;
    default:
      return text;
  }
}

/** The tighter of the two fields' types; but a moment is no mere date only because it is written into one. */
function typeOf(entry: Entry, side: Side): string {
  const own = side === "local" ? entry.local_type : entry.crm_type;
  return own === "datetime" ? own : tighter(entry.local_type, entry.crm_type);
}

/**
 * What a value is, whatever its spelling: without what the entry's normalisers take away, read in the tighter type of
 * the two fields, and as the first of the spellings that are read alike. Nothing else counts as equal.
 */
export function meaning(entry: Entry, side: Side, value: unknown): unknown {
  const wire = side === "crm" ? entry.wire : "json";
  if (value === null || value === undefined) return null;
  const type = typeOf(entry, side);
  if (type === "multi_enum") {
    const list = Array.isArray(value)
      ? value.map((one) => trim(String(one)))
      : String(value).split(";").map(trim).filter(Boolean);
    return list.length === 0 ? null : list.map((one) => firstSpelling(entry, side, one));
  }
  if (typeof value === "object") return encode(value, "a value");
  let text = String(value);
  if (typeof value === "string") {
    for (const name of entry.written.normalize ?? [])
      text = normalise[name]?.(text, entry.written.phone_region ?? "") ?? text;
  }
  if (trim(text) === "" && entry.written.on_blank !== "keep") return null;
  if (entry.map.length > 0) return firstSpelling(entry, side, text);
  return inType(type, text, wire, entry.wire === "salesforce");
}

const firstSpelling = (entry: Entry, side: Side, text: string) =>
  (side === "crm" && entry.map.find(([, crm]) => crm.includes(text))?.[1][0]) || text;

const isFormatted = ({ written, local_type, crm_type }: Entry, side: Side) =>
  written.format !== undefined && /string|any/.test(side === "local" ? local_type : crm_type);

const told = (value: unknown) => encode({ value }, "a value");

const intents = (fields: FieldOutcome[]) => new Map(fields.map((field) => [field.id, field]));

/**
 * Tries a law for those of `entries` that `start` has a value for; gives those that held it on a value. Entries that
 * refuse their value, each with its reason, hold nothing.
 */
export function holding(mapping: Mapping, law: Law, entries: Entry[], start: Json): Entry[] {
  const update = { operation: "update" } as const;
  const [first, second] = law === "put-get" ? (["local", "crm"] as const) : (["crm", "local"] as const);
  const field = (entry: Entry, side: Side) => (side === "local" ? entry.local_field : entry.crm_field);
  const toward = (side: Side, record: Json) =>
    side === "crm" ? mapping.toCrm(record, update) : mapping.fromCrm(record, update);
  const there = toward(second, start);
  const back = toward(first, there.record);
  const went = intents(there.fields);
  const came = intents(back.fields);
  const held: Entry[] = [];
  for (const entry of entries) {
    const given = at(start, field(entry, first));
    const outcome = went.get(entry.id);
    if (given === undefined || !outcome || outcome.intent === "skip") continue;
    const wanted = isFormatted(entry, first) ? given : meaning(entry, first, given);
    const returned = at(back.record, field(entry, first));
    const reason = came.get(entry.id)?.reason;
    const story = `${law} of ${entry.id}: ${told(given)}, ${told(at(there.record, field(entry, second)))}, ${told(returned)}, ${reason}`;
    if (outcome.intent === "clear") {
      assert.equal(wanted, null, story);
      continue;
    }
    assert.notEqual(came.get(entry.id)?.intent, "skip", story);
    if (isFormatted(entry, first)) {
      // Two texts are the same where they are read as the same.
      const again = toward(second, back.record).record;
      assert.deepEqual(at(again, field(entry, second)), at(there.record, field(entry, second)), story);
    } else {
      assert.deepEqual(meaning(entry, first, returned), wanted, story);
    }
    held.push(entry);
  }
  return held;
}
