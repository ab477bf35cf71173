/**
 * HubSpot's request signature, version 3: base64 of HMAC-SHA256, under the app's client secret, over method, URI, body
 * and timestamp, in the headers `X-HubSpot-Signature-v3` and `X-HubSpot-Request-Timestamp` (milliseconds).
 * Source: HubSpot developer documentation, "Validating requests".
 */

/** HubSpot's own limit, here in both directions: a time ahead of ours is as wrong as an old one. */
const maximumAge = 300_000;

export interface SignedRequest {
  method: string;
  /** The whole URL as HubSpot calls it, with its query. */
  uri: string;
  body: Uint8Array;
  signature: string | null;
  timestamp: string | null;
}

export type SignatureProblem = "missing" | "expired" | "wrong";

/** Null if any of the secrets signed the request at about `now`, in milliseconds since 1970. */
export async function signatureProblem(
  { method, uri, body, signature, timestamp }: SignedRequest,
  secrets: readonly string[],
  now: number,
): Promise<SignatureProblem | null> {
  if (signature === null || timestamp === null) return "missing";
  if (!/^\d{1,15}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > maximumAge) return "expired";
  const expected = decodeBase64(signature);
  if (expected === null) return "wrong";
  const signed = joined(encoder.encode(method + decodeUri(uri)), body, encoder.encode(timestamp));
  for (const secret of secrets) if (await isSignedBy(secret, expected, signed)) return null;
  return "wrong";
}

const encoder = new TextEncoder();

/** `verify` compares in constant time. */
async function isSignedBy(secret: string, signature: BufferSource, signed: BufferSource): Promise<boolean> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["verify"]);
  return crypto.subtle.verify("HMAC", key, signature, signed);
}

/** The escapes that HubSpot names; all others are signed as they are. */
function decodeUri(uri: string): string {
  return uri.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, decodeURIComponent);
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  } catch {
    return null;
  }
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
