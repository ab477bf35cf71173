/**
 * A person asked to be forgotten: all that holds a value of theirs goes, and the keys of their links, so that what copies
 * of the tables hold opens no more. What was decided stays as codes; that no mail may be sent to them stays as well.
 */
import type { Erasure, IntegrationRef } from "../model.js";
import type { Sql } from "../sql.js";
import { rows } from "./values.js";

/** In the transaction that says so: whoever died between the two would leave it undone, with nobody to notice. */
export async function erase(sql: Sql, ref: IntegrationRef, contacts: readonly string[], now: Date): Promise<void> {
  if (contacts.length === 0) return;
  const tenantWide = [ref.tenant, contacts];
  await log(
    sql,
    ref,
    contacts.map((contact) => `local:${contact}`),
    now,
  );
  // The records that are theirs, or were until they were merged into another.
  const records = await sql.query<{ integration: string; crm_id: string }>(
    `select integration, crm_id from crm_sync.link where tenant = $1 and contact = any($2::text[]) and crm_id is not null
     union
     select integration, crm_id from crm_sync.audit where tenant = $1 and contact = any($2::text[]) and crm_id is not null`,
    tenantWide,
  );
  for (const integration of new Set(records.map((one) => one.integration))) {
    const own = records.filter((one) => one.integration === integration).map(({ crm_id }) => crm_id);
    await eraseRecords(sql, { tenant: ref.tenant, id: integration }, own);
  }
  await sql.query(
    `delete from crm_sync.forgotten f using crm_sync.link l
     where l.tenant = $1 and l.contact = any($2::text[])
       and f.tenant = $1 and f.integration = l.integration and f.crm_id = l.crm_id`,
    tenantWide,
  );
  await sql.query(
    `update crm_sync.contact set record = '{}', field_times = '{}', acts = '{}', address_hash = null, deleted = 'privacy',
       deleted_at = coalesce(deleted_at, $3), version = version + 1
     where tenant = $1 and id = any($2::text[])`,
    [...tenantWide, now],
  );
  // Another CRM's record of the person is still to be deleted by what was decided there: its link and intents stay.
  await sql.query(
    `update crm_sync.link set base = null, wrote = '{}', refused = null, revision = revision + 1,
       state = case when integration = $3 then 'ended' else state end
     where tenant = $1 and contact = any($2::text[])`,
    [...tenantWide, ref.id],
  );
  await sql.query(
    `delete from crm_sync.intent where tenant = $1 and contact = any($2::text[])
       and (integration = $3 or state in ('acknowledged', 'dropped', 'dead'))`,
    [...tenantWide, ref.id],
  );
  await sql.query(
    `update crm_sync.audit a set input = null, decision = null, sealed = null
     where tenant = $1 and contact = any($2::text[])
       and not exists (select from crm_sync.intent i where i.tenant = $1 and i.audit = a.id)`,
    tenantWide,
  );
  await sql.query(
    `delete from crm_sync.link_key k where tenant = $1
       and holder in (select 'local:' || c from unnest($2::text[]) c)
       and not exists (select from crm_sync.intent i
         where i.tenant = $1 and i.integration = k.integration and 'local:' || i.contact = k.holder)`,
    tenantWide,
  );
  for (const table of ["review", "engagement", "run_item"]) {
    await sql.query(`delete from crm_sync.${table} where tenant = $1 and contact = any($2::text[])`, tenantWide);
  }
}

/** What a dry run showed of records that were nobody's here yet. */
export async function eraseRecords(sql: Sql, ref: IntegrationRef, crmIds: readonly string[]): Promise<void> {
  const own = [ref.tenant, ref.id, crmIds];
  await sql.query(
    "delete from crm_sync.run_item where tenant = $1 and integration = $2 and crm_id = any($3::text[])",
    own,
  );
  await sql.query(
    `delete from crm_sync.link_key where tenant = $1 and integration = $2
       and holder in (select 'crm:' || c from unnest($3::text[]) c)`,
    own,
  );
}

/** With what stands against mailing them: a back-up may be older than that. */
export async function log(sql: Sql, ref: IntegrationRef, subjects: readonly string[], now: Date): Promise<void> {
  await sql.query(
    `insert into crm_sync.erasure (tenant, integration, subject, at, suppressions)
     select $1, $2, x.subject, $4, coalesce((
       select json_agg(json_build_object('subject', s.subject, 'topic', s.topic, 'since', s.since, 'source', s.source))
       from crm_sync.suppression s
       where s.tenant = $1 and s.subject in ('contact:' || substr(x.subject, 7), (
         select c.address_hash from crm_sync.contact c
         where c.tenant = $1 and x.subject like 'local:%' and c.id = substr(x.subject, 7)))), '[]')
     from unnest($3::text[]) x(subject)
     on conflict (tenant, integration, subject) do update set at = excluded.at, suppressions = excluded.suppressions`,
    [ref.tenant, ref.id, subjects, now],
  );
}

/** After a restore: whoever was erased since the back-up was made is once more. */
export async function eraseAgain(sql: Sql, erasures: readonly Erasure[], now: Date): Promise<void> {
  for (const { tenant, id, subject, suppressions } of erasures) {
    const ref = { tenant, id };
    const named = subject.slice(subject.indexOf(":") + 1);
    if (subject.startsWith("local:")) await erase(sql, ref, [named], now);
    else await eraseRecords(sql, ref, [named]);
    await sql.query(
      `insert into crm_sync.suppression as s (tenant, subject, topic, since, source)
       select $1, x.subject, x.topic, x.since, x.source
       from json_to_recordset($2::text::json) as x(subject text, topic text, since timestamptz, source text)
       on conflict (tenant, subject, topic) do update set since = greatest(s.since, excluded.since)`,
      [tenant, rows(suppressions)],
    );
  }
}
