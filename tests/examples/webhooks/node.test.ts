/** examples/webhooks/node.js in Node, with a PostgreSQL. */
import { after } from "node:test";
import pg from "pg";
import { type PostgresServer, startPostgres } from "../../service/store/postgres-server.js";
import { itKeepsBothSides } from "./cases.js";
import { copied, startProgram } from "./program.js";
import { within } from "./within.js";

/** One for all that are started. */
let starting: ReturnType<typeof startPostgres> | undefined;
async function server(): Promise<PostgresServer> {
  starting ??= within("PostgreSQL's start", () => startPostgres());
  const started = await starting;
  if ("missing" in started) throw new Error(started.missing);
  return started;
}

itKeepsBothSides(async (hubspot, settings) => {
  const { url: DATABASE_URL } = await server();
  const { url, close } = await startProgram([process.execPath], copied("node.js"), hubspot, {
    ...settings,
    DATABASE_URL,
  });
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 1 });
  return {
    url,
    async kept(id) {
      const wanted = "select kept from crm_sync_contacts where portal_id = '62515' and object_id = $1";
      return (await pool.query(wanted, [id])).rows[0]?.kept ?? null;
    },
    async close() {
      await pool.end();
      await close();
    },
  };
});

after(() => within("PostgreSQL's end", async () => (await server()).close()));
