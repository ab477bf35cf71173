/** Values on their way into the database and out of it. */
import { decode } from "../../../../bindings/package/decode.js";
import { encode } from "../../../../bindings/package/encode.js";

/** JSON text for a column; null is the column's own null. */
export const json = (value: unknown): string | null =>
  value === null || value === undefined ? null : encode(value, "a stored value");

/** JSON text where null is a value, such as that of a field. */
export const jsonValue = (value: unknown): string => encode(value ?? null, "a stored value");

export const value = <T>(text: string | null): T => (text === null ? null : decode(text)) as T;

export const time = (at: Date | string): string => new Date(at).toISOString();
export const timeOrNull = (at: Date | string | null): string | null => (at === null ? null : time(at));

/** Many rows as one parameter, for json_to_recordset($n::text::json). */
export const rows = (list: readonly object[]): string => JSON.stringify(list);
