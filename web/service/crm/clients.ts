/** The clients of all integrations: each is made once, since it keeps its tokens, its rate limit and what it looked up. */
import type { Clock } from "../clock.js";
import type { Meter } from "../meter.js";
import type { Integration, IntegrationRef } from "../store/model.js";
import type { SyncStore } from "../store/store.js";
import { allowedUrl, crmHosts, RequestRefused } from "./allowed-hosts.js";
import type { Crm, CrmClient } from "./client.js";
import { createCredentials, type OAuthApp, sealTokens, type Tokens, tokenEndpoint } from "./credentials.js";
import { createHttp, type HttpOptions } from "./http.js";
import { createHubSpotClient, type HubSpotOptions } from "./hubspot/client.js";
import { createRateLimit, type RateLimitOptions } from "./rate-limit.js";
import { createSalesforceClient, type SalesforceOptions } from "./salesforce/salesforce-client.js";
import type { Keyring } from "./sealing.js";

export interface ClientsOptions {
  store: Pick<SyncStore, "credentials" | "saveCredentials" | "exclusively" | "forgotten" | "mayWrite">;
  clock: Clock;
  keyring: Keyring;
  /** The OAuth apps, one for all tenants; without one only private apps' tokens are taken. */
  apps?: Partial<Record<Crm, { clientId: string; clientSecret: string; loginUrl?: string }>>;
  fetch?: typeof fetch;
  /** Stand-ins of this machine; none unless the configuration asks for it. */
  developmentHosts?: readonly string[];
  timeout?: number;
  meter?: Meter;
  hubspot?: Pick<HubSpotOptions, "comparesAfter" | "changes" | "bucket" | "searchBucket">;
  salesforce?: Pick<SalesforceOptions, "bucket" | "listPageSize">;
}

export interface Clients {
  of(integration: Integration): CrmClient;
  /** Keeps an integration's tokens, sealed. */
  connect(ref: IntegrationRef, tokens: Tokens): Promise<void>;
  /** Whether requests of an integration may go there. */
  allows(url: string): boolean;
}

/** Salesforce allows 100,000 calls a day and more; 25 at a time that take long. */
const salesforceLimit: Omit<RateLimitOptions, "clock"> = { capacity: 20, refill: 100, interval: 10_000 };

export function createClients(options: ClientsOptions): Clients {
  const { store, clock, keyring } = options;
  const clients = new Map<string, CrmClient>();
  const common = {
    clock,
    fetch: options.fetch ?? fetch,
    ...(options.developmentHosts !== undefined && { developmentHosts: options.developmentHosts }),
    ...(options.timeout !== undefined && { timeout: options.timeout }),
  };

  const metered = (integration: Integration): Pick<HttpOptions, "asked"> => ({
    asked: (outcome, milliseconds) => options.meter?.asked(integration, outcome, milliseconds),
  });

  function credentialsOf(integration: Integration) {
    const { crm, settings } = integration;
    const app = options.apps?.[crm];
    const base = app?.loginUrl ?? settings.baseUrl;
    const http = createHttp({ ...common, ...metered(integration), allowedHosts: crmHosts });
    const oauth: OAuthApp | undefined = app && { ...app, tokenUrl: tokenEndpoint[crm](base) };
    return createCredentials({ store, ref: integration, keyring, clock, http, ...(oauth && { app: oauth }) });
  }

  function create(integration: Integration): CrmClient {
    const { crm, settings } = integration;
    const credentials = credentialsOf(integration);
    const mayWrite = () => store.mayWrite(integration);
    if (crm === "hubspot") {
      const forgotten = (ids: readonly string[]) => store.forgotten(integration, ids);
      return createHubSpotClient({ ...common, ...options.hubspot, settings, credentials, forgotten, mayWrite });
    }
    const bucket = options.salesforce?.bucket ?? createRateLimit({ clock, ...salesforceLimit });
    const allowedHosts = [new URL(settings.baseUrl).hostname];
    const http = createHttp({ ...common, ...metered(integration), allowedHosts, bucket, credentials, mayWrite });
    return createSalesforceClient({ ...options.salesforce, http, clock, settings, bucket });
  }

  return {
    of(integration) {
      const { tenant, id, settings } = integration;
      const key = JSON.stringify([tenant, id, settings]);
      const known = clients.get(key) ?? create(integration);
      clients.set(key, known);
      return known;
    },

    async connect(ref, tokens) {
      const sealed = await sealTokens(keyring, ref, tokens);
      for (;;) {
        const version = (await store.credentials(ref))?.version ?? 0;
        if (await store.saveCredentials(ref, sealed, version)) return;
      }
    },

    allows(url) {
      try {
        allowedUrl(url, crmHosts, options.developmentHosts);
        return true;
      } catch (error) {
        if (error instanceof RequestRefused || error instanceof TypeError) return false;
        throw error;
      }
    },
  };
}
