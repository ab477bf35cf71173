/** XXH32 (https://github.com/Cyan4973/xxHash), which runs alike everywhere and is quick; the engine's tests have the original. */
const [p1, p2, p3, p4, p5] = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1];

const rotated = (value: number, by: number) => (value << by) | (value >>> (32 - by));
const round = (lane: number, word: number) => Math.imul(rotated((lane + Math.imul(word, p2)) | 0, 13), p1);

function xxh32(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length;
  let at = 0;
  let hash = (seed + p5) | 0;
  if (size >= 16) {
    let [a, b, c, d] = [(seed + p1 + p2) | 0, (seed + p2) | 0, seed | 0, (seed - p1) | 0];
    for (; at + 16 <= size; at += 16) {
      a = round(a, view.getInt32(at, true));
      b = round(b, view.getInt32(at + 4, true));
      c = round(c, view.getInt32(at + 8, true));
      d = round(d, view.getInt32(at + 12, true));
    }
    hash = (rotated(a, 1) + rotated(b, 7) + rotated(c, 12) + rotated(d, 18)) | 0;
  }
  hash = (hash + size) | 0;
  for (; at + 4 <= size; at += 4) {
    hash = Math.imul(rotated((hash + Math.imul(view.getInt32(at, true), p3)) | 0, 17), p4);
  }
  for (; at < size; at += 1) hash = Math.imul(rotated((hash + Math.imul(view.getUint8(at), p5)) | 0, 11), p1);
  hash = Math.imul(hash ^ (hash >>> 15), p2);
  hash = Math.imul(hash ^ (hash >>> 13), p3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 64 bits as 16 hexadecimal digits: the hash with seed 0, then with seed 1. */
export function hashOf(bytes: Uint8Array): string {
  return [0, 1].map((seed) => xxh32(bytes, seed).toString(16).padStart(8, "0")).join("");
}
