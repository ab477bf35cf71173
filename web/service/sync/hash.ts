/** SHA-256 in hex, of text. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * A short name for a value among the few that one field was given lately: FNV-1a with 53 bits. It tells values apart
 * without keeping them, and is not secret.
 */
export function valueHash(text: string): string {
  let high = 0x811c9dc5;
  let low = 0x9dc5811c;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ (unit + index), 0x01000193);
  }
  return ((high >>> 0) * 2 ** 21 + ((low >>> 0) % 2 ** 21)).toString(36);
}
