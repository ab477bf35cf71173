/** The whole service on Node: store, jobs, engine, clients and routes, put together from a configuration. */
import { type Engine, loadEngine } from "@penguinmails/crm-sync";
import { type Clock, systemClock } from "../clock.js";
import type { Crm } from "../crm/client.js";
import { type Clients, type ClientsOptions, createClients } from "../crm/clients.js";
import type { Keyring } from "../crm/sealing.js";
import { createApp } from "../http/app.js";
import type { HttpOptions } from "../http/options.js";
import type { Jobs } from "../jobs/jobs.js";
import type { SyncStore } from "../store/store.js";
import type { SyncContext } from "../sync/context.js";
import { Mappings } from "../sync/mappings.js";
import { operations } from "../sync/operations.js";
import { CRMSyncService } from "../sync/sync-service.js";
import { openStore } from "./open-store.js";

export interface ServiceConfiguration {
  /** A PostgreSQL; without one, an embedded one in `folder`; without that, in memory. */
  databaseUrl?: string;
  folder?: string;
  /** Keys that tokens are sealed under. */
  keyring: Keyring;
  apps?: NonNullable<ClientsOptions["apps"]>;
  /** HubSpot's webhooks: the app's secrets and the URL that it was given. */
  hubspot?: NonNullable<HttpOptions["hubspot"]>;
  salesforce?: NonNullable<HttpOptions["salesforce"]>;
  /** Stand-ins of this machine that tokens may be sent to. */
  developmentHosts?: readonly string[];
  clock?: Clock;
  fetch?: typeof fetch;
  engine?: Engine;
  clients?: Pick<ClientsOptions, "timeout" | "hubspot">;
  log?(event: string, detail: Record<string, unknown>): void;
}

export interface Service {
  app: { fetch(request: Request): Response | Promise<Response> };
  service: CRMSyncService;
  context: SyncContext;
  store: SyncStore;
  jobs: Jobs;
  clients: Clients;
  /** Ends after what is being worked on; what waits goes on at the next start. */
  close(): Promise<void>;
}

export async function openService(configuration: ServiceConfiguration): Promise<Service> {
  const { clock = systemClock, log = () => {}, developmentHosts, databaseUrl, folder } = configuration;
  const engine = configuration.engine ?? (await loadEngine());
  const { store, jobs, close } = await openStore({
    clock,
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(folder !== undefined && { folder }),
  });
  const clients = createClients({
    ...configuration.clients,
    store,
    clock,
    keyring: configuration.keyring,
    ...(configuration.apps !== undefined && { apps: configuration.apps }),
    ...(configuration.fetch !== undefined && { fetch: configuration.fetch }),
    ...(developmentHosts !== undefined && { developmentHosts }),
  });
  const context: SyncContext = {
    store,
    jobs,
    clock,
    mappings: new Mappings(engine),
    client: (integration) => clients.of(integration),
    log,
  };
  const service = new CRMSyncService(context);
  const app = createApp({
    store,
    jobs,
    clock,
    operations: operations(service, engine),
    allowedAddress: (_crm: Crm, url) => clients.allows(url),
    log: (entry) => log("request", { ...entry }),
    ...(configuration.hubspot !== undefined && { hubspot: configuration.hubspot }),
    ...(configuration.salesforce !== undefined && { salesforce: configuration.salesforce }),
  });
  return {
    app,
    service,
    context,
    store,
    jobs,
    clients,
    async close() {
      await service.stop();
      await close();
    },
  };
}
