/** One field of a Segment mapping as an entry of a mapping file. */
import { pathOf } from "../../bindings/package/catalogs/answer.js";
import { Inexpressible } from "./inexpressible.js";
import { conditionOf, constantText, directiveOf, expressionOf, isObject, type Json } from "./segment-expression.js";
import { fieldPath, keysOf } from "./segment-path.js";

/** An entry's keys as the mapping file has them. */
export type Entry = Record<string, string | number | boolean | string[]>;

export interface Imported {
  entry: Entry;
  /** Where it gives something else than Segment after all. */
  note?: string;
}

export function entryOf(field: string, value: unknown): Imported {
  if (field === "" || field.includes("`") || !field.isWellFormed())
    throw new Inexpressible("the field's name", `${JSON.stringify(field)} cannot be a name`);
  // A text that is only spaces is a value to Segment.
  const common = { crm_field: pathOf(field), on_blank: "keep" };
  const unwrapped = withoutLiteral(value);
  const imported = fallbacks(unwrapped) ?? changedCase(unwrapped) ?? { entry: formula(unwrapped) };
  return { ...imported, entry: { ...common, ...imported.entry } };
}

/** The same as a formula; nothing where no formula says it. */
export function derivedEntry(field: string, value: unknown): Entry | undefined {
  try {
    return { crm_field: pathOf(field), on_blank: "keep", ...formula(withoutLiteral(value)) };
  } catch (error) {
    if (error instanceof Inexpressible) return undefined;
    throw error;
  }
}

function withoutLiteral(value: unknown): unknown {
  return directiveOf(value) === "@literal" ? withoutLiteral((value as Json)["@literal"]) : value;
}

/** The path that a value is; nothing where it is none, or the whole record. */
function pathIn(value: unknown): string[] | undefined {
  if (directiveOf(value) !== "@path") return undefined;
  const keys = keysOf(constantText("@path", (value as Json)["@path"]).replace("$.", ""));
  return keys.length === 0 ? undefined : keys;
}

/** A path, or `@if` a path exists that path, else another one, and so on: a direct entry. */
function fallbacks(value: unknown): Imported | undefined {
  const paths: string[] = [];
  let rest: unknown = value;
  while (directiveOf(rest) === "@if") {
    const options = (rest as Json)["@if"];
    if (!isObject(options)) return undefined;
    const { value: looked, isBlank } = conditionOf(options);
    const keys = pathIn(looked);
    const then = pathIn(options.then);
    if (isBlank || keys === undefined || then === undefined || fieldPath(keys) !== fieldPath(then)) return undefined;
    paths.push(fieldPath(keys));
    // An else that is false, 0, "" or null is none to Segment: then nothing is written.
    if (!options.else) return { entry: { ...reading(paths), on_null: "skip" } };
    rest = withoutLiteral(options.else);
  }
  const last = pathIn(rest);
  if (last !== undefined) {
    paths.push(fieldPath(last));
    const distinct = new Set(paths);
    if (distinct.size === 1) return { entry: reading([...distinct]) };
    if (distinct.size < paths.length) return undefined;
    return {
      entry: reading(paths),
      note: "where an earlier of its paths is null and the last is not there, Segment leaves it out, and this clears it",
    };
  }
  if (paths.length > 0 && (typeof rest === "string" || typeof rest === "number" || typeof rest === "boolean"))
    return { entry: { ...reading(paths), default: rest, on_absent: "default", on_null: "default" } };
  return undefined;
}

function reading(paths: string[]): Entry {
  return { penguinmails_field: paths.length === 1 ? (paths[0] ?? "") : paths };
}

/** `@case` of what a direct entry reads: it leaves what is no text alone, as Segment does. */
function changedCase(value: unknown): Imported | undefined {
  if (directiveOf(value) !== "@case") return undefined;
  const options = (value as Json)["@case"];
  const read = isObject(options) ? fallbacks(withoutLiteral(options.value)) : undefined;
  // A default is not normalised.
  if (!isObject(options) || read === undefined || "default" in read.entry) return undefined;
  if (options.operator !== "lower" && options.operator !== "upper")
    throw new Inexpressible("@case", "Segment itself wants lower or upper");
  return { ...read, entry: { ...read.entry, normalize: [`${options.operator}case`] } };
}

/** Everything else: an expression that is null where the kit has nothing, as far as nothing and null can be told apart. */
function formula(value: unknown): Entry {
  const given = expressionOf(value, "record");
  if (given.absent && given.null && !given.follows)
    throw new Inexpressible(
      directiveOf(value) ?? "the value",
      "it may be null or nothing, and a formula cannot say which",
      "use a direct entry with a list of fields, of which the first that has a value is taken",
    );
  const { text } = given;
  // A formula none of whose fields is there is skipped; one that reads the record is not.
  const entry = { formula: given.reads && !given.follows ? `record == null ? null : ${text}` : text };
  return given.absent && !given.null ? { ...entry, on_null: "skip" } : entry;
}
