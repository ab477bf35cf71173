/** What operators look at: decisions, dead letters, alerts, figures. */
import type { Alert, AuditEntry, IntegrationRef, Intent } from "../model.js";
import type { Sql } from "../sql.js";
import type { DeadIntent, SyncStore } from "../store.js";
import { type Context, transact } from "./context.js";
import { holderOf, keyColumn } from "./link-keys.js";
import { json, time, value } from "./values.js";

type AuditRow = Omit<AuditEntry, "at" | "crmId" | "mappingVersion" | "codes"> & {
  at: Date;
  crm_id: string | null;
  mapping_version: number;
  codes: string | null;
  sealed: string | null;
  link_key: string | null;
};

async function entryOf({ keys }: Context, tenant: string, row: AuditRow): Promise<AuditEntry> {
  const { id, integration, contact, crm_id, at, actor, mapping_version, run, trace, codes, hash, sealed, link_key } =
    row;
  const ref = { tenant, id: integration };
  const values =
    sealed === null
      ? [row.input, row.decision]
      : await keys.unsealed(ref, holderOf(contact), link_key, ["audit", id], sealed);
  const [input = null, decision = null] = values ?? [];
  return {
    ...{ id, integration, contact, crmId: crm_id, at: time(at), actor, mappingVersion: mapping_version, run, trace },
    ...{ input, decision, codes: value(codes), hash },
  };
}

/** The refusal is forgotten with them, so that the same values are tried once more. */
async function replay(context: Context, sql: Sql, tenant: string, ids: readonly string[]): Promise<number> {
  const replayed = await sql.query<{ integration: string; contact: string }>(
    `update crm_sync.intent set state = 'dropped', updated_at = $3
     where tenant = $1 and id = any($2::text[]) and state = 'dead' returning integration, contact`,
    [tenant, ids, new Date(context.clock.now())],
  );
  for (const integration of new Set(replayed.map((one) => one.integration))) {
    const own = replayed.filter((one) => one.integration === integration);
    const contacts = [...new Set(own.map(({ contact }) => contact))].sort();
    await sql.query(
      `update crm_sync.link set refused = null, revision = revision + 1
       where tenant = $1 and integration = $2 and contact = any($3::text[])`,
      [tenant, integration, contacts],
    );
    const wakes = contacts.map((contact) => ({ subject: `local:${contact}` as const }));
    await context.jobs.wake(sql, { tenant, id: integration }, wakes);
  }
  return replayed.length;
}

const alertKey = (ref: IntegrationRef, kind: string) => [ref.tenant, ref.id, kind];

export const watching = (context: Context) =>
  ({
    audit: (tenant, { contact, integration, trace, before, limit }) =>
      transact(context, tenant, async (sql) => {
        const list = await sql.query<AuditRow>(
          `select a.id, a.integration, a.contact, a.crm_id, a.at, a.actor, a.mapping_version, a.run, a.trace, a.input,
             a.decision, a.codes, a.hash, a.sealed, ${keyColumn("a", "'local:' || a.contact")}
           from crm_sync.audit a
           where a.tenant = $1 and ($2::text is null or a.contact = $2) and ($3::text is null or a.integration = $3)
             and ($4::text is null
               or (a.at, a.id) < (select b.at, b.id from crm_sync.audit b where b.tenant = $1 and b.id = $4))
             and ($6::text is null or a.trace = $6)
           order by a.at desc, a.id desc limit $5`,
          [tenant, contact ?? null, integration ?? null, before ?? null, limit, trace ?? null],
        );
        return Promise.all(list.map((row) => entryOf(context, tenant, row)));
      }),
    deadIntents: (tenant) =>
      transact(context, tenant, async (sql) => {
        const list = await sql.query<Omit<DeadIntent, "error" | "since"> & { error: string; since: Date }>(
          `select i.id, i.integration, i.contact, l.crm_id as "crmId", i.error, i.updated_at as since from crm_sync.intent i
           left join crm_sync.link l on l.tenant = i.tenant and l.integration = i.integration and l.contact = i.contact
           where i.tenant = $1 and i.state = 'dead' order by i.updated_at, i.id`,
          [tenant],
        );
        return list.map((row) => ({
          ...row,
          error: value<NonNullable<Intent["error"]>>(row.error),
          since: time(row.since),
        }));
      }),
    replayIntents: (tenant, ids) => transact(context, tenant, (sql) => replay(context, sql, tenant, ids)),
    alert: (ref, kind, detail) =>
      transact(context, ref.tenant, async (sql) => {
        await sql.query(
          `insert into crm_sync.alert (tenant, integration, kind, detail, hash, since)
           values ($1, $2, $3, $4::text::json, md5($4::text), $5) on conflict do nothing`,
          [...alertKey(ref, kind), json(detail), new Date(context.clock.now())],
        );
      }),
    clearAlert: (ref, kind) =>
      transact(context, ref.tenant, async (sql) => {
        await sql.query(
          "delete from crm_sync.alert where tenant = $1 and integration = $2 and kind = $3",
          alertKey(ref, kind),
        );
      }),
    alerts: (tenant) =>
      transact(context, tenant, async (sql) => {
        const list = await sql.query<Omit<Alert, "detail" | "since"> & { detail: string; since: Date }>(
          "select integration, kind, detail, since from crm_sync.alert where tenant = $1 order by since, integration, kind",
          [tenant],
        );
        return list.map((row) => ({ ...row, detail: value<Alert["detail"]>(row.detail), since: time(row.since) }));
      }),
    counts: (ref) =>
      transact(context, ref.tenant, async (sql) => {
        const own = [ref.tenant, ref.id];
        const list = await sql.query<{ what: string; state: string; n: number }>(
          `select 'intent' as what, state, count(*)::int as n from crm_sync.intent
           where tenant = $1 and integration = $2 group by state
           union all
           select 'link', state, count(*)::int from crm_sync.link
           where tenant = $1 and integration = $2 and state = 'linked' group by state
           union all
           select 'review', state, count(*)::int from crm_sync.review
           where tenant = $1 and integration = $2 and state = 'open' group by state`,
          own,
        );
        const of = (what: string) => list.filter((row) => row.what === what);
        return {
          links: of("link")[0]?.n ?? 0,
          intents: Object.fromEntries(of("intent").map(({ state, n }) => [state, n])),
          reviews: of("review")[0]?.n ?? 0,
        };
      }),
  }) satisfies Partial<SyncStore>;
