/**
 * Who calls: by an API key, or by the session that was begun with one; of both only hashes are kept. Another way can be
 * put in its place.
 */
import type { Clock } from "../clock.js";
import type { Caller } from "../store/model.js";
import type { SyncStore } from "../store/store.js";
import { sameHash, sha256 } from "./hash.js";
import { Problem } from "./problem.js";
import { cookieOf, csrfHeader, csrfOf } from "./session-cookie.js";

export type Authenticate = (request: Request) => Promise<Caller | null>;

/** Keys and tokens are random, so that a plain hash tells nothing, and looking one up tells nothing about others. */
export function byKeyOrSession(store: Pick<SyncStore, "callerOf" | "callerOfSession">, clock: Clock): Authenticate {
  return async (request) => {
    const token = cookieOf(request);
    if (token === null) {
      const key = /^Bearer ([\x21-\x7e]{16,512})$/i.exec(request.headers.get("authorization") ?? "")?.[1];
      return key === undefined ? null : store.callerOf(await sha256(key));
    }
    const caller = await store.callerOfSession(await sha256(token), new Date(clock.now()));
    // A browser sends the cookie whatever page asks it to; only the admin page knows the token.
    if (caller !== null && !isSafe(request) && !(await isOwn(request, token))) throw new Problem("csrf");
    return caller;
  };
}

const isSafe = ({ method }: Request) => method === "GET" || method === "HEAD";

const isOwn = async (request: Request, token: string) =>
  sameHash(request.headers.get(csrfHeader) ?? "", await csrfOf(token));
