/**
 * Finds where each JSON text begins and ends in a stream of bytes. Three shapes come in: one JSON text a line (NDJSON),
 * JSON texts that span lines, and one array of them. In NDJSON a broken line costs only itself; a broken array cannot
 * be followed any further and ends in one error.
 */
import { failure } from "./failure.js";
import { endOfValue, isSpace, skipSpace } from "./json-text.js";

export interface Frame {
  text: Uint8Array;
  /** The line of the input on which the text begins. */
  line: number;
}

/** What could not be framed, with the line where that was noticed. */
export interface BrokenFrame {
  broken: { code: string; message: string };
  line: number;
}

const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;

/** A single text longer than this is refused unread: it would only exhaust the memory of the process. */
export const longestText = 256 * 1024 * 1024;

const tooLong = failure("JSN005", `the text is longer than ${longestText / 1024 / 1024} MB`);

/** Bytes that have arrived and are not used up yet. */
class Buffered {
  bytes: Uint8Array = new Uint8Array(0);
  ended = false;
  private storage = new Uint8Array(1 << 16);
  private start = 0;
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** Waits for more bytes; false at the end of the stream. */
  async more(): Promise<boolean> {
    if (this.ended) return false;
    const next = await this.chunks.next();
    if (next.done === true) {
      this.ended = true;
      return false;
    }
    const end = this.start + this.bytes.length;
    const needed = this.bytes.length + next.value.length;
    if (end + next.value.length > this.storage.length) {
      // Frames that were handed out still view the old storage, so it is left to them and not written again.
      const grown = new Uint8Array(Math.max(1 << 16, needed * 2));
      grown.set(this.bytes);
      this.storage = grown;
      this.start = 0;
    }
    this.storage.set(next.value, this.start + this.bytes.length);
    this.bytes = this.storage.subarray(this.start, this.start + needed);
    return true;
  }

  take(count: number): void {
    this.start += count;
    this.bytes = this.bytes.subarray(count);
  }
}

export async function* framesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame | BrokenFrame> {
  const buffered = new Buffered(chunks);
  const position = { line: 1 };
  await skipByteOrderMark(buffered);
  if (!(await skipBlank(buffered, position))) return;
  if (await comesInLines(buffered)) yield* lines(buffered, position);
  else yield* documents(buffered, position);
}

async function skipByteOrderMark(buffered: Buffered): Promise<void> {
  while (buffered.bytes.length < 3 && (await buffered.more()));
  const [a, b, c] = buffered.bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) buffered.take(3);
}

/** Skips white space, counting lines; false when nothing follows it. */
async function skipBlank(buffered: Buffered, position: { line: number }): Promise<boolean> {
  do {
    const end = skipSpace(buffered.bytes, 0);
    position.line += newlinesIn(buffered.bytes, 0, end);
    buffered.take(end);
    if (buffered.bytes.length > 0) return true;
  } while (await buffered.more());
  return false;
}

export function newlinesIn(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(newline, from); at >= 0 && at < to; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}

/** Whether the first line is one JSON text of its own, or is broken so that it cannot begin a longer one. */
async function comesInLines(buffered: Buffered): Promise<boolean> {
  let end = buffered.bytes.indexOf(newline);
  while (end < 0 && buffered.bytes.length <= longestText) {
    const seen = buffered.bytes.length;
    if (!(await buffered.more())) break;
    end = buffered.bytes.indexOf(newline, seen);
  }
  const first = end < 0 ? buffered.bytes.length : end;
  const sign = String.fromCharCode(buffered.bytes[0] ?? 0);
  if (sign === "[") return false;
  if (sign !== "{") return true;
  const valueEnd = endOfValue(buffered.bytes, 0, first);
  if (valueEnd >= 0) return skipSpace(buffered.bytes, valueEnd, first) === first;
  // "{" on the first line and again at the start of the next is no JSON text: it is NDJSON with a broken first line.
  let next = skipSpace(buffered.bytes, first);
  while (next === buffered.bytes.length && (await buffered.more())) next = skipSpace(buffered.bytes, first);
  return end < 0 || buffered.bytes[next] === 0x7b;
}

async function* lines(buffered: Buffered, position: { line: number }): AsyncGenerator<Frame | BrokenFrame> {
  let searched = 0;
  let skipping = false;
  for (;;) {
    const end = buffered.bytes.indexOf(newline, searched);
    if (end < 0) {
      searched = buffered.bytes.length;
      if (searched > longestText) {
        if (!skipping) yield { broken: tooLong, line: position.line };
        skipping = true;
      }
      if (skipping) {
        buffered.take(searched);
        searched = 0;
      }
      if (await buffered.more()) continue;
      if (!skipping && skipSpace(buffered.bytes, 0) < buffered.bytes.length)
        yield { text: buffered.bytes, line: position.line };
      return;
    }
    const text = buffered.bytes.subarray(0, end);
    if (!skipping && skipSpace(text, 0) < text.length) yield { text, line: position.line };
    skipping = false;
    searched = 0;
    position.line += 1;
    buffered.take(end + 1);
  }
}

/** Waits until the value at the beginning of the buffer is whole; where it ends, or -1. */
async function wholeValue(buffered: Buffered): Promise<number> {
  let depth = 0;
  let inString = false;
  let at = 0;
  const first = buffered.bytes[0];
  const scalar = first !== 0x7b && first !== 0x5b && first !== quote;
  for (;;) {
    const { bytes } = buffered;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (scalar) {
        if (isSpace(byte) || byte === 0x2c || byte === 0x5d || byte === 0x7d) return at;
      } else if (inString) {
        if (byte === backslash) at += 1;
        else if (byte === quote) {
          inString = false;
          if (depth === 0) return at + 1;
        }
      } else if (byte === quote) {
        inString = true;
      } else if (byte === 0x7b || byte === 0x5b) {
        depth += 1;
      } else if (byte === 0x7d || byte === 0x5d) {
        depth -= 1;
        if (depth === 0) return at + 1;
      }
    }
    if (bytes.length > longestText || !(await buffered.more())) return scalar && buffered.ended ? bytes.length : -1;
  }
}

async function* documents(buffered: Buffered, position: { line: number }): AsyncGenerator<Frame | BrokenFrame> {
  let expected: "text" | "element or ]" | "element" | ", or ]" = "text";
  while (await skipBlank(buffered, position)) {
    const sign = String.fromCharCode(buffered.bytes[0] ?? 0);
    if (expected === "text" && sign === "[") {
      expected = "element or ]";
      buffered.take(1);
    } else if (sign === "]" && (expected === "element or ]" || expected === ", or ]")) {
      expected = "text";
      buffered.take(1);
    } else if (expected === ", or ]") {
      if (sign !== ",") {
        yield { broken: failure("JSN001", "the array is broken: a comma or ] must follow here"), line: position.line };
        return;
      }
      expected = "element";
      buffered.take(1);
    } else {
      const end = await wholeValue(buffered);
      if (end < 0 && !buffered.ended) {
        yield { broken: tooLong, line: position.line };
        return;
      }
      if (end === 0) {
        yield { broken: failure("JSN001", "a value must stand here"), line: position.line };
        return;
      }
      // A text that ends too early goes to the engine all the same: it says where and why.
      const text = buffered.bytes.subarray(0, end < 0 ? buffered.bytes.length : end);
      yield { text, line: position.line };
      position.line += newlinesIn(text, 0, text.length);
      buffered.take(text.length);
      if (end < 0) return;
      if (expected !== "text") expected = ", or ]";
    }
  }
  if (expected !== "text") yield { broken: failure("JSN003", "the array is not closed"), line: position.line };
}
