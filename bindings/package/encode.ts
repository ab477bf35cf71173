/**
 * JavaScript values to JSON text for the engine. What JSON.stringify would change without a word (NaN to null, a Date to
 * a string, a function to nothing) is refused; what it cannot write (bigint) is written exactly.
 */
import { CrmSyncError } from "./errors.js";

/** The engine's own limit of nesting. */
const maximumDepth = 512;

/** Thrown while walking; `place` gathers the keys from the inside out. */
class Refusal {
  readonly place: (string | number)[] = [];
  constructor(readonly reason: string) {}
}

/** The value as JSON; "" for undefined. */
export function encode(value: unknown, what: string): string {
  if (value === undefined) return "";
  try {
    return inspect(value, 0) ? write(value) : JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw new CrmSyncError("API006", `${what} cannot be read`, { cause: error });
    }
    const pointer = error.place.reverse().map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`);
    throw new CrmSyncError("API006", `${what}${pointer.length > 0 ? ` at ${pointer.join("")}` : ""}: ${error.reason}`);
  }
}

/** Refuses what has no exact JSON; true when the value holds a bigint, which JSON.stringify cannot write. */
function inspect(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return false;
    case "number":
      if (Number.isFinite(value)) return false;
      throw new Refusal(`${value} is not a JSON number`);
    case "bigint":
      return true;
    case "object":
      return value !== null && inspectObject(value, depth);
    default:
      throw new Refusal(`a ${typeof value} cannot be handed to the engine`);
  }
}

function inspectObject(value: object, depth: number): boolean {
  if (depth === maximumDepth) throw new Refusal(`nested deeper than ${maximumDepth} levels, or in a cycle`);
  let hasBigint = false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const element: unknown = value[index];
      try {
        if (element === undefined) throw new Refusal("a list has no absent elements; null is one");
        if (inspect(element, depth + 1)) hasBigint = true;
      } catch (error) {
        throw placed(error, index);
      }
    }
  } else {
    const record = value as Record<string, unknown>;
    requirePlain(record);
    for (const key of Object.keys(record)) {
      try {
        if (inspect(record[key], depth + 1)) hasBigint = true;
      } catch (error) {
        throw placed(error, key);
      }
    }
  }
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") throw new Refusal("an object with toJSON");
  return hasBigint;
}

/** Dates, Maps, typed arrays and the like have no own keys that say what they hold. */
function requirePlain(value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag !== "Object") throw new Refusal(`a ${tag} cannot be handed to the engine`);
}

function placed(error: unknown, key: string | number): unknown {
  if (error instanceof Refusal) error.place.push(key);
  return error;
}

/** JSON.stringify with bigints; the value was inspected. */
function write(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${write(member)}`);
  }
  return `{${members.join(",")}}`;
}

/**
 * A text for the engine: as it is, or, when it holds lone surrogates, as bytes in which each of them is 0xFF, so that the
 * engine reports invalid UTF-8 at that place. TextEncoder would put another character there without a word.
 */
export function wellFormed(text: string): string | Uint8Array {
  if (text.isWellFormed()) return text;
  const parts = text.split(/\p{Surrogate}/u).map((part) => new TextEncoder().encode(part));
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length + 1, -1)).fill(0xff);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length + 1;
  }
  return bytes;
}
