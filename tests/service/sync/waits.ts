/** What waits in the database waits by its clock, which no test can move: so what waits is moved. */
import type { Database } from "../../../web/service/store/sql.js";

export const jobTable = "crm_sync_jobs.job_common";

/** What waits for later in the database's time waits that much less. */
export async function hurry(sql: Database, milliseconds: number): Promise<void> {
  await sql.query(
    `update ${jobTable} set start_after = start_after - $1::float8 * interval '1ms' where state in ('created', 'retry')`,
    [milliseconds],
  );
  await sql.query("update crm_sync.queue set held_until = held_until - $1::float8 * interval '1ms'", [milliseconds]);
}

/** What a process that died was working on comes back once its time is over. */
export async function expire(sql: Database): Promise<void> {
  await sql.query(`update ${jobTable} set state = 'retry', start_after = now() where state = 'active'`);
}
