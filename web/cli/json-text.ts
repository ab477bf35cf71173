/**
 * Cuts JSON text into the texts of its parts without reading their values: what goes through the command line keeps
 * every digit and every escape as it was written. Nothing is validated here; the engine validates what it gets.
 */

/** A part of a text: bytes `start` up to, not including, `end`. */
export interface Span {
  start: number;
  end: number;
}

export interface Member extends Span {
  /** The key without its escapes; the span is the value's. */
  key: string;
}

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;

// Strict, and a byte order mark inside a string is a character of it.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

export function skipSpace(text: Uint8Array, from: number, end = text.length): number {
  let at = from;
  while (at < end && isSpace(text[at])) at += 1;
  return at;
}

/** Just behind the string whose quote stands at `from`; -1 when the text ends inside it. */
function endOfString(text: Uint8Array, from: number, end: number): number {
  for (let at = from + 1; at < end; at += 1) {
    const byte = text[at];
    if (byte === backslash) at += 1;
    else if (byte === quote) return at + 1;
  }
  return -1;
}

/** Just behind the value that starts at `from`, by quotes and brackets alone; -1 when the text ends inside it. */
export function endOfValue(text: Uint8Array, from: number, end = text.length): number {
  const first = text[from];
  if (first === quote) return endOfString(text, from, end);
  if (first !== openBrace && first !== openBracket) {
    let at = from;
    while (at < end && !isSpace(text[at]) && text[at] !== comma && text[at] !== closeBrace && text[at] !== closeBracket)
      at += 1;
    return at === from ? -1 : at;
  }
  let depth = 0;
  for (let at = from; at < end; at += 1) {
    const byte = text[at];
    if (byte === quote) {
      at = endOfString(text, at, end) - 1;
      if (at < 0) return -1;
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

export function wholeText(text: Uint8Array): Span {
  return { start: 0, end: text.length };
}

/** The members of the object in `span`, in the order of the text; null where there is no well-formed object. */
export function membersOf(text: Uint8Array, span: Span): Member[] | null {
  let at = skipSpace(text, span.start, span.end);
  if (text[at] !== openBrace) return null;
  const members: Member[] = [];
  at = skipSpace(text, at + 1, span.end);
  if (text[at] === closeBrace) return members;
  while (text[at] === quote) {
    const keyEnd = endOfString(text, at, span.end);
    if (keyEnd < 0) return null;
    const key = stringAt(text, { start: at, end: keyEnd });
    at = skipSpace(text, keyEnd, span.end);
    if (key === null || text[at] !== colon) return null;
    const start = skipSpace(text, at + 1, span.end);
    const end = endOfValue(text, start, span.end);
    if (end < 0) return null;
    members.push({ key, start, end });
    at = skipSpace(text, end, span.end);
    if (text[at] === closeBrace) return members;
    if (text[at] !== comma) return null;
    at = skipSpace(text, at + 1, span.end);
  }
  return null;
}

/** The elements of the array in `span`; null where there is no well-formed array. */
export function elementsOf(text: Uint8Array, span: Span): Span[] | null {
  let at = skipSpace(text, span.start, span.end);
  if (text[at] !== openBracket) return null;
  const elements: Span[] = [];
  at = skipSpace(text, at + 1, span.end);
  if (text[at] === closeBracket) return elements;
  for (;;) {
    const end = endOfValue(text, at, span.end);
    if (end < 0) return null;
    elements.push({ start: at, end });
    at = skipSpace(text, end, span.end);
    if (text[at] === closeBracket) return elements;
    if (text[at] !== comma) return null;
    at = skipSpace(text, at + 1, span.end);
  }
}

/** Of duplicate keys the last wins, as in JavaScript. */
export function memberNamed(members: readonly Member[], key: string): Member | undefined {
  return members.findLast((member) => member.key === key);
}

export function isObject(text: Uint8Array, span: Span | undefined): span is Span {
  return span !== undefined && text[span.start] === openBrace;
}

export function isArray(text: Uint8Array, span: Span | undefined): span is Span {
  return span !== undefined && text[span.start] === openBracket;
}

/** The string in `span` without its escapes; null for anything that is not a well-formed string. */
export function stringAt(text: Uint8Array, span: Span | undefined): string | null {
  if (span === undefined || text[span.start] !== quote) return null;
  try {
    const written = utf8.decode(text.subarray(span.start, span.end));
    return written.includes("\\") ? (JSON.parse(written) as string) : written.slice(1, -1);
  } catch {
    return null;
  }
}

export function bytesAt(text: Uint8Array, span: Span): Uint8Array {
  return text.subarray(span.start, span.end);
}

export function isTrue(text: Uint8Array, span: Span | undefined): boolean {
  return span !== undefined && Buffer.from(bytesAt(text, span)).equals(Buffer.from("true"));
}

/** The text of an object whose values are written already. */
export function objectOf(members: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [key, value] of members) {
    parts.push(Buffer.from(`${parts.length === 0 ? "{" : ","}${JSON.stringify(key)}:`), value);
  }
  return Buffer.concat([...parts, Buffer.from(parts.length === 0 ? "{}" : "}")]);
}
