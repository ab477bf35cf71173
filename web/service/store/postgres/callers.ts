/** API keys, sessions and who is connecting, of which only hashes are kept. They are the service's alone: no tenant's transaction sees them. */
import type { Clock } from "../../clock.js";
import type { ApiKey, Connecting, Role } from "../model.js";
import type { Database } from "../sql.js";
import type { SyncStore } from "../store.js";
import { json, time, value } from "./values.js";

interface CallerRow {
  tenant: string;
  actor: string;
  roles: string;
}

interface ConnectingRow {
  session_hash: string;
  tenant: string;
  integration: string;
  environment: Connecting["environment"];
  expires_at: Date;
}

const callerOf = (row: CallerRow | undefined) =>
  row ? { tenant: row.tenant, actor: row.actor, roles: value<Role[]>(row.roles) } : null;

export const callers = ({ database, clock }: { database: Pick<Database, "transaction">; clock: Clock }) =>
  ({
    addApiKey: async (tenant, hash, actor, roles) => {
      await database.transaction(null, (sql) =>
        sql.query(
          `insert into crm_sync.api_key (tenant, hash, actor, roles, created_at) values ($1, $2, $3, $4::text::json, $5)
           on conflict (tenant, hash) do update set actor = excluded.actor, roles = excluded.roles`,
          [tenant, hash, actor, json(roles), new Date(clock.now())],
        ),
      );
    },
    hasApiKey: (tenant) =>
      database.transaction(null, async (sql) => {
        const some = await sql.query("select from crm_sync.api_key where tenant = $1 limit 1", [tenant]);
        return some.length > 0;
      }),
    callerOf: (hash) =>
      database.transaction(null, async (sql) => {
        const [row] = await sql.query<CallerRow>("select tenant, actor, roles from crm_sync.api_key where hash = $1", [
          hash,
        ]);
        return callerOf(row);
      }),
    apiKeys: (tenant) =>
      database.transaction(null, async (sql) => {
        const list = await sql.query<{ id: string; actor: string; roles: string; created_at: Date }>(
          "select id, actor, roles, created_at from crm_sync.api_key where tenant = $1 order by created_at, id",
          [tenant],
        );
        return list.map(
          ({ id, actor, roles, created_at }): ApiKey => ({
            ...{ id, actor, roles: value(roles), createdAt: time(created_at) },
          }),
        );
      }),
    removeApiKey: (tenant, id) =>
      database.transaction(null, async (sql) => {
        const [removed] = await sql.query<{ hash: string }>(
          "delete from crm_sync.api_key where tenant = $1 and id = $2 returning hash",
          [tenant, id],
        );
        if (removed) await sql.query("delete from crm_sync.session where key_hash = $1", [removed.hash]);
        return removed !== undefined;
      }),
    addSession: async ({ hash, tenant, keyHash, expiresAt }) => {
      await database.transaction(null, (sql) =>
        sql.query("insert into crm_sync.session (hash, tenant, key_hash, expires_at) values ($1, $2, $3, $4)", [
          hash,
          tenant,
          keyHash,
          expiresAt,
        ]),
      );
    },
    callerOfSession: (hash, now) =>
      database.transaction(null, async (sql) => {
        const [row] = await sql.query<CallerRow>(
          `select k.tenant, k.actor, k.roles from crm_sync.session s
           join crm_sync.api_key k on k.tenant = s.tenant and k.hash = s.key_hash
           where s.hash = $1 and s.expires_at > $2`,
          [hash, now],
        );
        return callerOf(row);
      }),
    addConnecting: async (given) => {
      await database.transaction(null, (sql) =>
        sql.query(
          `insert into crm_sync.connecting
             (state_hash, cookie_hash, session_hash, tenant, integration, environment, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [
            ...[given.stateHash, given.cookieHash, given.sessionHash, given.tenant, given.integration],
            ...[given.environment, given.expiresAt],
          ],
        ),
      );
    },
    takeConnecting: (stateHash, cookieHash, now) =>
      database.transaction(null, async (sql) => {
        const [row] = await sql.query<ConnectingRow>(
          `delete from crm_sync.connecting where state_hash = $1 and cookie_hash = $2
           returning session_hash, tenant, integration, environment, expires_at`,
          [stateHash, cookieHash],
        );
        if (row === undefined || new Date(row.expires_at) <= now) return null;
        const { session_hash: sessionHash, tenant, integration, environment, expires_at } = row;
        return { stateHash, cookieHash, sessionHash, tenant, integration, environment, expiresAt: time(expires_at) };
      }),
    pruneCallers: async () => {
      const now = new Date(clock.now());
      await database.transaction(null, (sql) => sql.query("delete from crm_sync.session where expires_at < $1", [now]));
      await database.transaction(null, (sql) =>
        sql.query("delete from crm_sync.connecting where expires_at < $1", [now]),
      );
    },
    endSession: async (hash) => {
      await database.transaction(null, (sql) => sql.query("delete from crm_sync.session where hash = $1", [hash]));
    },
  }) satisfies Partial<SyncStore>;
