/** Values of records as people read them. */
import { encode } from "../../bindings/package/encode.js";
import { printable } from "./text.js";

/** A value in a table: texts bare where nothing could be mistaken, all else as JSON; "-" for no value at all. */
export function shown(value: unknown): string {
  if (value === undefined) return "-";
  if (typeof value !== "string") return printable(encode(value, "value"));
  return isPlain(value) ? printable(value) : printable(JSON.stringify(value));
}

/** Whether a text is told from other values without its quotes: "80", "true" and "" are not. */
function isPlain(text: string): boolean {
  if (text === "-" || text.trim() !== text || text === "") return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields of a record by path, those inside objects too. */
export function flattened(record: Record<string, unknown>, prefix = ""): [string, string][] {
  return Object.entries(record).flatMap(([key, value]): [string, string][] => {
    const path = prefix + printable(key);
    return isObject(value) && Object.keys(value).length > 0 && path.split(".").length < 8
      ? flattened(value, `${path}.`)
      : [[path, shown(value)]];
  });
}
