/** What the store may expect of either database. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { openPglite } from "../../../web/service/node/pglite.js";
import { openPostgres } from "../../../web/service/node/postgres.js";
import type { Sql } from "../../../web/service/store/sql.js";
import { closeDatabases, type Kind, kinds, roleStatements, serverUrl, superuser } from "./databases.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const withCode = (code: string) => Object.assign(new Error("given up"), { code });

function contract(kind: Kind) {
  test("values come as the store expects them", async (t) => {
    const { database } = await kind.open(t);
    const [row] = await database.query(
      `select 9007199254740993::int8 as big, '{"a": 9007199254740993}'::json as json, '{"b": 1.50}'::jsonb as jsonb,
         timestamptz '2026-03-01T10:00:00.5Z' as time, 7 as small, $1::text[] as list, $2::text as nothing,
         $3::json as given, true as yes, count(*) as counted from generate_series(1, 3)`,
      [["x", 'y," {}', ""], null, '{"c": 1}'],
    );
    assert.deepEqual(row, {
      big: "9007199254740993",
      json: '{"a": 9007199254740993}',
      jsonb: '{"b": 1.50}',
      time: new Date("2026-03-01T10:00:00.500Z"),
      small: 7,
      list: ["x", 'y," {}', ""],
      nothing: null,
      given: '{"c": 1}',
      yes: true,
      counted: "3",
    });
    const inside = await database.transaction(null, (sql) => sql.query("select 1::int8 as big, '[]'::jsonb as jsonb"));
    assert.deepEqual(inside, [{ big: "1", jsonb: "[]" }]);
  });

  test("a transaction is all or nothing", async (t) => {
    const { database } = await kind.open(t, "create table t (n int primary key)");
    await database.transaction(null, (sql) => sql.query("insert into t values (1)"));
    await assert.rejects(
      database.transaction(null, async (sql) => {
        await sql.query("insert into t values (2)");
        throw new Error("changed its mind");
      }),
      /changed its mind/,
    );
    // The work kept the error to itself, but the transaction is lost.
    const swallowed = database.transaction(null, async (sql) => {
      await sql.query("insert into t values (3)");
      await sql.query("insert into t values (1)").catch(() => {});
    });
    await assert.rejects(swallowed);
    assert.deepEqual(await database.query("select n from t"), [{ n: 1 }]);
    await database.script("insert into t values (4); insert into t values (5);");
    assert.deepEqual(await database.query("select count(*) from t"), [{ count: "3" }]);
    await assert.rejects(database.script("insert into t values (6); insert into t values (1);"), { code: "23505" });
    assert.deepEqual(await database.query("select count(*) from t"), [{ count: "3" }]);
  });

  test("what gave way to another transaction is tried again, five times", async (t) => {
    const { database } = await kind.open(t, "create table t (n int)");
    let tries = 0;
    const result = await database.transaction(null, async (sql) => {
      await sql.query("insert into t values ($1)", [++tries]);
      if (tries < 3) throw withCode(tries === 1 ? "40001" : "40P01");
      return tries;
    });
    assert.equal(result, 3);
    assert.deepEqual(await database.query("select n from t"), [{ n: 3 }]);
    tries = 0;
    const never = async () => {
      tries++;
      throw withCode("40001");
    };
    await assert.rejects(database.transaction(null, never), { code: "40001" });
    assert.equal(tries, 6);
    tries = 0;
    const other = async () => {
      tries++;
      throw withCode("23505");
    };
    await assert.rejects(database.transaction(null, other), { code: "23505" });
    assert.equal(tries, 1);
  });

  test("a tenant's transaction has the role that row-level security holds for, and leaves nothing behind", async (t) => {
    const { database } = await kind.open(
      t,
      ...roleStatements,
      "create table crm_sync.t (tenant text, n int)",
      "alter table crm_sync.t enable row level security",
      `create policy tenant on crm_sync.t to crm_sync_app using (tenant = current_setting('crm_sync.tenant', true))`,
      "grant select on crm_sync.t to crm_sync_app",
      "insert into crm_sync.t values ('a', 1), ('b', 2)",
    );
    const own = (sql: Sql) => sql.query("select n from crm_sync.t");
    assert.deepEqual(await database.transaction("a", own), [{ n: 1 }]);
    assert.deepEqual(await database.transaction("b", own), [{ n: 2 }]);
    assert.deepEqual(await database.transaction("' or true --", own), []);
    assert.deepEqual(await database.transaction(null, own), [{ n: 1 }, { n: 2 }]);
    const refused = database.transaction("a", (sql) => sql.query("create table crm_sync.u (n int)"));
    await assert.rejects(refused, { code: "42501" });
    const [after] = await database.query(
      "select current_setting('role') as role, coalesce(current_setting('crm_sync.tenant', true), '') as tenant",
    );
    assert.deepEqual(after, { role: "none", tenant: "" });
  });

  test("exclusive work of one name goes one after the other", async (t) => {
    const opened = await kind.open(t);
    const other = (await kind.again(t, opened)) ?? opened;
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await opened.database.query("select 1");
      await pause(5);
      inside--;
    };
    const both = [opened.database, other.database];
    await Promise.all(Array.from({ length: 24 }, (_, n) => both[n % 2]?.exclusively("one", work)));
    assert.equal(most, 1);
    await assert.rejects(
      opened.database.exclusively("one", async () => {
        throw new Error("failed");
      }),
      /failed/,
    );
    assert.equal(await other.database.exclusively("one", async () => "next"), "next");
    const names = opened.database.exclusively("one", () => other.database.exclusively("two", async () => "both"));
    assert.equal(await names, "both");
  });
}

for (const kind of kinds) describe(kind.name, () => contract(kind));
closeDatabases();

const folders = () => mkdtempSync(join(tmpdir(), "crm-sync-folder-"));

async function holder(folder: string) {
  const script = fileURLToPath(new URL("./hold-folder.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "./scripts/typescript.mjs", script, folder], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

describe("the embedded database's folder", () => {
  test("is one process' at a time, and opens again after kill -9 with all that was committed", async (t) => {
    const folder = folders();
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    for (const round of [1, 2]) {
      const child = await holder(folder);
      await assert.rejects(openPglite(folder), { code: "FOLDER_IN_USE", message: new RegExp(`process ${child.pid};`) });
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      const { database } = await openPglite(folder);
      await assert.rejects(openPglite(folder), { code: "FOLDER_IN_USE" });
      assert.deepEqual(await database.query("select count(*) from kept"), [{ count: String(round) }]);
      await database.close();
    }
  });

  test("is not held by a process that had the pid of one that lives now, nor by a file without sense", async (t) => {
    const folder = folders();
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    for (const owner of [`${process.ppid} 1`, `${process.pid} 1`, "", "nonsense"]) {
      writeFileSync(join(folder, "lock"), owner);
      const { database } = await openPglite(folder);
      assert.deepEqual(await database.query("select 1 as one"), [{ one: 1 }]);
      await database.close();
    }
  });
});

describe("PostgreSQL alone", { skip: kinds.length < 2 && "CRM_SYNC_TEST_POSTGRES is not 1" }, () => {
  test("two transactions that cannot both be are both done in the end", async (t) => {
    const kind = kinds[1] as Kind;
    const { database } = await kind.open(t, "create table t (n int)", "insert into t values (0)");
    const add = () =>
      database.transaction(null, async (sql) => {
        await sql.query("set transaction isolation level serializable");
        const [row] = await sql.query<{ n: number }>("select n from t");
        await pause(20);
        await sql.query("update t set n = $1", [(row?.n ?? 0) + 1]);
      });
    await Promise.all([add(), add(), add()]);
    assert.deepEqual(await database.query("select n from t"), [{ n: 3 }]);
  });

  test("a connection that the server ends harms nobody, idle or in a transaction", async (t) => {
    const kind = kinds[1] as Kind;
    const { database, pool } = await kind.open(t);
    const admin = new pg.Client(superuser());
    await admin.connect();
    const end = () =>
      admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
        new URL(pool?.options.connectionString ?? "").pathname.slice(1),
      ]);
    await database.query("select 1");
    await end();
    await pause(50);
    assert.deepEqual(await database.query("select 1 as one"), [{ one: 1 }]);
    await assert.rejects(
      database.transaction(null, async (sql) => {
        await end();
        await sql.query("select 1");
      }),
    );
    assert.deepEqual(await database.query("select 1 as one"), [{ one: 1 }]);
    await admin.end();
  });

  test("a server that is not there is said at once", async () => {
    const url = new URL(serverUrl());
    url.pathname = "/nothing";
    await assert.rejects(openPostgres(url.href), { code: "3D000" });
  });
});
