import type { Integration, IntegrationRef, IntegrationSettings, IntegrationState, MappingVersion } from "../model.js";
import type { Sql } from "../sql.js";
import { AccountTaken, type NewIntegration, type NewMapping, type SyncStore } from "../store.js";
import { newAddressKey } from "./addresses.js";
import { type Context, transact } from "./context.js";
import { overtake } from "./runs.js";
import { json, time, timeOrNull, value } from "./values.js";

interface Row {
  tenant: string;
  id: string;
  crm: Integration["crm"];
  account: string;
  state: IntegrationState;
  settings: string;
  version: number;
  file: string;
  last_sync_at: Date | null;
  quota: string | null;
}

const select = `select i.tenant, i.id, i.crm, i.account, i.state, i.settings, i.last_sync_at, i.quota, m.version, m.file
  from crm_sync.integration i
  join crm_sync.mapping_version m
    on m.tenant = i.tenant and m.integration = i.id and m.version = i.mapping_version`;

const integrationOf = (row: Row): Integration => ({
  tenant: row.tenant,
  id: row.id,
  crm: row.crm,
  account: row.account,
  state: row.state,
  settings: value(row.settings),
  mapping: { version: row.version, file: row.file },
  lastSyncAt: timeOrNull(row.last_sync_at),
  quota: value(row.quota),
});

async function read(sql: Sql, ref: IntegrationRef): Promise<Integration | null> {
  const [row] = await sql.query<Row>(`${select} where i.tenant = $1 and i.id = $2`, [ref.tenant, ref.id]);
  return row ? integrationOf(row) : null;
}

async function add(sql: Sql, ref: IntegrationRef, given: NewIntegration): Promise<Integration> {
  const added = await sql.query(
    `insert into crm_sync.integration (tenant, id, crm, account, state, settings, mapping_version)
     values ($1, $2, $3, $4, $5, $6::text::json, 1) on conflict do nothing returning id`,
    [ref.tenant, ref.id, given.crm, given.account, given.state, json(given.settings)],
  );
  if (added.length === 0) throw new AccountTaken(`this ${given.crm} account is connected already`);
  await sql.query("insert into crm_sync.mapping_version (tenant, integration, version, file) values ($1, $2, 1, $3)", [
    ref.tenant,
    ref.id,
    given.file,
  ]);
  const integration = await read(sql, ref);
  if (!integration) throw new Error("the integration was not kept");
  return integration;
}

/** What goes back to an older file is a new version too: numbers only grow, and each decision's version stays what it was. */
export async function addMapping(
  context: Context,
  sql: Sql,
  ref: IntegrationRef,
  file: string,
  { by, expected, restores }: NewMapping,
): Promise<MappingVersion | null> {
  const [row] = await sql.query<{ version: number }>(
    `update crm_sync.integration set mapping_version = mapping_version + 1
     where tenant = $1 and id = $2 and ($3::int is null or mapping_version = $3) returning mapping_version as version`,
    [ref.tenant, ref.id, expected ?? null],
  );
  if (!row) {
    if (expected === undefined) throw new Error("there is no such integration");
    return null;
  }
  await sql.query(
    `insert into crm_sync.mapping_version (tenant, integration, version, file, created_at, created_by, restores)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [ref.tenant, ref.id, row.version, file, new Date(context.clock.now()), by ?? null, restores ?? null],
  );
  await overtake(context, sql, ref, row.version);
  return { version: row.version, file };
}

interface HistoryRow {
  version: number;
  created_at: Date;
  created_by: string | null;
  restores: number | null;
}

/** Only where it is still the version that was read; 0 is none yet. */
async function saveCredentials(sql: Sql, ref: IntegrationRef, sealed: string, version: number): Promise<boolean> {
  const saved =
    version === 0
      ? await sql.query(
          `insert into crm_sync.credential (tenant, integration, sealed, version) values ($1, $2, $3, 1)
           on conflict do nothing returning version`,
          [ref.tenant, ref.id, sealed],
        )
      : await sql.query(
          `update crm_sync.credential set sealed = $3, version = version + 1
           where tenant = $1 and integration = $2 and version = $4 returning version`,
          [ref.tenant, ref.id, sealed, version],
        );
  return saved.length > 0;
}

export const integrations = (context: Context) =>
  ({
    addTenant: async (tenant) => {
      await transact(context, tenant, (sql) =>
        sql.query("insert into crm_sync.tenant (tenant, address_key) values ($1, $2) on conflict do nothing", [
          tenant,
          newAddressKey(),
        ]),
      );
    },
    addIntegration: (ref, given) => transact(context, ref.tenant, (sql) => add(sql, ref, given)),
    integration: (ref) => transact(context, ref.tenant, (sql) => read(sql, ref)),
    integrations: (tenant) =>
      context.database.transaction(tenant, async (sql) => {
        const list = await sql.query<Row>(`${select} where $1::text is null or i.tenant = $1 order by i.tenant, i.id`, [
          tenant,
        ]);
        return list.map(integrationOf);
      }),
    integrationOfAccount: (crm, account) =>
      context.database.transaction(null, async (sql) => {
        const [row] = await sql.query<Row>(`${select} where i.crm = $1 and i.account = $2`, [crm, account]);
        return row ? integrationOf(row) : null;
      }),
    setState: async (ref, state) => {
      await transact(context, ref.tenant, (sql) =>
        sql.query("update crm_sync.integration set state = $3 where tenant = $1 and id = $2", [
          ref.tenant,
          ref.id,
          state,
        ]),
      );
    },
    changeSettings: async (ref, settings) => {
      await transact(context, ref.tenant, async (sql) => {
        const [row] = await sql.query<Pick<Row, "settings">>(
          "select settings from crm_sync.integration where tenant = $1 and id = $2 for update",
          [ref.tenant, ref.id],
        );
        if (row === undefined) return;
        await sql.query("update crm_sync.integration set settings = $3::text::json where tenant = $1 and id = $2", [
          ref.tenant,
          ref.id,
          json({ ...value<IntegrationSettings>(row.settings), ...settings }),
        ]);
      });
    },
    addMapping: (ref, file, how = {}) =>
      transact(context, ref.tenant, (sql) => addMapping(context, sql, ref, file, how)),
    mapping: (ref, version) =>
      transact(context, ref.tenant, async (sql) => {
        const [row] = await sql.query<MappingVersion>(
          "select version, file from crm_sync.mapping_version where tenant = $1 and integration = $2 and version = $3",
          [ref.tenant, ref.id, version],
        );
        return row ? { version: row.version, file: row.file } : null;
      }),
    mappings: (ref) =>
      transact(context, ref.tenant, async (sql) => {
        const list = await sql.query<HistoryRow>(
          `select version, created_at, created_by, restores from crm_sync.mapping_version
           where tenant = $1 and integration = $2 order by version desc`,
          [ref.tenant, ref.id],
        );
        return list.map((row) => ({
          ...{ version: row.version, since: time(row.created_at), by: row.created_by, restores: row.restores },
        }));
      }),
    credentials: (ref) =>
      transact(context, ref.tenant, async (sql) => {
        const [row] = await sql.query<{ sealed: string; version: number }>(
          "select sealed, version from crm_sync.credential where tenant = $1 and integration = $2",
          [ref.tenant, ref.id],
        );
        return row ?? null;
      }),
    saveCredentials: (ref, sealed, version) =>
      transact(context, ref.tenant, (sql) => saveCredentials(sql, ref, sealed, version)),
    removeCredentials: async (ref) => {
      await transact(context, ref.tenant, (sql) =>
        sql.query("delete from crm_sync.credential where tenant = $1 and integration = $2", [ref.tenant, ref.id]),
      );
    },
    // Whoever holds it is at work, and says so later: nobody waits for it.
    setSynced: async (ref, at, quota = null) => {
      await transact(context, ref.tenant, (sql) =>
        sql.query(
          `update crm_sync.integration set last_sync_at = greatest(last_sync_at, $3::timestamptz),
             quota = coalesce($4::text::json, quota)
           where (tenant, id) in (select tenant, id from crm_sync.integration where tenant = $1 and id = $2
             for no key update skip locked)`,
          [ref.tenant, ref.id, at, json(quota)],
        ),
      );
    },
  }) satisfies Partial<SyncStore>;
