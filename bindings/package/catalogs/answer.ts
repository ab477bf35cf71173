/** What a CRM answered to the question for its fields, looked at before it is believed. */
import { CrmSyncError } from "../errors.js";

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** The answer is not what the CRM's documentation promises. */
export function unexpected(expected: string, found: string): CrmSyncError {
  return new CrmSyncError("API006", `expected ${expected}, found ${found}`);
}

/** The answer as a value: bytes and texts are JSON. */
export function parsed(answer: unknown, expected: string): unknown {
  if (!(answer instanceof Uint8Array)) return answer;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(answer));
  } catch (cause) {
    throw new CrmSyncError("API006", `expected ${expected}, found bytes that are no JSON in UTF-8`, { cause });
  }
}

/** The list under `key` as objects that have a name and a type. */
export function fieldsIn(answer: unknown, key: string, expected: string): (Json & { name: string; type: string })[] {
  const list = isObject(answer) && Object.hasOwn(answer, key) ? answer[key] : undefined;
  if (!Array.isArray(list)) throw unexpected(expected, spoken(answer));
  const fields = list.map((field: unknown, index) => {
    const place = `${key}[${index}]`;
    if (!isObject(field)) throw unexpected(`${place} to be an object`, spoken(field));
    for (const part of ["name", "type"]) {
      const text = field[part];
      if (typeof text !== "string" || text === "") throw unexpected(`${place}.${part} to be a text`, spoken(text));
    }
    return field as Json & { name: string; type: string };
  });
  // No path can name these.
  return fields.filter(({ name }) => !name.includes("`"));
}

/** Names what was found, without the values of it. */
function spoken(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  const first: unknown = Array.isArray(value) ? value[0] : value;
  // Salesforce: [{errorCode, message}]; HubSpot: {status: "error", category, message}.
  if (isObject(first)) {
    const code = first.errorCode ?? (first.status === "error" ? first.category : undefined);
    if (typeof code === "string") return `the CRM's error ${code}`;
    if (Array.isArray(first.sobjects))
      return "the list of all objects: describe one of them, as in sobjects/Contact/describe";
  }
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  if (typeof value !== "object") return `a ${typeof value}`;
  const keys = Object.keys(value).slice(0, 5);
  return keys.length === 0 ? "an empty object" : `an object with ${keys.join(", ")}`;
}

/** The texts under `value` of a list's elements, each once. */
export function valuesIn(list: unknown, wanted: (option: Json) => boolean): string[] {
  const options = Array.isArray(list) ? list.filter(isObject).filter(wanted) : [];
  return [...new Set(options.map(({ value }) => value).filter((value) => typeof value === "string"))];
}

/** A field's name as catalogs write paths: one with the signs of paths in it stands in backticks. */
export function pathOf(name: string): string {
  return /^[^.`[\]\s]+$/.test(name) ? name : `\`${name}\``;
}

/** What a table says of a word that somebody else chose: "constructor" is in none. */
export function lookedUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
