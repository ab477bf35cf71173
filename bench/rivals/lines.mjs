/**
 * NDJSON in, NDJSON out, in the fastest way that we found for Node: each line is decoded for itself, since one sign
 * beyond Latin-1 makes V8 store a whole text in two bytes a sign, and outputs are encoded in pieces that stay in the
 * cache. In batches that halves the time of decoding, splitting, joining and encoding everything at once.
 */
export function mapLines(bytes, mapLine) {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces = [];
  let output = "";
  for (let start = 0, end = 0; start < input.length; start = end + 1) {
    end = input.indexOf(10, start);
    if (end < 0) end = input.length;
    output += `${mapLine(input.utf8Slice(start, end))}\n`;
    if (output.length > 16384) {
      pieces.push(Buffer.from(output));
      output = "";
    }
  }
  pieces.push(Buffer.from(output));
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}
