import type { Database } from "../sql.js";
import { initial } from "./migrations/001-initial.js";
import { operations } from "./migrations/002-operations.js";
import { security } from "./migrations/003-security.js";
import { connecting } from "./migrations/004-connecting.js";
import { matchReport } from "./migrations/005-match-report.js";
import { lifeCycle } from "./migrations/006-life-cycle.js";
import { watchingTimes } from "./migrations/007-watching.js";
import { drafts } from "./migrations/009-drafts.js";

/** In order, by their versions; one that was published is never changed. */
const migrations: readonly (readonly [version: number, statements: readonly string[]])[] = [
  [1, initial],
  [2, operations],
  [3, security],
  [4, connecting],
  [5, matchReport],
  [6, lifeCycle],
  [7, watchingTimes],
  [9, drafts],
];

/** Any number of processes may start at once: one migrates, the others find it done. */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(null, async (sql) => {
    await sql.query("select pg_advisory_xact_lock(hashtextextended('crm_sync.migrate', 0))");
    await sql.query("create schema if not exists crm_sync");
    await sql.query(
      "create table if not exists crm_sync.migration (version int primary key, at timestamptz not null default now())",
    );
    const done = new Set(
      (await sql.query<{ version: number }>("select version from crm_sync.migration")).map((row) => row.version),
    );
    for (const [version, statements] of migrations) {
      if (done.has(version)) continue;
      for (const statement of statements) await sql.query(statement);
      await sql.query("insert into crm_sync.migration (version) values ($1)", [version]);
    }
  });
}
