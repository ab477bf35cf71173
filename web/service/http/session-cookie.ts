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
  return held(request, name);
}

function held(request: Request, cookie: string): string | null {
  const pattern = new RegExp(`(?:^|;) *${cookie}=([\\w-]{43}) *(?:;|$)`);
  return pattern.exec(request.headers.get("cookie") ?? "")?.[1] ?? null;
}

/**
 * Of a person on their way to a CRM and back: the session's cookie does not come along when another site leads here, and
 * this one is good for nothing but coming back. `path` is where the routes of OAuth are.
 */
export const connectingCookie = (secret: string, seconds: number, path: string) =>
  `${connectingName}=${secret}; Max-Age=${seconds}; Path=${path}; Secure; HttpOnly; SameSite=Lax`;
const connectingName = "__Secure-crm-sync-oauth";

export const connectingCookieOf = (request: Request) => held(request, connectingName);

/** Made of the session's token, which no script can read; the page is told it by an answer that no other page can. */
export const csrfOf = (token: string) => sha256(`csrf.${token}`);
