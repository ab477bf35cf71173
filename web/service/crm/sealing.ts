/** Secrets at rest: AES-GCM under named keys, bound to the integration that they belong to. */
import type { IntegrationRef } from "../store/model.js";

/** New secrets are sealed under `current`; the others open what was sealed before the keys were changed. */
export interface Keyring {
  current: string;
  /** 32 bytes each. */
  keys: Record<string, Uint8Array>;
}

/** The key is unknown, or the text was altered, or it is another integration's. */
export class SealBroken extends Error {
  override readonly name = "SealBroken";
}

/** `<name of the key>.<nonce>.<ciphertext>`, both in hex. */
export async function seal(keyring: Keyring, ref: IntegrationRef, secret: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await keyOf(keyring, keyring.current, "encrypt");
  const sealed = await crypto.subtle.encrypt(parameters(iv, ref), key, new TextEncoder().encode(secret));
  return `${keyring.current}.${hex(iv)}.${hex(new Uint8Array(sealed))}`;
}

export async function unseal(keyring: Keyring, ref: IntegrationRef, sealed: string): Promise<string> {
  const [name = "", iv = "", content = "", ...more] = sealed.split(".");
  if (more.length > 0) throw new SealBroken("not a sealed text");
  const key = await keyOf(keyring, name, "decrypt");
  try {
    return new TextDecoder().decode(await crypto.subtle.decrypt(parameters(bytes(iv), ref), key, bytes(content)));
  } catch {
    throw new SealBroken("altered, or another integration's");
  }
}

/** Whether it was sealed under another key than the current one. */
export function isSealedUnderOld(keyring: Keyring, sealed: string): boolean {
  return !sealed.startsWith(`${keyring.current}.`);
}

/** What is bound to a tenant does not open in a row that was copied to another. */
function parameters(iv: Uint8Array<ArrayBuffer>, { tenant, id }: IntegrationRef) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(JSON.stringify(["credentials", tenant, id])) };
}

function keyOf({ keys }: Keyring, name: string, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  const raw = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (raw === undefined || /[^\w-]/.test(name)) throw new SealBroken("unknown key");
  if (raw.length !== 32) throw new SealBroken("a key has 32 bytes");
  return crypto.subtle.importKey("raw", new Uint8Array(raw), "AES-GCM", false, [use]);
}

function hex(of: Uint8Array): string {
  return Array.from(of, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length >> 1 }, (_, index) => Number.parseInt(text.substr(index * 2, 2), 16));
}
