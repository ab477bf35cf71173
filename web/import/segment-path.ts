/** Paths of Segment's mapping kit: `$.traits.address.city`, `properties['First Name']`. */
import { pathOf } from "../../bindings/package/catalogs/answer.js";
import { Inexpressible } from "./inexpressible.js";

/** Words that stand for something else in expressions, or for what the importer binds: fields of this name take ticks. */
const reserved = new Set(
  "as bool break bytes cel const continue double dyn else false for function given google if import in int item let list loop map math namespace now null null_type optional optional_type package record return row rows string strings true type uint var void while".split(
    " ",
  ),
);

/**
 * The keys that the kit's `get` goes through: split at dots and brackets, quotes taken off. None of them is the whole
 * record.
 */
export function keysOf(path: string): string[] {
  const keys = path === "." ? [] : path.split(/\[(?=["'\d])|\.|(?<=["'\d])\]+/g).filter((key) => key !== "");
  return keys.map((key) => checked(key.replace(/['"]/g, "")));
}

function checked(key: string): string {
  if (/^\d+$/.test(key)) throw new Inexpressible("@path", `"${key}" is a place in a list, and fields are named here`);
  // The kit reads these of any text, list or object.
  if (key === "length" || key in Object.prototype)
    throw new Inexpressible("@path", `"${key}" is read of JavaScript's own objects`);
  if (key === "" || key.includes("`") || !key.isWellFormed())
    throw new Inexpressible("@path", `${JSON.stringify(key)} cannot be a name`);
  return key;
}

/** As an entry's field: a path of the record. */
export function fieldPath(keys: readonly string[]): string {
  return keys.map(pathOf).join(".");
}

/** Where an expression reads: in the record, or in the row that a variable holds. */
export type Scope = "record" | { row: string };

const selected = (key: string) => (/^[A-Za-z_]\w*$/.test(key) && !reserved.has(key) ? key : `\`${key}\``);

/** As an expression; null where something on the way is not there. */
export function read(keys: readonly string[], scope: Scope): string {
  const root = scope === "record" ? "record" : scope.row;
  const [first = ""] = keys;
  // A name alone could also be a function or a type.
  const bare = scope === "record" && /^[A-Za-z_]\w*$/.test(first) && !reserved.has(first) && keys.length > 0;
  return [
    ...(bare ? [first] : keys.length === 0 ? [root] : [root, selected(first)]),
    ...keys.slice(1).map(selected),
  ].join(".");
}

/** As an expression of an optional, which is empty where the last key is not there. */
export function readOptional(keys: readonly string[], scope: Scope): string {
  if (keys.length === 0) return `optional.of(${read(keys, scope)})`;
  return `${read(keys.slice(0, -1), scope)}.?${selected(keys.at(-1) ?? "")}`;
}
