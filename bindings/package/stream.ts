import { newStreamPlace, type StreamPlace, StreamWord } from "./boundary.js";
import { requireBytes } from "./errors.js";

/** Larger chunks are taken in pieces, so that memory stays flat. */
const pieceBytes = 1 << 18;
/** A record of a stream that is longer so far is looked at again when it has grown by a quarter, or a line ends. */
const eagerBytes = 1 << 16;
const newline = 0x0a;

/**
 * Gives the lines for what is whole of the parts, which are one text, and moves the place; what was not taken has to come
 * again.
 */
export type Take = (parts: Uint8Array[], place: StreamPlace) => Uint8Array;

/** The lines for records that come in chunks, which end anywhere. */
export function recordStream(take: Take): TransformStream<Uint8Array, Uint8Array> {
  const place = newStreamPlace();
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let enough = 0;

  const advance = (controller: TransformStreamDefaultController<Uint8Array>) => {
    const lines = take(waiting, place);
    if (lines.length > 0) controller.enqueue(lines);
    const rest = behind(waiting, place[StreamWord.taken] as number);
    waiting = rest.length > 0 ? [rest] : [];
    waitingBytes = rest.length;
    enough = rest.length > eagerBytes ? rest.length * 1.25 : 0;
  };
  return new TransformStream({
    transform(chunk, controller) {
      requireBytes(chunk, "a stream's chunks are UTF-8 bytes");
      for (let start = 0; start < chunk.length; start += pieceBytes) {
        const piece = chunk.subarray(start, start + pieceBytes);
        waiting.push(piece);
        waitingBytes += piece.length;
        if (waitingBytes >= enough || piece.includes(newline)) advance(controller);
      }
    },
    flush(controller) {
      place[StreamWord.last] = 1;
      advance(controller);
    },
  });
}

/** A copy of what is behind so many bytes of the parts. */
function behind(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  return joined(
    parts.map((part) => {
      const rest = part.subarray(Math.min(bytes, part.length));
      bytes -= part.length - rest.length;
      return rest;
    }),
  );
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
