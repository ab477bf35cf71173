/** The lines of UTF-8 bytes, each of which ends in a line end. */
import { textOf } from "./pane.js";

/** Decoded so much at a time, the text lies in memory that was just used, not in fresh memory for all of it. */
const atOnce = 1 << 16;
const lineEnd = 10;

export function* linesOf(bytes: Uint8Array): Generator<string> {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(lineEnd, from + atOnce);
    const to = end < 0 ? bytes.length - 1 : end;
    yield* textOf(bytes.subarray(from, to)).split("\n");
    from = to + 1;
  }
}
