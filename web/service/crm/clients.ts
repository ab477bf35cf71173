/** The clients of all integrations: each is made once, since it keeps its tokens, its rate limit and what it looked up. */
import type { Clock } from "../clock.js";
import type { Lane } from "../jobs/jobs.js";
import type { Meter } from "../meter.js";
import type { Integration, IntegrationRef } from "../store/model.js";
import type { SyncStore } from "../store/store.js";
import { allowedUrl, crmHosts, RequestRefused } from "./allowed-hosts.js";
import type { Crm, CrmClient } from "./client.js";
import {
  createCredentials,
  type OAuthApp,
  openTokens,
  sealTokens,
  type Tokens,
  tokenEndpoint,
  turnOf,
} from "./credentials.js";
import { createHttp, type HttpOptions } from "./http.js";
import { createHubSpotClient, type HubSpotOptions, hubspotLimits } from "./hubspot/client.js";
import { type App, createOAuth, type OAuth } from "./oauth.js";
import { createRateLimit, type RateLimit, type RateLimitOptions } from "./rate-limit.js";
import { createSalesforceClient, type SalesforceOptions } from "./salesforce/salesforce-client.js";
import { type Keyring, SealBroken } from "./sealing.js";

export interface ClientsOptions {
  store: Pick<
    SyncStore,
    "credentials" | "saveCredentials" | "removeCredentials" | "exclusively" | "forgotten" | "mayWrite"
  >;
  clock: Clock;
  keyring: Keyring;
  /** The OAuth apps, one for all tenants; without one only private apps' tokens are taken. */
  apps?: Partial<Record<Crm, App>>;
  fetch?: typeof fetch;
  /** Stand-ins of this machine; none unless the configuration asks for it. */
  developmentHosts?: readonly string[];
  timeout?: number;
  meter?: Meter;
  hubspot?: Pick<HubSpotOptions, "comparesAfter" | "changes" | "bucket" | "searchBucket">;
  salesforce?: Pick<SalesforceOptions, "bucket" | "listPageSize">;
}

export interface Clients {
  /** Where nobody waits for it ("bulk"), its calls go after the others. */
  of(integration: Integration, lane?: Lane): CrmClient;
  /** Keeps an integration's tokens, sealed. */
  connect(ref: IntegrationRef, tokens: Tokens): Promise<void>;
  /** Destroys an integration's tokens; true where the CRM has said that they are good for nothing any more. */
  disconnect(integration: Integration): Promise<boolean>;
  /** Whether requests of an integration may go there. */
  allows(crm: Crm, url: string): boolean;
  oauth: OAuth;
}

/** They share the rate limit and the tokens. */
type CrmClients = Record<"live" | "bulk", CrmClient>;

/** Salesforce allows 100,000 calls a day and more; 25 at a time that take long. */
const salesforceLimit: Omit<RateLimitOptions, "clock"> = { capacity: 20, refill: 100, interval: 10_000 };

export function createClients(options: ClientsOptions): Clients {
  const { store, clock, keyring } = options;
  const clients = new Map<string, CrmClients>();
  const common = {
    clock,
    fetch: options.fetch ?? fetch,
    ...(options.developmentHosts !== undefined && { developmentHosts: options.developmentHosts }),
    ...(options.timeout !== undefined && { timeout: options.timeout }),
  };

  const metered = (integration: Integration): Pick<HttpOptions, "asked"> => ({
    asked: (outcome, milliseconds) => options.meter?.asked(integration, outcome, milliseconds),
  });

  const oauth = createOAuth({
    apps: options.apps ?? {},
    http: (crm) => createHttp({ ...common, allowedHosts: crmHosts[crm] }),
    clock,
    ...(options.developmentHosts !== undefined && { developmentHosts: options.developmentHosts }),
  });

  function credentialsOf(integration: Integration) {
    const { crm, settings } = integration;
    const app = options.apps?.[crm];
    const base = app?.loginUrl ?? settings.baseUrl;
    const http = createHttp({ ...common, ...metered(integration), allowedHosts: crmHosts[crm] });
    const own: OAuthApp | undefined = app && { ...app, tokenUrl: tokenEndpoint[crm](base) };
    return createCredentials({ store, ref: integration, keyring, clock, http, ...(own && { app: own }) });
  }

  function create(integration: Integration): CrmClients {
    const { crm, settings } = integration;
    const credentials = credentialsOf(integration);
    const mayWrite = () => store.mayWrite(integration);
    if (crm === "hubspot") {
      const forgotten = (ids: readonly string[]) => store.forgotten(integration, ids);
      const own = {
        ...{ ...common, ...options.hubspot, settings, credentials, forgotten, mayWrite },
        ...(oauth.knows(crm) && {
          introspect: (token: string) => oauth.introspect(integration, token),
          subscriptions: (appId: string) => oauth.subscriptions(integration, appId),
        }),
      };
      const bucket = own.bucket ?? createRateLimit({ clock, ...hubspotLimits.calls });
      const searchBucket = own.searchBucket ?? createRateLimit({ clock, ...hubspotLimits.searches });
      return {
        live: createHubSpotClient({ ...own, bucket, searchBucket }),
        bulk: createHubSpotClient({ ...own, bucket: bucket.behind(), searchBucket: searchBucket.behind() }),
      };
    }
    const allowedHosts = [new URL(settings.baseUrl).hostname];
    const client = (bucket: RateLimit) => {
      const http = createHttp({ ...common, ...metered(integration), allowedHosts, bucket, credentials, mayWrite });
      return createSalesforceClient({ ...options.salesforce, http, clock, settings, bucket });
    };
    const bucket = options.salesforce?.bucket ?? createRateLimit({ clock, ...salesforceLimit });
    return { live: client(bucket), bulk: client(bucket.behind()) };
  }

  async function refreshTokenOf(integration: Integration): Promise<string | undefined> {
    const row = await store.credentials(integration);
    if (row === null) return undefined;
    try {
      return (await openTokens(keyring, integration, row.sealed)).refresh;
    } catch (error) {
      // What does not open cannot be given back; it is destroyed all the same.
      if (error instanceof SealBroken) return undefined;
      throw error;
    }
  }

  return {
    of(integration, lane = "live") {
      const key = keyOf(integration);
      const known = clients.get(key) ?? create(integration);
      clients.set(key, known);
      return lane === "bulk" ? known.bulk : known.live;
    },

    async connect(ref, tokens) {
      const sealed = await sealTokens(keyring, ref, tokens);
      for (;;) {
        const version = (await store.credentials(ref))?.version ?? 0;
        if (await store.saveCredentials(ref, sealed, version)) return;
      }
    },

    disconnect: (integration) =>
      store.exclusively(turnOf(integration), async () => {
        const refresh = await refreshTokenOf(integration);
        const revoked =
          refresh !== undefined && oauth.knows(integration.crm) && (await oauth.revoke(integration, refresh));
        await store.removeCredentials(integration);
        clients.delete(keyOf(integration));
        return revoked;
      }),

    oauth,

    allows(crm, url) {
      try {
        allowedUrl(url, crmHosts[crm], options.developmentHosts);
        return true;
      } catch (error) {
        if (error instanceof RequestRefused || error instanceof TypeError) return false;
        throw error;
      }
    },
  };
}

const keyOf = ({ tenant, id, settings }: Integration) => JSON.stringify([tenant, id, settings]);
