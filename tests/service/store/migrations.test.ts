/**
 * An upgrade with data, while processes of the version before still work on the database: later migrations only add, so
 * that every statement of the first version finds what it found.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openPglite } from "../../../web/service/node/pglite.js";
import { openPostgres } from "../../../web/service/node/postgres.js";
import { migrate } from "../../../web/service/store/postgres/migrate.js";
import { initial } from "../../../web/service/store/postgres/migrations/001-initial.js";
import { sealing, Upgrade, upgrades } from "../../../web/service/store/postgres/upgrade.js";
import type { Database } from "../../../web/service/store/sql.js";
import { startPostgres } from "./postgres-server.js";
import { withServer } from "./support.js";

const closing: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const close of closing.toReversed()) await close();
});

async function open(): Promise<Database> {
  if (!withServer) {
    const { database } = await openPglite();
    closing.push(() => database.close());
    return database;
  }
  const server = await startPostgres();
  if ("missing" in server) throw new Error(server.missing);
  const { database } = await openPostgres(server.url);
  closing.push(
    () => server.close(),
    () => database.close(),
  );
  return database;
}

/** As the version before left it. */
async function before(): Promise<Database> {
  const database = await open();
  await database.transaction(null, async (sql) => {
    await sql.query("create schema crm_sync");
    await sql.query("create table crm_sync.migration (version int primary key, at timestamptz not null default now())");
    for (const statement of initial) await sql.query(statement);
    await sql.query("insert into crm_sync.migration (version) values (1)");
  });
  return database;
}

interface Column {
  table: string;
  name: string;
  type: string;
  needed: boolean;
  own: boolean;
}

/** `needed`: a row cannot be inserted without it. `own`: the database gives its value. */
const columnsOf = (database: Database) =>
  database.query<Column>(
    `select table_name as table, column_name as name, data_type as type, is_identity = 'YES' as own,
       is_nullable = 'NO' and column_default is null and is_identity = 'NO' as needed
     from information_schema.columns where table_schema = 'crm_sync' and table_name <> 'migration'
     order by table_name, ordinal_position`,
  );

/** But for what must not be null, which the columns say. */
const rulesOf = (database: Database) =>
  database.query<{ table: string; rule: string }>(
    `select tablename as table, indexdef as rule from pg_indexes where schemaname = 'crm_sync' and indexdef like '%UNIQUE%'
     union all select c.relname, pg_get_constraintdef(k.oid) from pg_constraint k join pg_class c on c.oid = k.conrelid
       where c.relnamespace = 'crm_sync'::regnamespace and k.contype <> 'n'
     union all select tablename, policyname || ' ' || qual from pg_policies where schemaname = 'crm_sync'
     order by 1, 2`,
  );

const samples: Record<string, string> = {
  text: "x",
  integer: "1",
  bigint: "1",
  boolean: "true",
  json: "{}",
  "timestamp with time zone": "2026-03-01T10:00:00Z",
};

/** A row in each table, in all columns that the first version knew. */
async function fill(database: Database, columns: readonly Column[], tenant: string): Promise<void> {
  const tables = new Set(columns.map(({ table }) => table));
  await database.transaction(null, async (sql) => {
    for (const table of tables) {
      const own = columns.filter((column) => column.table === table && !column.own);
      // What is unique for all tenants together differs with the tenant.
      const values = own.map(({ type }) => (type === "text" ? tenant : samples[type]));
      await sql.query(
        `insert into crm_sync.${table} (${own.map(({ name }) => `"${name}"`).join(", ")})
         values (${own.map(({ type }, n) => `$${n + 1}::text::${type}`).join(", ")})`,
        values,
      );
    }
  });
}

const rowsOf = async (database: Database, columns: readonly Column[], tenant: string) => {
  const all: Record<string, unknown[]> = {};
  for (const table of new Set(columns.map((column) => column.table))) {
    const names = columns.filter((column) => column.table === table).map(({ name }) => `"${name}"`);
    all[table] = await database.query(`select ${names.join(", ")} from crm_sync.${table} where tenant = $1`, [tenant]);
  }
  return all;
};

test("what was kept stays as it was, and the first version's rows can be written as before", async () => {
  const database = await before();
  const columns = await columnsOf(database);
  const rules = await rulesOf(database);
  assert.ok(columns.length > 120 && rules.length > 30, `${columns.length} columns, ${rules.length} rules`);
  await fill(database, columns, "before");
  const kept = await rowsOf(database, columns, "before");

  await migrate(database);
  await migrate(database);
  const [{ n } = { n: 0 }] = await database.query<{ n: number }>("select count(*)::int as n from crm_sync.migration");
  assert.ok(n > 1, "there is something to upgrade to");
  assert.deepEqual(await rowsOf(database, columns, "before"), kept);
  await fill(database, columns, "after");
  assert.deepEqual(Object.keys(await rowsOf(database, columns, "after")), Object.keys(kept));

  const now = await columnsOf(database);
  const known = new Set(columns.map(({ table }) => table));
  for (const column of columns) {
    const { needed, ...same } = now.find(({ table, name }) => table === column.table && name === column.name) ?? {};
    const { needed: before, ...was } = column;
    assert.deepEqual(same, was);
    // A row of the first version has it, whether or not it is still needed.
    assert.ok(needed === false || before, `${column.table}.${column.name} is needed since`);
  }
  const added = now.filter(
    ({ table, name }) => known.has(table) && !columns.some((one) => one.table === table && one.name === name),
  );
  assert.deepEqual(
    added.filter(({ needed }) => needed),
    [],
    "new columns that the first version does not know of",
  );
  assert.deepEqual(
    (await rulesOf(database)).filter(({ table }) => known.has(table)),
    rules.filter(({ table }) => known.has(table)),
    "no rule more, and none less",
  );
});

test("an upgrade is finished once a person says so, or at once where nobody else can be at work", async () => {
  const database = await before();
  await migrate(database);
  const { isUpgrading, finishUpgrade } = upgrades(database);
  const upgrade = new Upgrade();
  const isSealing = () => database.transaction("a tenant", (sql) => upgrade.isFinished(sql, sealing));
  assert.deepEqual([await isUpgrading(), await isSealing()], [true, false]);
  await migrate(database);
  assert.ok(await isUpgrading(), "a process that starts finishes nothing");
  await finishUpgrade();
  assert.deepEqual([await isUpgrading(), await isSealing()], [false, true]);

  const made = await open();
  await migrate(made);
  assert.equal(await upgrades(made).isUpgrading(), false, "there was no version before");
  const embedded = await before();
  await migrate(embedded, true);
  assert.equal(await upgrades(embedded).isUpgrading(), false);
});
