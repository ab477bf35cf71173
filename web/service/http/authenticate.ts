/** Who calls: by an API key, of which only the hash is kept. Another way can be put in its place. */

import type { Caller } from "../store/model.js";
import type { SyncStore } from "../store/store.js";
import { sha256 } from "./hash.js";

export type Authenticate = (request: Request) => Promise<Caller | null>;

/** A key is random, so that a plain hash of it tells nothing, and looking one up tells nothing about others. */
export function byApiKey(store: Pick<SyncStore, "callerOf">): Authenticate {
  return async (request) => {
    const key = /^Bearer ([\x21-\x7e]{16,512})$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    return key === undefined ? null : store.callerOf(await sha256(key));
  };
}
