/** A stream of contacts as NDJSON, in pieces as a file or a network gives them: they end anywhere. */
import { contact } from "./contacts.mjs";

/** So many contacts come again and again: a million of them would take more memory than what is measured. */
export const period = 1000;
const contacts = Array.from({ length: period }, (_, i) => `${JSON.stringify(contact(i))}\n`).join("");
const bytes = new TextEncoder().encode(contacts);
const pieceBytes = 64 * 1024;

function* pieces(records) {
  for (let sent = 0; sent < records; sent += period) {
    for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
  }
}

/** What a user of `mapMany` writes: what stands behind a piece's last line end waits for the next piece. */
function* wholeLines(pieces) {
  let rest = new Uint8Array();
  for (const piece of pieces) {
    const end = piece.lastIndexOf(10) + 1;
    if (end > 0) yield Buffer.concat([rest, piece.subarray(0, end)]);
    rest = end > 0 ? piece.subarray(end) : Buffer.concat([rest, piece]);
  }
  if (rest.length > 0) yield rest;
}

/** `run` over a stream of so many records, a multiple of `period`; `take` gets what it gives, piece by piece. */
export function stream(run, records, take = () => {}) {
  for (const lines of wholeLines(pieces(records))) take(run(lines));
}
