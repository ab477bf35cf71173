/** The service on any runtime: synchronisation, the CRMs' clients and the routes, over a store and its jobs. */
import type { Engine } from "@penguinmails/crm-sync";
import { type Clock, systemClock } from "./clock.js";
import { type Clients, type ClientsOptions, createClients } from "./crm/clients.js";
import type { Keyring } from "./crm/sealing.js";
import { createApp } from "./http/app.js";
import type { HttpOptions } from "./http/options.js";
import type { Jobs } from "./jobs/jobs.js";
import type { Meter } from "./meter.js";
import type { SyncStore } from "./store/store.js";
import type { SyncContext } from "./sync/context.js";
import { Mappings } from "./sync/mappings.js";
import { operations } from "./sync/operations.js";
import { CRMSyncService } from "./sync/sync-service.js";

export interface ServiceOptions {
  /** Keys that tokens are sealed under. */
  keyring: Keyring;
  apps?: NonNullable<ClientsOptions["apps"]>;
  /** HubSpot's webhooks: the app's secrets and the URL that it was given. */
  hubspot?: NonNullable<HttpOptions["hubspot"]>;
  /** Where browsers and CRMs reach the service, without a slash at its end; without it nobody is led to a CRM. */
  publicUrl?: string;
  /** Stand-ins of this machine that tokens may be sent to. */
  developmentHosts?: readonly string[];
  clock?: Clock;
  fetch?: typeof fetch;
  clients?: Pick<ClientsOptions, "timeout" | "hubspot" | "salesforce">;
  /** Who calls; by API keys and sessions, unless given. */
  authenticate?: NonNullable<HttpOptions["authenticate"]>;
  /** Where a request came from, where that is known. */
  addressOf?(request: Request): string;
  /** How many wake-ups an integration's webhooks may bring, before they are to come again later. */
  wakeLimit?: NonNullable<HttpOptions["wakeLimit"]>;
  log?(event: string, detail: Record<string, unknown>): void;
  meter?: Meter;
  /** What `/metrics` answers to whoever has the token; absent: nobody has one. */
  metrics?: NonNullable<HttpOptions["metrics"]>;
}

/** What differs from runtime to runtime. */
export interface Ports {
  store: SyncStore;
  jobs: Jobs;
  engine: Engine;
}

export interface Service extends Omit<Ports, "engine"> {
  app: { fetch(request: Request): Response | Promise<Response> };
  service: CRMSyncService;
  context: SyncContext;
  clients: Clients;
}

export function createService({ store, jobs, engine }: Ports, options: ServiceOptions): Service {
  const { clock = systemClock, log = () => {}, keyring, apps, hubspot, wakeLimit, developmentHosts } = options;
  const { meter, metrics } = options;
  const clients = createClients({
    ...options.clients,
    store,
    clock,
    keyring,
    ...(apps !== undefined && { apps }),
    ...(options.fetch !== undefined && { fetch: options.fetch }),
    ...(developmentHosts !== undefined && { developmentHosts }),
    ...(meter !== undefined && { meter }),
  });
  const mappings = new Mappings(engine);
  const context: SyncContext = {
    ...{ store, jobs, clock, mappings, log },
    client: (integration, lane) => clients.of(integration, lane),
    ...(meter !== undefined && { meter }),
  };
  const service = new CRMSyncService(context);
  const app = createApp({
    store,
    jobs,
    clock,
    operations: operations(service, engine),
    connect: clients.connect,
    disconnect: clients.disconnect,
    oauth: clients.oauth,
    allowedAddress: clients.allows,
    log(entry) {
      meter?.answered(entry.route, entry.status, entry.milliseconds);
      log("request", { ...entry });
    },
    ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl }),
    ...(metrics !== undefined && { metrics }),
    ...(hubspot !== undefined && { hubspot }),
    ...(options.authenticate !== undefined && { authenticate: options.authenticate }),
    ...(options.addressOf !== undefined && { addressOf: options.addressOf }),
    ...(wakeLimit !== undefined && { wakeLimit }),
  });
  return { app, service, context, store, jobs, clients };
}
