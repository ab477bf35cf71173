/** What a browser keeps of a session, and the token that proves that a request is the page's own. */
import { sha256 } from "./hash.js";

/** "__Host-": of this host alone, over https; browsers take it over http from their own machine. */
export const name = "__Host-crm-sync";
const attributes = "Path=/; Secure; HttpOnly; SameSite=Strict";

export const csrfHeader = "x-crm-sync-csrf";

export const sessionCookie = (token: string, seconds: number) => `${name}=${token}; Max-Age=${seconds}; ${attributes}`;
export const clearedCookie = `${name}=; Max-Age=0; ${attributes}`;

/** The session's token; where there is an API key as well, it is the key that counts. */
export function cookieOf(request: Request): string | null {
  if (request.headers.has("authorization")) return null;
  const pattern = new RegExp(`(?:^|;) *${name}=([\\w-]{43}) *(?:;|$)`);
  return pattern.exec(request.headers.get("cookie") ?? "")?.[1] ?? null;
}

/** Made of the session's token, which no script can read; the page is told it by an answer that no other page can. */
export const csrfOf = (token: string) => sha256(`csrf.${token}`);
