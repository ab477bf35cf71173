/** A PostgreSQL server through pg's pool. */
import pg from "pg";
import type { Database, Sql } from "../store/sql.js";
import { Turns } from "../turns.js";
import { asTenant, retrying } from "./transactions.js";

const { builtins } = pg.types;
const asText = (value: string) => value;
const textual: readonly number[] = [builtins.INT8, builtins.JSON, builtins.JSONB];

/** Of this pool's own, since pg's are the whole process's. */
const types = {
  getTypeParser: ((oid: number, format?: "text") =>
    textual.includes(oid) ? asText : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

type Queryable = Pick<pg.ClientBase, "query">;

const sqlOf = (queryable: Queryable): Sql => ({
  async query<Row>(text: string, values: readonly unknown[] = []) {
    return (await queryable.query(text, [...values])).rows as Row[];
  },
});

export async function openPostgres(url: string): Promise<{ database: Database; pool: pg.Pool }> {
  const settings = { connectionString: url, application_name: "crm-sync", connectionTimeoutMillis: 10_000, types };
  const pool = new pg.Pool(settings);
  // A connection that breaks says so to whoever uses it next; unheard, its event would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const turns = new Turns();
  const database: Database = {
    ...sqlOf({ query: pool.query.bind(pool) } as Queryable),
    transaction: (tenant, work) => retrying(() => transaction(pool, tenant, work)),
    async script(text) {
      await pool.query(text);
    },
    // In turns within the process, so that those who wait cost no connection each.
    exclusively: (name, work) => turns.run(name, () => locked(settings, name, work)),
    close: () => pool.end(),
  };
  try {
    await database.query("select 1");
  } catch (error) {
    await pool.end();
    throw error;
  }
  return { database, pool };
}

async function transaction<T>(pool: pg.Pool, tenant: string | null, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const sql = sqlOf(client);
  try {
    // In one request: a transaction takes several as it is.
    await client.query(tenant === null ? "begin" : `begin; ${asTenant(client.escapeLiteral(tenant))}`);
    const result = await work(sql);
    // Where a statement failed whose error the work kept to itself, the server undoes everything and says only this.
    if ((await client.query("commit")).command === "ROLLBACK") throw new Error("a statement of the transaction failed");
    client.release();
    return result;
  } catch (error) {
    // A connection that cannot even be rolled back is not given to anybody else.
    await client.query("rollback").then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    );
    throw error;
  }
}

/** A connection outside the pool: work that waited for one of the pool's while holding another could wait for ever. */
async function locked<T>(settings: pg.ClientConfig, name: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client(settings);
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("select pg_advisory_lock(hashtextextended('crm_sync.' || $1, 0))", [name]);
    return await work();
  } finally {
    // The lock goes with its connection.
    await client.end().catch(() => {});
  }
}
