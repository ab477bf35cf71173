/** A mapping, and its records where they are wanted, in the hash of an address: deflated JSON as base64url. */

/** By the names of the element's properties. */
export type Shared = Record<string, string>;

const name = "#crm-mapping=";
/** A hash is anybody's: what it holds may be no more than this. */
const maximumBytes = 1 << 23;

export async function toHash(shared: Shared): Promise<string> {
  const text = new Blob([JSON.stringify(shared)]);
  const bytes = await new Response(text.stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer();
  const signs = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return name + btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Null where the hash holds nothing of the kind, or is damaged. */
export async function fromHash(hash: string): Promise<Shared | null> {
  if (!hash.startsWith(name)) return null;
  try {
    const signs = atob(hash.slice(name.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(signs, (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const shared: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await upTo(stream)));
    const isShared = typeof shared === "object" && shared !== null && !Array.isArray(shared);
    return isShared && Object.values(shared).every((value) => typeof value === "string") ? (shared as Shared) : null;
  } catch {
    // Not base64, not deflated, not UTF-8 or not JSON: in each case no link of ours.
    return null;
  }
}

async function upTo(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maximumBytes) throw new RangeError("more than a link may hold");
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
