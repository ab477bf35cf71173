/** With the planner's statistics a pair costs as much among thousands as among a few. */
import assert from "node:assert/strict";
import { keepUp } from "../../../web/service/node/upkeep.js";
import type { Database } from "../../../web/service/store/sql.js";
import { contract, fresh, postgres, tenant } from "./support.js";

const many = 5_000;

/** What was counted by now is told at once, instead of a second later. */
async function told(database: Database): Promise<void> {
  await database.query("select pg_stat_force_next_flush()");
  await database.query("select pg_stat_clear_snapshot()");
}

/** Of the tables of contacts and links, read in whatever way. */
async function rowsRead(database: Database): Promise<number> {
  await told(database);
  const [row] = await database.query<{ rows: string }>(
    `select sum(coalesce(t.seq_tup_read, 0) + (select sum(i.idx_tup_read) from pg_stat_user_indexes i where i.relid = t.relid))::text as rows
     from pg_stat_user_tables t where t.schemaname = 'crm_sync' and t.relname in ('contact', 'link')`,
  );
  return Number(row?.rows);
}

contract(
  {
    "a hundred pairs of thousands are found without looking at the others": async (opened) => {
      const { store, database } = opened;
      const { name, hubspot } = await tenant(opened);
      const prefix = fresh("many");
      await database.query(
        `insert into crm_sync.contact (tenant, id, record, updated_at, field_times, acts, version)
       select $1, $2 || g, '{}', now(), '{}', '{}', 1 from generate_series(1, $3::int) g`,
        [name, prefix, many],
      );
      await database.query(
        `insert into crm_sync.link (tenant, integration, contact, crm_id, state, revision, synced_version, braked, wrote, not_taken)
       select $1, $2, $3 || g, $3 || g, 'linked', 1, 1, '[]', '{}', 0 from generate_series(1, $4::int) g`,
        [name, hubspot.id, prefix, many],
      );
      await told(database);
      await keepUp(database, false);
      const before = await rowsRead(database);
      const subjects = Array.from({ length: 100 }, (_, index) => `crm:${prefix}${index + 1}` as const);
      const pairs = await store.loadPairs(hubspot, [...subjects, `local:${prefix}101`]);
      assert.equal(pairs.length, 101);
      assert.ok(pairs.every(({ link, contact }) => link !== null && link.contact === contact?.id));
      const read = (await rowsRead(database)) - before;
      assert.ok(read > 100 && read < 1_000, `${read} rows were read for 101 pairs`);
    },
    "dead rows are removed where no server does it": async (opened) => {
      const { database } = opened;
      const { name } = await tenant(opened);
      const count = async () => {
        await told(database);
        const [row] = await database.query<{ dead: string }>(
          "select n_dead_tup::text as dead from pg_stat_user_tables where schemaname = 'crm_sync' and relname = 'inbox'",
        );
        return Number(row?.dead);
      };
      await database.query(
        `insert into crm_sync.inbox (tenant, integration, key, subject, kind)
       select $1, 'hubspot', g::text, 'crm:1', 'test' from generate_series(1, 1000) g`,
        [name],
      );
      await database.query("delete from crm_sync.inbox where tenant = $1", [name]);
      assert.ok((await count()) >= 1000);
      await keepUp(database, true);
      assert.equal(await count(), 0);
    },
  },
  postgres,
);
