/**
 * Finds where each JSON text begins and ends in a stream of bytes. Three shapes come in: one JSON text a line (NDJSON),
 * JSON texts that span lines, and one array of them. In NDJSON a broken line costs only itself; a broken array cannot
 * be followed any further and ends in one error.
 */
import { type Failure, failure } from "./failure.js";
import { endOfValue, isSpace, skipSpace } from "./json-text.js";
import { advanced, type Position } from "./position.js";

export interface Frame {
  text: Uint8Array;
  /** Where in the input the text begins. */
  start: Position;
}

/** What could not be framed, and where that was noticed. */
export interface BrokenFrame {
  broken: Failure;
  start: Position;
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
  /** Where in the input `bytes` begins. */
  position: Position = { line: 1, column: 1 };
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
    this.position = advanced(this.position, this.bytes, 0, count);
    this.start += count;
    this.bytes = this.bytes.subarray(count);
  }
}

export async function* framesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame | BrokenFrame> {
  const input = new Buffered(chunks);
  await skipByteOrderMark(input);
  if (!(await skipBlank(input))) return;
  if (await comesInLines(input)) yield* lines(input);
  else yield* documents(input);
}

async function skipByteOrderMark(input: Buffered): Promise<void> {
  while (input.bytes.length < 3 && (await input.more()));
  const [a, b, c] = input.bytes;
  if (a !== 0xef || b !== 0xbb || c !== 0xbf) return;
  input.take(3);
  input.position = { line: 1, column: 1 };
}

/** Skips white space; false when nothing follows it. */
async function skipBlank(input: Buffered): Promise<boolean> {
  do {
    input.take(skipSpace(input.bytes, 0));
    if (input.bytes.length > 0) return true;
  } while (await input.more());
  return false;
}

/** Whether the first line is one JSON text of its own, or is broken so that it cannot begin a longer one. */
async function comesInLines(input: Buffered): Promise<boolean> {
  let end = input.bytes.indexOf(newline);
  while (end < 0 && input.bytes.length <= longestText) {
    const seen = input.bytes.length;
    if (!(await input.more())) break;
    end = input.bytes.indexOf(newline, seen);
  }
  const first = end < 0 ? input.bytes.length : end;
  const sign = String.fromCharCode(input.bytes[0] ?? 0);
  if (sign === "[") return false;
  if (sign !== "{") return true;
  const valueEnd = endOfValue(input.bytes, 0, first);
  if (valueEnd >= 0) return skipSpace(input.bytes, valueEnd, first) === first;
  // "{" on the first line and again at the start of the next is no JSON text: it is NDJSON with a broken first line.
  let next = skipSpace(input.bytes, first);
  while (next === input.bytes.length && (await input.more())) next = skipSpace(input.bytes, first);
  return end < 0 || input.bytes[next] === 0x7b;
}

async function* lines(input: Buffered): AsyncGenerator<Frame | BrokenFrame> {
  let searched = 0;
  let skipping = false;
  for (;;) {
    const end = input.bytes.indexOf(newline, searched);
    if (end < 0) {
      searched = input.bytes.length;
      if (searched > longestText) {
        if (!skipping) yield { broken: tooLong, start: input.position };
        skipping = true;
      }
      if (skipping) {
        input.take(searched);
        searched = 0;
      }
      if (await input.more()) continue;
      if (!skipping && skipSpace(input.bytes, 0) < input.bytes.length)
        yield { text: input.bytes, start: input.position };
      return;
    }
    const text = input.bytes.subarray(0, end);
    if (!skipping && skipSpace(text, 0) < text.length) yield { text, start: input.position };
    skipping = false;
    searched = 0;
    input.take(end + 1);
  }
}

/** Waits until the value at the beginning of the buffer is whole; where it ends, or -1. */
async function wholeValue(input: Buffered): Promise<number> {
  let depth = 0;
  let inString = false;
  let at = 0;
  const first = input.bytes[0];
  const scalar = first !== 0x7b && first !== 0x5b && first !== quote;
  for (;;) {
    const { bytes } = input;
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
    if (bytes.length > longestText || !(await input.more())) return scalar && input.ended ? bytes.length : -1;
  }
}

async function* documents(input: Buffered): AsyncGenerator<Frame | BrokenFrame> {
  let expected: "text" | "element or ]" | "element" | ", or ]" = "text";
  while (await skipBlank(input)) {
    const sign = String.fromCharCode(input.bytes[0] ?? 0);
    if (expected === "text" && sign === "[") {
      expected = "element or ]";
      input.take(1);
    } else if (sign === "]" && (expected === "element or ]" || expected === ", or ]")) {
      expected = "text";
      input.take(1);
    } else if (expected === ", or ]") {
      if (sign !== ",") {
        yield {
          broken: failure("JSN001", "the array is broken: a comma or ] must follow here"),
          start: input.position,
        };
        return;
      }
      expected = "element";
      input.take(1);
    } else {
      const end = await wholeValue(input);
      if (end < 0 && !input.ended) {
        yield { broken: tooLong, start: input.position };
        return;
      }
      if (end === 0) {
        yield { broken: failure("JSN001", "a value must stand here"), start: input.position };
        return;
      }
      // A text that ends too early goes to the engine all the same: it says where and why.
      const text = input.bytes.subarray(0, end < 0 ? input.bytes.length : end);
      yield { text, start: input.position };
      input.take(text.length);
      if (end < 0) return;
      if (expected !== "text") expected = ", or ]";
    }
  }
  if (expected !== "text") yield { broken: failure("JSN003", "the array is not closed"), start: input.position };
}
