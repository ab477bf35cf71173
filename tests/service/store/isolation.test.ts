/** No tenant sees another's rows, whatever a statement forgets to ask. */
import assert from "node:assert/strict";
import { contract, fresh, linked, postgres, tenant } from "./support.js";

contract(
  {
    "a tenant's transaction sees its own rows of every table, and no keys": async (opened) => {
      const { store, database } = opened;
      const ours = await tenant(opened);
      const theirs = await tenant(opened);
      await linked(opened, ours.hubspot);
      await linked(opened, theirs.hubspot);
      await store.addApiKey(ours.name, fresh("hash"), "ann", ["reader"]);
      const tables = await database.query<{ name: string }>(
        `select table_name as name from information_schema.columns
       where table_schema = 'crm_sync' and column_name = 'tenant' order by 1`,
      );
      assert.ok(tables.length > 15);
      for (const { name: table } of tables) {
        const secret = ["api_key", "connecting", "queue", "session"].includes(table);
        const read = database.transaction(ours.name, (sql) =>
          sql.query<{ tenant: string }>(`select tenant from crm_sync.${table}`),
        );
        if (secret) await assert.rejects(read, /permission denied/, table);
        else
          assert.ok(
            (await read).every((row) => row.tenant === ours.name),
            table,
          );
      }
      const contacts = await database.transaction(ours.name, (sql) => sql.query("select * from crm_sync.contact"));
      assert.equal(contacts.length, 1);
    },

    "nor can it write a row of another's, or take a role that may": async (opened) => {
      const { database } = opened;
      const ours = await tenant(opened);
      const theirs = await tenant(opened);
      const insert = `insert into crm_sync.alert (tenant, integration, kind, detail, hash, since)
      values ($1, 'hubspot', 'fight', '{}', '', now())`;
      await assert.rejects(
        database.transaction(ours.name, (sql) => sql.query(insert, [theirs.name])),
        /row-level security/,
      );
      const updated = await database.transaction(ours.name, (sql) =>
        sql.query("update crm_sync.integration set state = 'revoked' returning tenant"),
      );
      assert.deepEqual(new Set(updated.map((row) => row.tenant)), new Set([ours.name]));
    },

    "a transaction without a tenant has none": async (opened) => {
      const { database } = opened;
      const one = await tenant(opened);
      await linked(opened, one.hubspot);
      const seen = await database.transaction("", (sql) => sql.query("select * from crm_sync.contact"));
      assert.deepEqual(seen, []);
    },
  },
  postgres,
);
