/**
 * Statistics for the planner, and in an embedded database the removal of dead rows. A server's autovacuum does both, but
 * looks once a minute; a first synchronisation fills the tables faster, and without statistics every contact would cost a
 * look at all of them.
 */
import type { Database } from "../store/sql.js";
import { every, type Repeating } from "./every.js";

const interval = 5_000;

/** Tables of which a fifth has changed, or is dead. */
const wanting = `select format('%I.%I', schemaname, relname) as name, n_dead_tup > 50 + n_live_tup / 5 as dead
  from pg_stat_user_tables
  where schemaname in ('crm_sync', 'crm_sync_jobs')
    and (n_mod_since_analyze > 50 + n_live_tup / 5 or ($1::boolean and n_dead_tup > 50 + n_live_tup / 5))`;

export async function keepUp(database: Database, embedded: boolean): Promise<void> {
  const tables = await database.query<{ name: string; dead: boolean }>(wanting, [embedded]);
  for (const { name, dead } of tables) {
    await database.script(embedded && dead ? `vacuum (analyze) ${name}` : `analyze ${name}`);
  }
}

export const startUpkeep = (database: Database, embedded: boolean, failed: (error: unknown) => void): Repeating =>
  every(interval, () => keepUp(database, embedded), failed);
