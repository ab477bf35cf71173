/** A Durable Object that holds a store and its jobs and nothing else; a test calls their methods, and says what time it is. */
import { DurableObject } from "cloudflare:workers";
import { openDirectory } from "../../../web/service/cloudflare/directory.js";
import { createObjectJobs, jobTables, type ObjectJobs } from "../../../web/service/cloudflare/object-jobs.js";
import type { D1Database } from "../../../web/service/cloudflare/runtime.js";
import { tenantStore } from "../../../web/service/cloudflare/tenant-store.js";
import type { Keyring } from "../../../web/service/crm/sealing.js";
import { createPostgresStore } from "../../../web/service/store/postgres/postgres-store.js";
import type { Database } from "../../../web/service/store/sql.js";
import { objectDatabase } from "../../../web/service/store/sqlite/object-database.js";
import { migrate } from "../../../web/service/store/sqlite/schema.js";
import type { SyncStore } from "../../../web/service/store/store.js";
import { keyring as usual } from "../store/keyring.js";
import { answered } from "./asked.js";

interface Opened {
  database: Database;
  store: SyncStore;
  jobs: ObjectJobs;
}

export class StoreObject extends DurableObject<{ DIRECTORY: D1Database }> {
  #now = 0;
  readonly #opened = new Map<string, Promise<Opened>>();

  ask(text: string): Promise<string> {
    return answered(text, async ({ now = 0, keyring = usual }) => {
      this.#now = now;
      const key = JSON.stringify([keyring.current, ...Object.keys(keyring.keys)]);
      const opened = this.#opened.get(key) ?? this.#open(keyring);
      this.#opened.set(key, opened);
      return { ...(await opened) };
    });
  }

  async #open(keyring: Keyring): Promise<Opened> {
    const clock = { now: () => this.#now, sleep: async () => {} };
    const database = objectDatabase(this.ctx.storage);
    await migrate(database, jobTables);
    const { alone } = database;
    const jobs = createObjectJobs({ sql: this.ctx.storage.sql, alone, setAlarm: () => {}, clock });
    const own = createPostgresStore(database, jobs, clock, keyring);
    // All tenants of a test are in one object, so that each test finds the others' rows beside its own.
    const store = tenantStore(own, openDirectory(this.env.DIRECTORY, clock), (ref) => own.integration(ref));
    return { database, store, jobs };
  }
}

export default { fetch: () => new Response(null, { status: 404 }) };
