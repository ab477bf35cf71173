/**
 * What is to be known before anybody knows whose a request is, in D1: callers, and which tenant an account belongs to.
 * Everything else is in the tenant's object.
 */
import type { Clock } from "../clock.js";
import type { Crm } from "../crm/client.js";
import type { IntegrationRef } from "../store/model.js";
import { callers } from "../store/postgres/callers.js";
import type { Sql } from "../store/sql.js";
import { bound, sqlite } from "../store/sqlite/dialect.js";
import type { D1Database } from "./runtime.js";

export type Directory = ReturnType<typeof openDirectory>;

/** By then whoever has claimed an account has made its integration, or died before. */
const claimed = 60_000;

export function openDirectory(d1: D1Database, clock: Clock) {
  const sql: Sql = {
    query: async <Row>(text: string, values: readonly unknown[] = []) =>
      (
        await d1
          .prepare(sqlite(text))
          .bind(...values.map(bound))
          .all<Row>()
      ).results,
  };
  // D1 has no transactions; of these methods none needs one.
  const transaction = <T>(_tenant: string | null, work: (sql: Sql) => Promise<T>) => work(sql);

  async function holderOf(crm: Crm, account: string): Promise<IntegrationRef | null> {
    const [row] = await sql.query<IntegrationRef>(
      "select tenant, integration as id from account where crm = $1 and account = $2",
      [crm, account],
    );
    return row ?? null;
  }

  return {
    callers: callers({ database: { transaction }, clock }),
    holderOf,

    /** False where another integration has it, one that `exists`. */
    async claim(
      { tenant, id }: IntegrationRef,
      crm: Crm,
      account: string,
      exists: (holder: IntegrationRef) => Promise<boolean>,
    ): Promise<boolean> {
      const before = await holderOf(crm, account);
      if (before !== null && !isSame(before, { tenant, id })) {
        if (await exists(before)) return false;
        await sql.query(
          "delete from account where crm = $1 and account = $2 and tenant = $3 and integration = $4 and since < $5",
          [crm, account, before.tenant, before.id, new Date(clock.now() - claimed)],
        );
      }
      await sql.query(
        "insert into account (crm, account, tenant, integration, since) values ($1, $2, $3, $4, $5) on conflict do nothing",
        [crm, account, tenant, id, new Date(clock.now())],
      );
      return isSame(await holderOf(crm, account), { tenant, id });
    },

    async release({ tenant, id }: IntegrationRef, crm: Crm, account: string): Promise<void> {
      await sql.query("delete from account where crm = $1 and account = $2 and tenant = $3 and integration = $4", [
        ...[crm, account, tenant, id],
      ]);
    },

    /** Of whoever comes back from a CRM. */
    async tenantOfConnecting(stateHash: string): Promise<string | null> {
      const [row] = await sql.query<{ tenant: string }>("select tenant from connecting where state_hash = $1", [
        stateHash,
      ]);
      return row?.tenant ?? null;
    },

    /** Those who have a key, by name. */
    async tenants(after: string, limit: number): Promise<string[]> {
      const list = await sql.query<{ tenant: string }>(
        "select distinct tenant from api_key where tenant > $1 order by tenant limit $2",
        [after, limit],
      );
      return list.map(({ tenant }) => tenant);
    },
  };
}

const isSame = (one: IntegrationRef | null, other: IntegrationRef) =>
  one?.tenant === other.tenant && one.id === other.id;
