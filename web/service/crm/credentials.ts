/** Access tokens: kept sealed in the store, refreshed once however many requests and processes find them stale. */
import type { Clock } from "../clock.js";
import type { IntegrationRef } from "../store/model.js";
import type { SyncStore } from "../store/store.js";
import { type Credentials, type Crm, CrmUnavailable } from "./client.js";
import type { Http } from "./http.js";
import { isSealedUnderOld, type Keyring, SealBroken, seal, unseal } from "./sealing.js";

/** What is sealed. Without a refresh token it is a private app's own token, which nothing can renew. */
export interface Tokens {
  access: string;
  refresh?: string;
  /** Milliseconds since 1970, where the CRM said so. */
  expires?: number;
}

export interface OAuthApp {
  /** Such as `tokenEndpoint.hubspot("https://api.hubapi.com")`. */
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
}

export const tokenEndpoint: Record<Crm, (base: string) => string> = {
  hubspot: (base) => new URL("/oauth/2026-03/token", base).href,
  /** `base` is the login host or the organisation's own. */
  salesforce: (base) => new URL("/services/oauth2/token", base).href,
};

export interface CredentialsOptions {
  store: Pick<SyncStore, "credentials" | "saveCredentials" | "exclusively">;
  ref: IntegrationRef;
  keyring: Keyring;
  clock: Clock;
  /** Without credentials of its own, and with the token endpoint's host allowed. */
  http: Http;
  /** Absent: a private app. */
  app?: OAuthApp;
}

/** Where a refresh token is given back. */
export const revocationEndpoint: Record<Crm, (base: string) => string> = {
  hubspot: (base) => new URL("/oauth/2026-03/token/revoke", base).href,
  salesforce: (base) => new URL("/services/oauth2/revoke", base).href,
};

const ownerOf = ({ tenant, id }: IntegrationRef) => ["credentials", tenant, id];

export const sealTokens = (keyring: Keyring, ref: IntegrationRef, tokens: Tokens) =>
  seal(keyring, ownerOf(ref), JSON.stringify(tokens));

export const openTokens = async (keyring: Keyring, ref: IntegrationRef, sealed: string) =>
  JSON.parse(await unseal(keyring, ownerOf(ref), sealed)) as Tokens;

/** Whoever renews or destroys an integration's tokens does it alone. */
export const turnOf = ({ tenant, id }: IntegrationRef) => `credentials/${tenant}/${id}`;

/** A token is renewed this long before it ends, so that a request does not start with one that ends under way. */
const margin = 60_000;

export function createCredentials({ store, ref, keyring, clock, http, app }: CredentialsOptions): Credentials {
  let known: Tokens | null = null;
  let renewing: Promise<string> | null = null;

  async function load() {
    const row = await store.credentials(ref);
    if (row === null) throw new CrmUnavailable("revoked", "no credentials are stored");
    try {
      known = await openTokens(keyring, ref, row.sealed);
    } catch (error) {
      // Not "revoked": the CRM has refused nothing; the configuration's keys have to be looked at.
      if (error instanceof SealBroken) throw new CrmUnavailable("broken", `credentials do not open: ${error.message}`);
      throw error;
    }
    return { tokens: known, version: row.version, sealed: row.sealed };
  }

  async function loadAndReseal(): Promise<Tokens> {
    const { tokens, version, sealed } = await load();
    if (isSealedUnderOld(keyring, sealed)) {
      await store.saveCredentials(ref, await sealTokens(keyring, ref, tokens), version);
    }
    return tokens;
  }

  /** Alone among all processes: another may have renewed it while we waited. */
  async function refreshed(stale: string): Promise<string> {
    const { tokens, version } = await load();
    if (tokens.access !== stale) return tokens.access;
    if (app === undefined || tokens.refresh === undefined) {
      throw new CrmUnavailable("revoked", "the token is refused, and cannot be renewed");
    }
    const grant = { grant_type: "refresh_token", refresh_token: tokens.refresh };
    const { tokens: fresh } = await exchange(http, app, grant, clock);
    // Stored before it is used: with it the old refresh token has ended, and losing the new one locks everybody out.
    const next: Tokens = { ...fresh, refresh: fresh.refresh ?? tokens.refresh };
    if (!(await store.saveCredentials(ref, await sealTokens(keyring, ref, next), version))) {
      return (await load()).tokens.access; // a person has connected anew meanwhile
    }
    known = next;
    return next.access;
  }

  async function renew(stale: string): Promise<string> {
    while (renewing !== null) {
      const token = await renewing;
      if (token !== stale) return token;
    }
    renewing = store.exclusively(turnOf(ref), () => refreshed(stale));
    try {
      return await renewing;
    } finally {
      renewing = null;
    }
  }

  return {
    async token() {
      const { access, expires, refresh } = known ?? (await loadAndReseal());
      const ends = expires !== undefined && refresh !== undefined && expires - margin <= clock.now();
      return ends ? renew(access) : access;
    },
    renew,
  };
}

/** Codes of Salesforce's. */
const tooFast: readonly unknown[] = ["rate_limit_exceeded", "REQUEST_LIMIT_EXCEEDED"];

/** Asks a token endpoint: for a refresh, or with the code that a person's consent gave. */
export async function exchange(
  http: Http,
  app: OAuthApp,
  grant: Record<string, string>,
  clock: Clock,
): Promise<{ tokens: Tokens; body: Record<string, unknown> }> {
  const form = new URLSearchParams({ ...grant, client_id: app.clientId, client_secret: app.clientSecret });
  const result = await http.request("POST", app.tokenUrl, { body: form });
  if (result.sent !== true) throw new CrmUnavailable("later", `token endpoint: ${result.why}`, 5_000);
  // Salesforce's own errors, other than those of OAuth, come in a list.
  const [first] = [result.body].flat();
  const body = (typeof first === "object" && first !== null ? first : {}) as Record<string, unknown>;
  if (result.status !== 200) {
    // Words of a code only: an endpoint that quotes what it was sent would quote the refresh token.
    const code = [body.error, body.status, body.errorCode].find(
      (part) => typeof part === "string" && /^([a-z_]+|[A-Z_]+)$/.test(part),
    );
    const said = `token endpoint: HTTP ${result.status} ${code ?? ""}`.trim();
    if (result.status === 429 || tooFast.includes(code)) throw new CrmUnavailable("later", said, 10_000);
    const revoked = body.error === "invalid_grant" || body.status === "BAD_REFRESH_TOKEN";
    throw new CrmUnavailable(revoked ? "revoked" : "broken", said);
  }
  if (typeof body.access_token !== "string") throw new CrmUnavailable("broken", "token endpoint: no access token");
  const tokens = {
    access: body.access_token,
    ...(typeof body.refresh_token === "string" ? { refresh: body.refresh_token } : {}),
    ...(typeof body.expires_in === "number" ? { expires: clock.now() + body.expires_in * 1000 } : {}),
  };
  return { tokens, body };
}
