/** The embedded PostgreSQL: in a folder that one process at a time has open, or in memory. */
import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";
import type { Database, Sql } from "../store/sql.js";
import { Turns } from "../turns.js";
import { lockFolder } from "./folder-lock.js";
import { asTenant, retrying } from "./transactions.js";

const asText = (value: string) => value;
/** Given with every statement rather than to the database, of which pg-boss expects what it gives by itself. */
const parsers = { [types.INT8]: asText, [types.JSON]: asText, [types.JSONB]: asText };

type Queryable = Pick<PGlite, "query">;

const sqlOf = (queryable: Queryable): Sql => ({
  async query<Row>(text: string, values: readonly unknown[] = []) {
    return (await queryable.query<Row>(text, [...values], { parsers })).rows;
  },
});

export async function openPglite(folder?: string): Promise<{ database: Database; pglite: PGlite }> {
  if (folder === undefined) return opened(await create(), () => {});
  mkdirSync(folder, { recursive: true });
  const real = realpathSync(folder);
  const release = lockFolder(real);
  try {
    return opened(await create(join(real, "database")), release);
  } catch (error) {
    release();
    throw error;
  }
}

async function create(folder?: string): Promise<PGlite> {
  const pglite = await PGlite.create(folder === undefined ? {} : { dataDir: folder });
  // Everything waits while a table is analysed, and how common a tenant is the planner learns from few rows too.
  await pglite.query("set default_statistics_target = 10");
  return pglite;
}

function opened(pglite: PGlite, release: () => void): { database: Database; pglite: PGlite } {
  // Nobody else has the folder open, so turns within this process are enough.
  const turns = new Turns();
  const database: Database = {
    ...sqlOf(pglite),
    transaction: (tenant, work) =>
      retrying(() =>
        pglite.transaction(async (transaction) => {
          const sql = sqlOf(transaction);
          if (tenant !== null) await sql.query(asTenant("$1"), [tenant]);
          const result = await work(sql);
          // Fails where a statement did whose error the work kept to itself: COMMIT would silently undo everything.
          await transaction.query("select 1");
          return result;
        }),
      ),
    async script(text) {
      await pglite.exec(text);
    },
    exclusively: (name, work) => turns.run(name, work),
    async close() {
      try {
        if (!pglite.closed) await pglite.close();
      } finally {
        release();
      }
    },
  };
  return { database, pglite };
}
