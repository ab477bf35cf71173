import type { Database } from "../sql.js";
import { initial } from "./migrations/001-initial.js";
import { operations } from "./migrations/002-operations.js";
import { security } from "./migrations/003-security.js";
import { connecting } from "./migrations/004-connecting.js";
import { matchReport } from "./migrations/005-match-report.js";
import { lifeCycle } from "./migrations/006-life-cycle.js";
import { watchingTimes } from "./migrations/007-watching.js";
import { traces } from "./migrations/008-traces.js";
import { drafts } from "./migrations/009-drafts.js";
import { backfill } from "./migrations/010-backfill.js";

/** In order, by their versions; one that was published is never changed. */
const migrations: readonly (readonly [version: number, statements: readonly string[]])[] = [
  [1, initial],
  [2, operations],
  [3, security],
  [4, connecting],
  [5, matchReport],
  [6, lifeCycle],
  [7, watchingTimes],
  [8, traces],
  [9, drafts],
  [10, backfill],
];

/**
 * Any number of processes may start at once: one migrates, the others find it done. Processes of the version before may go
 * on, unless this one is `alone` with the database or made it: then there is no upgrade to be finished.
 */
export async function migrate(database: Database, alone = false): Promise<void> {
  await database.transaction(null, async (sql) => {
    await sql.query("select pg_advisory_xact_lock(hashtextextended('crm_sync.migrate', 0))");
    await sql.query("create schema if not exists crm_sync");
    await sql.query(
      "create table if not exists crm_sync.migration (version int primary key, at timestamptz not null default now())",
    );
    const done = new Set(
      (await sql.query<{ version: number }>("select version from crm_sync.migration")).map((row) => row.version),
    );
    const left = migrations.filter(([version]) => !done.has(version));
    if (left.length > 0)
      await sql.query("alter table crm_sync.migration add column if not exists finished boolean not null default true");
    for (const [version, statements] of left) {
      for (const statement of statements) await sql.query(statement);
      await sql.query("insert into crm_sync.migration (version, finished) values ($1, $2)", [version, done.size === 0]);
    }
    if (left.length > 0) await sql.query("grant select on crm_sync.migration to crm_sync_app");
    if (alone) await sql.query("update crm_sync.migration set finished = true where not finished");
  });
}
