/** The whole service on Node: with the engine, and the store and its jobs in one database. */
import { type Engine, loadEngine } from "@penguinmails/crm-sync";
import { systemClock } from "../clock.js";
import { createService, type Service, type ServiceOptions } from "../create-service.js";
import { sha256 } from "../http/hash.js";
import { logged } from "../http/log.js";
import type { Retention } from "../store/retention.js";
import type { Database } from "../store/sql.js";
import { addressOf } from "./listen.js";
import { openStore } from "./open-store.js";
import { startWatch } from "./watch.js";

export interface ServiceConfiguration extends Omit<ServiceOptions, "meter" | "metrics"> {
  /** A PostgreSQL; without one, an embedded one in `folder`; without that, in memory. */
  databaseUrl?: string;
  folder?: string;
  engine?: Engine;
  /** How long is kept what nobody needs any more. */
  retention?: Partial<Retention>;
  /** Of `/metrics`, for whoever runs the service; without one it is not there. */
  metricsToken?: string;
}

export interface OpenService extends Service {
  /** Where everything is kept. */
  database: Database;
  /** Ends after what is being worked on; what waits goes on at the next start. */
  close(): Promise<void>;
}

export async function openService(configuration: ServiceConfiguration): Promise<OpenService> {
  const { databaseUrl, folder, clock = systemClock, keyring, retention, log = () => {}, metricsToken } = configuration;
  const engine = configuration.engine ?? (await loadEngine());
  // Loaded only then: who is not asked for figures need not have what makes them.
  const metrics = metricsToken === undefined ? undefined : (await import("./metrics.js")).createMetrics();
  const upkeepFailed = (work: string) => (error: unknown) => {
    metrics?.upkeepFailed(work);
    log("upkeep_failed", { work, error: logged(error).name });
  };
  const { close, ...stored } = await openStore({
    ...{ keyring, clock, log, upkeepFailed },
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(folder !== undefined && { folder }),
    ...(retention !== undefined && { retention }),
  });
  const watched = { ...stored, clock };
  const measured = metrics && {
    meter: metrics.meter,
    metrics: { tokenHash: await sha256(metricsToken as string), text: () => metrics.text(watched) },
  };
  const created = createService({ ...stored, engine }, { addressOf, ...configuration, ...measured });
  const watch = startWatch(watched, upkeepFailed("alarms"));
  return {
    ...created,
    database: stored.database,
    async close() {
      await Promise.all([created.service.stop(), watch.stop()]);
      await close();
    },
  };
}
