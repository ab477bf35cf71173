/** A stream of contacts as NDJSON, in pieces as a file or a network gives them: they end anywhere. */
import { contact } from "./contacts.mjs";

/** So many contacts come again and again: a million of them would take more memory than what is measured. */
export const period = 1000;
const contacts = Array.from({ length: period }, (_, i) => `${JSON.stringify(contact(i))}\n`).join("");
const bytes = new TextEncoder().encode(contacts);
const pieceBytes = 64 * 1024;

function* pieces(records) {
  for (let sent = 0; sent < records; sent += period) {
    for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.slice(start, start + pieceBytes);
  }
}

/** A rival's stream: what stands behind a piece's last line end waits for the next piece. */
export function linesThrough(run) {
  let rest = new Uint8Array();
  return new TransformStream({
    transform(piece, controller) {
      const end = piece.lastIndexOf(10) + 1;
      if (end > 0) controller.enqueue(run(Buffer.concat([rest, piece.subarray(0, end)])));
      rest = end > 0 ? piece.slice(end) : Buffer.concat([rest, piece]);
    },
    flush(controller) {
      if (rest.length > 0) controller.enqueue(run(rest));
    },
  });
}

/** So many records, a multiple of `period`, through a transform stream; `take` gets what it gives, piece by piece. */
export async function stream(through, records, take = () => {}) {
  for await (const output of ReadableStream.from(pieces(records)).pipeThrough(through)) take(output);
}
