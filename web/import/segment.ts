/**
 * Mappings of Segment's destinations (github.com/segmentio/action-destinations, "mapping kit") as mapping files. A field
 * becomes an entry where a record then gives the same value as with Segment; where that cannot be it is refused.
 */
import { Inexpressible } from "./inexpressible.js";
import { withoutConflicts } from "./segment-conflicts.js";
import { type Entry, entryOf } from "./segment-entry.js";
import { isObject, type Json } from "./segment-expression.js";

/** A field that was not imported. */
export interface Refusal {
  field: string;
  directive: string;
  message: string;
  hint?: string;
  /** JSON pointer into what was imported. */
  path: string;
}

/** Fields that were imported, and give something else now and then. */
export interface Note {
  fields: string[];
  message: string;
}

export interface SegmentImport {
  entries: Map<string, Entry>;
  refused: Refusal[];
  notes: Note[];
  /** Fields of an action that have no default, so nothing is written to them. */
  empty: string[];
}

/** `given` is an object of mapping-kit values by field, or an action with `fields`, or these fields, with defaults. */
export function importSegment(given: Json): SegmentImport {
  const result: SegmentImport = { entries: new Map(), refused: [], notes: [], empty: [] };
  const isUnderRoot = Object.hasOwn(given, rootDirective);
  const fields = fieldsOf(given);
  const refuse = ({ field, path }: Field, { directive, reason, hint }: Inexpressible) =>
    result.refused.push({ field, directive, message: reason, ...(hint !== undefined && { hint }), path });
  for (const one of fields) {
    const { field, value } = one;
    if (value === undefined) {
      result.empty.push(field);
      continue;
    }
    try {
      if (isUnderRoot) throw new Inexpressible(rootDirective, "it changes the record before any field reads it");
      const { entry, note } = entryOf(field, value);
      result.entries.set(field, entry);
      if (note !== undefined) remember(result.notes, note, field);
    } catch (error) {
      if (!(error instanceof Inexpressible)) throw error;
      refuse(one, error);
    }
  }
  const named = (name: string) => fields.find(({ field }) => field === name) as Field;
  result.entries = withoutConflicts(
    result.entries,
    (field) => named(field).value,
    (field, error) => refuse(named(field), error),
  );
  return result;
}

function remember(notes: Note[], message: string, field: string): void {
  const same = notes.find((note) => note.message === message);
  if (same === undefined) notes.push({ fields: [field], message });
  else same.fields.push(field);
}

/** A directive over the whole mapping. */
const rootDirective = "__segment_internal_directive";

interface Field {
  field: string;
  value: unknown;
  path: string;
}

const pointer = (...keys: string[]) =>
  keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

function fieldsOf(given: Json): Field[] {
  if (isObject(given.fields) && areDefinitions(given.fields)) return definitions(given.fields, ["fields"]);
  if (areDefinitions(given)) return definitions(given, []);
  return Object.entries(given).map(([field, value]) => ({ field, value, path: pointer(field) }));
}

/** Fields as an action defines them: each says what it is called and of which type it is. */
function areDefinitions(fields: Json): boolean {
  const all = Object.values(fields);
  return all.length > 0 && all.every((field) => isObject(field) && isName(field.label) && isName(field.type));
}

const isName = (value: unknown) => typeof value === "string";

function definitions(fields: Json, above: string[]): Field[] {
  return Object.entries(fields).map(([field, definition]) => ({
    field,
    value: (definition as Json).default,
    path: pointer(...above, field, "default"),
  }));
}
