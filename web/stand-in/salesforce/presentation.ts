/** Records as answers show them: every selected field, related records, compounds put together, times with +0000. */
import type { ObjectName } from "./ids.js";
import { objectOf } from "./ids.js";
import type { Records, Row } from "./records.js";
import type { Field, Schema } from "./schema.js";

export const dateTime = (time: number) => new Date(time).toISOString().replace("Z", "+0000");

/** A column of a query: a field, perhaps of a record that is referred to. */
export interface Column {
  /** With the relationship's own name first: ["Account", "Name"]. */
  path: string[];
  fields: Field[];
}

export function attributes(version: string, object: ObjectName, id: string) {
  return { type: object, url: `/services/data/${version}/sobjects/${object}/${id}` };
}

export function valueIn(schema: Schema, row: Row, field: Field): unknown {
  if (field.type === "compound") return compound(schema, row, field);
  const value = row[field.name] ?? null;
  if (field.type === "boolean") return value === true;
  return field.type === "datetime" && typeof value === "number" ? dateTime(value) : value;
}

function compound(schema: Schema, row: Row, { name }: Field): unknown {
  if (name === "Name") return [row.FirstName, row.LastName].filter(Boolean).join(" ");
  const prefix = name.replace(/Address$/, "");
  const part = (suffix: string) => row[prefix + suffix] ?? null;
  const parts = { street: part("Street"), city: part("City"), state: part("State"), postalCode: part("PostalCode") };
  const address = { ...parts, country: part("Country"), geocodeAccuracy: null, latitude: null, longitude: null };
  const object = objectOf(row.Id);
  const isEmpty = Object.values(address).every((value) => value === null);
  return isEmpty || object === null || schema.field(object, name) === null ? null : address;
}

/** As a row of a query's answer. */
export function shown(schema: Schema, records: Records, version: string, row: Row, columns: readonly Column[]) {
  const record: Record<string, unknown> = { attributes: attributes(version, objectOf(row.Id) as ObjectName, row.Id) };
  for (const column of columns) {
    let into = record;
    let held: Row | null = row;
    for (const [depth, field] of column.fields.entries()) {
      const name = column.path[depth] as string;
      if (depth === column.fields.length - 1) into[name] = valueIn(schema, held, field);
      else {
        held = records.get(String(held[field.name] ?? ""));
        if (held === null) {
          into[name] = null;
          break;
        }
        into[name] ??= { attributes: attributes(version, objectOf(held.Id) as ObjectName, held.Id) };
        into = into[name] as Record<string, unknown>;
      }
    }
  }
  return record;
}
