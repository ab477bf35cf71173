/** The store and its jobs in one database: a PostgreSQL, or an embedded one that needs no server. */
import { type Clock, systemClock } from "../clock.js";
import type { Keyring } from "../crm/sealing.js";
import type { Jobs } from "../jobs/jobs.js";
import { migrate } from "../store/postgres/migrate.js";
import { createPostgresStore } from "../store/postgres/postgres-store.js";
import { upgrades } from "../store/postgres/upgrade.js";
import { type Retention, usualRetention } from "../store/retention.js";
import type { Database } from "../store/sql.js";
import type { SyncStore } from "../store/store.js";
import { createPgBossJobs } from "./pg-boss-jobs.js";
import { openPostgres } from "./postgres.js";
import { startRetention } from "./retention.js";
import { startUpkeep } from "./upkeep.js";

export interface OpenStore {
  store: SyncStore;
  jobs: Jobs;
  database: Database;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** postgres://… Without it the embedded one. */
  databaseUrl?: string;
  /** Where the embedded one keeps its files; without it everything ends with the process. */
  folder?: string;
  clock?: Clock;
  /** What is kept of a person is sealed under keys that are sealed under these. */
  keyring: Keyring;
  /** How long is kept what nobody needs any more; what is not named, as usual. */
  retention?: Partial<Retention>;
  log?(event: string, detail: Record<string, unknown>): void;
  /** Told of what it does by itself and could not do; the next time is soon. */
  upkeepFailed?(work: string): (error: unknown) => void;
}

/** Loaded only then: whoever has a server need not have the embedded one. */
const openEmbedded = async (folder?: string) => (await import("./pglite.js")).openPglite(folder);

export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const { databaseUrl, folder, clock = systemClock, keyring, log = () => {}, upkeepFailed = () => () => {} } = options;
  const opened = databaseUrl === undefined ? await openEmbedded(folder) : await openPostgres(databaseUrl);
  const { database } = opened;
  try {
    await migrate(database, databaseUrl === undefined);
    if (await upgrades(database).isUpgrading()) log("upgrade_not_finished", {});
    const jobs = createPgBossJobs({ ...opened, clock, log });
    await jobs.start();
    const store = createPostgresStore(database, jobs, clock, keyring);
    const upkeep = startUpkeep(database, databaseUrl === undefined, upkeepFailed("statistics"));
    const keep = { ...usualRetention, ...options.retention };
    const retention = startRetention({ store, jobs, clock }, keep, upkeepFailed("retention"));
    const close = async () => {
      await Promise.all([upkeep.stop(), retention.stop()]);
      await jobs.stop();
      await database.close();
    };
    return { store, jobs, database, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}
