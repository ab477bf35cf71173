/** The databases that a contract is tried on: the embedded one always, a PostgreSQL where CRM_SYNC_TEST_POSTGRES is 1. */
import { after, type TestContext } from "node:test";
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
  /** Done before the test's end closes it, the last first. */
  beforeClosing: (() => Promise<void>)[];
}

export interface Kind {
  name: string;
  /** A database that is empty but for the given statements, until the test ends. */
  open(test: TestContext, ...statements: string[]): Promise<Opened>;
  /** The same database once more, as another process has it; null where one process only can. */
  again(test: TestContext, opened: Opened): Promise<Opened> | null;
}

/** Node calls what is to be done after a test in the order in which it was told, which would be the database first. */
function untilTheEnd(
  test: TestContext,
  opened: Omit<Opened, "beforeClosing">,
  close = () => opened.database.close(),
): Opened {
  const beforeClosing: Opened["beforeClosing"] = [];
  test.after(async () => {
    for (const work of beforeClosing.reverse()) await work();
    await close();
  });
  return { ...opened, beforeClosing };
}

async function prepared(opened: Opened, statements: string[]): Promise<Opened> {
  for (const statement of statements) await opened.database.query(statement);
  return opened;
}

/** One for all tests of a file, emptied before each: its start takes seconds. */
let shared: ReturnType<typeof openPglite> | null = null;

const embedded: Kind = {
  name: "PGlite",
  async open(test, ...statements) {
    shared ??= openPglite();
    const opened = await shared;
    await opened.database.script("drop schema if exists public, crm_sync, crm_sync_jobs cascade; create schema public");
    return prepared(
      untilTheEnd(test, opened, async () => {}),
      statements,
    );
  },
  again: () => null,
};

let server: PostgresServer | null = null;
let count = 0;

const onServer: Kind = {
  name: "PostgreSQL",
  async open(test, ...statements) {
    if (server === null) {
      const started = await startPostgres();
      if ("missing" in started) throw new Error(started.missing);
      server = started;
    }
    return prepared(untilTheEnd(test, await openPostgres(await server.database(`test_${++count}`))), statements);
  },
  again(test, { pool }) {
    return openPostgres(pool?.options.connectionString ?? "").then((opened) => untilTheEnd(test, opened));
  },
};

export const kinds: readonly Kind[] = process.env.CRM_SYNC_TEST_POSTGRES === "1" ? [embedded, onServer] : [embedded];

/** After a file's tests. */
export function closeDatabases(): void {
  after(async () => {
    await (await shared)?.database.close();
    await server?.close();
  });
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
