/**
 * Statistics for the planner, and in an embedded database the removal of dead rows. A server's autovacuum does both, but
 * looks once a minute; a first synchronisation fills the tables faster, and without statistics every contact would cost a
 * look at all of them.
 */
import type { Database } from "../store/sql.js";

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

/** Until it is stopped, which ends after what is under way. */
export function startUpkeep(database: Database, embedded: boolean): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    // What failed is due again the next time.
    running = keepUp(database, embedded)
      .catch(() => {})
      .finally(() => {
        isRunning = false;
      });
  }, interval);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
