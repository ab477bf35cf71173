/** The databases that a contract is tried on: the embedded one always, a PostgreSQL where CRM_SYNC_TEST_POSTGRES is 1. */
import { after } from "node:test";
import type { PGlite } from "@electric-sql/pglite";
import type pg from "pg";
import { openPglite } from "../../../web/service/node/pglite.js";
import { openPostgres } from "../../../web/service/node/postgres.js";
import type { Database } from "../../../web/service/store/sql.js";
import { type PostgresServer, startPostgres } from "./postgres-server.js";

export interface Opened {
  database: Database;
  pglite?: PGlite;
  pool?: pg.Pool;
}

export interface Kind {
  name: string;
  /** A new database, empty but for the given statements; closed after the file's tests. */
  open(...statements: string[]): Promise<Opened>;
  /** The same database once more, as another process has it; null where one process only can. */
  again(opened: Opened): Promise<Opened> | null;
}

function closing<T extends Opened>(opened: T): T {
  after(() => opened.database.close());
  return opened;
}

async function prepared<T extends Opened>(opened: T, statements: string[]): Promise<T> {
  for (const statement of statements) await opened.database.query(statement);
  return closing(opened);
}

const embedded: Kind = {
  name: "PGlite",
  open: async (...statements) => prepared(await openPglite(), statements),
  again: () => null,
};

let server: PostgresServer | null = null;
let count = 0;

const onServer: Kind = {
  name: "PostgreSQL",
  async open(...statements) {
    if (server === null) {
      const started = await startPostgres();
      if ("missing" in started) throw new Error(started.missing);
      server = started;
    }
    return prepared(await openPostgres(await server.database(`test_${++count}`)), statements);
  },
  again({ pool }) {
    return openPostgres(pool?.options.connectionString ?? "").then(closing);
  },
};

export const kinds: readonly Kind[] = process.env.CRM_SYNC_TEST_POSTGRES === "1" ? [embedded, onServer] : [embedded];

/** After the connections, which were registered before it. */
export function stopServer(): void {
  after(() => server?.close());
}

export const superuser = () => server?.superuserUrl ?? "";
export const serverUrl = () => server?.url ?? "";

/** What the store's migration makes and the tenants' transactions need. */
export const roleStatements = [
  "create schema crm_sync",
  `do $$ begin
    if not exists (select from pg_roles where rolname = 'crm_sync_app') then create role crm_sync_app nologin; end if;
  end $$`,
  "grant crm_sync_app to current_user",
  "grant usage on schema crm_sync to crm_sync_app",
];
