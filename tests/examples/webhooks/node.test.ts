/** examples/webhooks/node.js in Node, with a PostgreSQL. */
import pg from "pg";
import { startPostgres } from "../../service/store/postgres-server.js";
import { itKeepsBothSides } from "./cases.js";
import { copied, startProgram } from "./program.js";
import { within } from "./within.js";

itKeepsBothSides(async (hubspot) => {
  const server = await within("PostgreSQL's start", () => startPostgres());
  if ("missing" in server) throw new Error(server.missing);
  const { url: DATABASE_URL } = server;
  const program = await startProgram([process.execPath], copied("node.js"), hubspot, { DATABASE_URL });
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 1 });
  return {
    url: program.url,
    async kept(id) {
      const wanted = "select kept from crm_sync_contacts where portal_id = '62515' and object_id = $1";
      return (await pool.query(wanted, [id])).rows[0]?.kept ?? null;
    },
    async close() {
      await pool.end();
      await program.close();
      await server.close();
    },
  };
});
