/** Places in the input as people and editors count them: lines and columns from 1, columns in UTF-16 units. */
export interface Position {
  line: number;
  column: number;
}

const newline = 0x0a;

/** UTF-16 units of the character that begins with this byte of UTF-8; bytes that continue one have none. */
function unitsOf(byte: number): number {
  if ((byte & 0xc0) === 0x80) return 0;
  return byte >= 0xf0 ? 2 : 1;
}

/** The position behind bytes `from` to `to`, where `position` is that of `from`. */
export function advanced(position: Position, bytes: Uint8Array, from: number, to: number): Position {
  let { line, column } = position;
  let at = from;
  for (let next = bytes.indexOf(newline, at); next >= 0 && next < to; next = bytes.indexOf(newline, at)) {
    line += 1;
    column = 1;
    at = next + 1;
  }
  for (; at < to; at += 1) column += unitsOf(bytes[at] as number);
  return { line, column };
}

/** The byte before which the text has `units` UTF-16 units. */
export function byteAfter(text: Uint8Array, units: number): number {
  let seen = 0;
  let at = 0;
  while (at < text.length && seen + unitsOf(text[at] as number) <= units) {
    seen += unitsOf(text[at] as number);
    at += 1;
  }
  return at;
}
