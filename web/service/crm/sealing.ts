/** Secrets at rest: AES-GCM under named keys, bound to what they belong to. */

/** New secrets are sealed under `current`; the others open what was sealed before the keys were changed. */
export interface Keyring {
  current: string;
  /** 32 bytes each. */
  keys: Record<string, Uint8Array>;
}

/** The key is unknown, or the text was altered, or it is somebody else's. */
export class SealBroken extends Error {
  override readonly name = "SealBroken";
}

/** Whose it is, such as ["credentials", tenant, integration]: in a row that was copied to another it does not open. */
export type Owner = readonly string[];

/** `<name of the key>.<nonce>.<ciphertext>`, both in hex. */
export async function seal(keyring: Keyring, owner: Owner, secret: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await keyOf(keyring, keyring.current, "encrypt");
  const sealed = await crypto.subtle.encrypt(parameters(iv, owner), key, new TextEncoder().encode(secret));
  return `${keyring.current}.${hex(iv)}.${hex(new Uint8Array(sealed))}`;
}

export async function unseal(keyring: Keyring, owner: Owner, sealed: string): Promise<string> {
  const [name = "", iv = "", content = "", ...more] = sealed.split(".");
  if (more.length > 0) throw new SealBroken("not a sealed text");
  const key = await keyOf(keyring, name, "decrypt");
  try {
    return new TextDecoder().decode(await crypto.subtle.decrypt(parameters(bytes(iv), owner), key, bytes(content)));
  } catch {
    throw new SealBroken("altered, or somebody else's");
  }
}

/** Whether it was sealed under another key than the current one. */
export function isSealedUnderOld(keyring: Keyring, sealed: string): boolean {
  return !sealed.startsWith(`${keyring.current}.`);
}

function parameters(iv: Uint8Array<ArrayBuffer>, owner: Owner) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(JSON.stringify(owner)) };
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

/** Of many bytes: as one list of arguments they would be more than a call takes. */
export function base64(of: Uint8Array): string {
  let text = "";
  for (let from = 0; from < of.length; from += 0x8000) text += String.fromCharCode(...of.subarray(from, from + 0x8000));
  return btoa(text);
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let index = 0; index < signs.length; index++) bytes[index] = signs.charCodeAt(index);
  return bytes;
}
