/** The whole service on Node: with the engine, and the store and its jobs in one database. */
import { type Engine, loadEngine } from "@penguinmails/crm-sync";
import { createService, type Service, type ServiceOptions } from "../create-service.js";
import type { Retention } from "../store/retention.js";
import type { Database } from "../store/sql.js";
import { addressOf } from "./listen.js";
import { openStore } from "./open-store.js";

export interface ServiceConfiguration extends ServiceOptions {
  /** A PostgreSQL; without one, an embedded one in `folder`; without that, in memory. */
  databaseUrl?: string;
  folder?: string;
  engine?: Engine;
  /** How long is kept what nobody needs any more. */
  retention?: Partial<Retention>;
}

export interface OpenService extends Service {
  /** Where everything is kept. */
  database: Database;
  /** Ends after what is being worked on; what waits goes on at the next start. */
  close(): Promise<void>;
}

export async function openService(configuration: ServiceConfiguration): Promise<OpenService> {
  const { databaseUrl, folder, clock, keyring, retention } = configuration;
  const engine = configuration.engine ?? (await loadEngine());
  const { close, ...stored } = await openStore({
    keyring,
    ...(clock !== undefined && { clock }),
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(folder !== undefined && { folder }),
    ...(retention !== undefined && { retention }),
  });
  const created = createService({ ...stored, engine }, { addressOf, ...configuration });
  return {
    ...created,
    database: stored.database,
    async close() {
      await created.service.stop();
      await close();
    },
  };
}
