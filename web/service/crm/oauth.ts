/** Connecting an account by OAuth: where a person lets the app in, and what the code is good for that comes of it. */
import type { Clock } from "../clock.js";
import type { Integration } from "../store/model.js";
import { allowedUrl, crmHosts } from "./allowed-hosts.js";
import { type Crm, CrmUnavailable } from "./client.js";
import { exchange, type OAuthApp, revocationEndpoint, type Tokens, tokenEndpoint } from "./credentials.js";
import type { Http } from "./http.js";
import { longId } from "./salesforce/ids.js";

export interface App {
  clientId: string;
  clientSecret: string;
  /** HubSpot: of the developer's account, by which a legacy public app's subscriptions are read. */
  developerKey?: string;
  /** Salesforce: where people sign in, instead of the organisation's own address. */
  loginUrl?: string;
}

/** What is fixed when a person is sent away, and has to be the same when they come back. */
export interface Asking {
  /** Salesforce's name of what is behind the sign-in; null: the organisation's own address, or the configured one. */
  environment: Environment | null;
  redirectUri: string;
  /** Of PKCE. */
  verifier: string;
}
export type Environment = "production" | "sandbox";

export interface Granted {
  /** As an integration's. */
  account: string;
  tokens: Tokens;
}

export interface OAuth {
  /** Whether there is an app of this CRM's. */
  knows(crm: Crm): boolean;
  authorizeUrl(
    integration: Integration,
    asking: Asking & { state: string; scopes: readonly string[] },
  ): Promise<string>;
  /** Throws `CrmUnavailable`, and `WrongAddress`. */
  grant(integration: Integration, code: string, asking: Asking): Promise<Granted>;
  /** What HubSpot says of an access token. */
  introspect(integration: Integration, access: string): Promise<Record<string, unknown>>;
  /** Of HubSpot's app; null without a developer's key, or where HubSpot does not tell. */
  subscriptions(integration: Integration, appId: string): Promise<unknown[] | null>;
  /** Gives a refresh token back; false where the CRM has not said that it took it. */
  revoke(integration: Integration, refresh: string): Promise<boolean>;
}

/** The organisation's address is another than the integration's: its tokens would go to the wrong one. */
export class WrongAddress extends Error {
  override readonly name = "WrongAddress";
}

export interface OAuthOptions {
  apps: Partial<Record<Crm, App>>;
  /** Without credentials, and with the CRM's own hosts allowed. */
  http(crm: Crm): Http;
  clock: Clock;
  developmentHosts?: readonly string[];
}

const hubspotApi = "https://api.hubapi.com";
/** Only a person's browser goes there. */
const hubspotApp = "https://app.hubspot.com";

const logins: Record<Environment, string> = {
  production: "https://login.salesforce.com",
  sandbox: "https://test.salesforce.com",
};

export function createOAuth({ apps, http, clock, developmentHosts }: OAuthOptions): OAuth {
  function appOf({ crm, settings }: Integration, environment: Environment | null) {
    const app = apps[crm];
    if (app === undefined) throw new CrmUnavailable("broken", "there is no app of this CRM's");
    const chosen = crm === "salesforce" && environment !== null ? logins[environment] : undefined;
    return { app, base: chosen ?? app.loginUrl ?? settings.baseUrl };
  }

  function introspect(integration: Integration, access: string) {
    const { app, base } = appOf(integration, null);
    return introspected(http("hubspot"), app, base, access);
  }

  async function hubspotAccount(integration: Integration, access: string): Promise<string> {
    const { hub_id: portal } = await introspect(integration, access);
    if (typeof portal !== "number" || !Number.isSafeInteger(portal)) {
      throw new CrmUnavailable("broken", "the token has no hub_id");
    }
    return String(portal);
  }

  /** Of `id`, such as https://login.salesforce.com/id/00D…/005…, which nobody calls. */
  function salesforceAccount({ id, instance_url: instance }: Record<string, unknown>, baseUrl: string): string {
    const { pathname } = allowedUrl(String(id), crmHosts.salesforce, developmentHosts);
    const { origin } = allowedUrl(String(instance), crmHosts.salesforce, developmentHosts);
    const account = longId(/^\/id\/(00D\w+)\/005\w+$/.exec(pathname)?.[1]);
    if (account === null) throw new CrmUnavailable("broken", "the identity has no organisation");
    if (origin !== new URL(baseUrl).origin) throw new WrongAddress();
    return account;
  }

  return {
    knows: (crm) => apps[crm] !== undefined,

    async authorizeUrl(integration, { environment, redirectUri, verifier, state, scopes }) {
      const { app, base } = appOf(integration, environment);
      const common = { client_id: app.clientId, redirect_uri: redirectUri, scope: scopes.join(" "), state };
      if (integration.crm === "hubspot") {
        // Without PKCE: HubSpot documents no code_challenge.
        return withQuery(new URL("/oauth/authorize", base === hubspotApi ? hubspotApp : base), common);
      }
      const challenge = await challengeOf(verifier);
      const pkce = { response_type: "code", code_challenge: challenge, code_challenge_method: "S256" };
      return withQuery(new URL("/services/oauth2/authorize", base), { ...common, ...pkce });
    },

    async grant(integration, code, { environment, redirectUri, verifier }) {
      const { crm, settings } = integration;
      const { app, base } = appOf(integration, environment);
      const oauth: OAuthApp = { ...app, tokenUrl: tokenEndpoint[crm](base) };
      const grant = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
      const pkce = crm === "salesforce" && { code_verifier: verifier };
      const { tokens, body } = await exchange(http(crm), oauth, { ...grant, ...pkce }, clock);
      if (tokens.refresh === undefined) throw new CrmUnavailable("broken", "token endpoint: no refresh token");
      const account =
        crm === "hubspot"
          ? await hubspotAccount(integration, tokens.access)
          : salesforceAccount(body, settings.baseUrl);
      return { account, tokens };
    },

    introspect,

    async subscriptions(integration, appId) {
      const { app, base } = appOf(integration, null);
      if (app.developerKey === undefined || !/^\d{1,20}$/.test(appId)) return null;
      const url = withQuery(new URL(`/webhooks/v3/${appId}/subscriptions`, base), { hapikey: app.developerKey });
      const answer = await http("hubspot").request("GET", url, { idempotent: true });
      const { results } = (answer.sent === true && answer.status === 200 ? answer.body : {}) as { results?: unknown };
      return Array.isArray(results) ? results : null;
    },

    async revoke(integration, refresh) {
      const { crm } = integration;
      const { app, base } = appOf(integration, null);
      const { clientId: client_id, clientSecret: client_secret } = app;
      const own = crm === "hubspot" && { client_id, client_secret, token_type_hint: "refresh_token" };
      const body = new URLSearchParams({ token: refresh, ...own });
      try {
        const answer = await http(crm).request("POST", revocationEndpoint[crm](base), { body });
        // An empty answer, or one that is no JSON.
        return answer.sent === true
          ? answer.status < 300
          : answer.sent === "unknown" && answer.why === "answer is no JSON";
      } catch (error) {
        if (error instanceof CrmUnavailable) return false;
        throw error;
      }
    },
  };
}

/** What HubSpot says of one of our tokens: whose it is, and what it may. */
async function introspected(
  http: Http,
  { clientId, clientSecret }: App,
  base: string,
  token: string,
): Promise<Record<string, unknown>> {
  const body = new URLSearchParams({
    client_id: clientId,
    client_secret: clientSecret,
    token,
    token_type_hint: "access_token",
  });
  const result = await http.request("POST", new URL("/oauth/2026-03/token/introspect", base).href, { body });
  if (result.sent !== true) throw new CrmUnavailable("later", `token introspection: ${result.why}`, 5_000);
  if (result.status !== 200) throw new CrmUnavailable("broken", `token introspection: HTTP ${result.status}`);
  return result.body as Record<string, unknown>;
}

function withQuery(url: URL, query: Record<string, string>): string {
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** S256 (RFC 7636). */
async function challengeOf(verifier: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const text = btoa(String.fromCharCode(...hash));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What the app asks to be allowed, for what a mapping does. */
export function scopesOf(crm: Crm, { consent, looksUp }: { consent: boolean; looksUp: boolean }): string[] {
  if (crm === "salesforce") return ["api", "refresh_token"];
  return [
    ...["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write"],
    ...(consent ? ["communication_preferences.read_write"] : []),
    ...(looksUp ? ["crm.objects.owners.read"] : []),
  ];
}
