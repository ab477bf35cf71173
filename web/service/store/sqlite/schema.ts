/**
 * The store's tables in SQLite, as the migrations of PostgreSQL have left them, without the columns that only rows from
 * before a migration need. One database is one tenant's; the tenant stands in every key all the same, since the
 * statements are the same.
 */
import type { Database } from "../sql.js";

const tables: readonly string[] = [
  `create table tenant (tenant text primary key, address_key text not null) strict`,
  `create table integration (
    tenant text not null, id text not null, crm text not null, account text not null, state text not null,
    settings text not null, mapping_version integer not null, last_sync_at text, heard_at text, quota text,
    primary key (tenant, id)) strict`,
  "create unique index integration_account on integration (crm, account)",
  `create table mapping_version (
    tenant text not null, integration text not null, version integer not null, file text not null,
    created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), created_by text, restores integer,
    primary key (tenant, integration, version)) strict`,
  `create table mapping_draft (
    tenant text not null, integration text not null, draft text not null, file text not null, based_on integer not null,
    created_at text not null, created_by text not null, version integer,
    primary key (tenant, integration, draft)) strict`,
  `create table credential (
    tenant text not null, integration text not null, sealed text not null, version integer not null,
    primary key (tenant, integration)) strict`,
  `create table contact (
    tenant text not null, id text not null, record text not null, updated_at text not null, field_times text not null,
    acts text not null, deleted text, deleted_at text, version integer not null, address_hash text,
    primary key (tenant, id)) strict`,
  "create index contact_address on contact (tenant, address_hash) where deleted is null",
  `create table engagement (
    tenant text not null, id text not null, contact text not null, "row" text not null,
    primary key (tenant, id)) strict`,
  "create index engagement_contact on engagement (tenant, contact)",
  `create table suppression (
    tenant text not null, subject text not null, topic text not null, since text not null, source text not null,
    primary key (tenant, subject, topic)) strict`,
  `create table link (
    tenant text not null, integration text not null, contact text not null, crm_id text, state text not null,
    revision integer not null, base text, synced_version integer not null, braked text not null, wrote text not null,
    not_taken integer not null, refused text,
    primary key (tenant, integration, contact)) strict`,
  `create unique index link_record on link (tenant, integration, crm_id) where crm_id is not null and state = 'linked'`,
  "create index link_of_record on link (tenant, integration, crm_id)",
  `create table link_key (
    tenant text not null, integration text not null, holder text not null, sealed text not null, made_at text not null,
    primary key (tenant, integration, holder)) strict`,
  `create table inbox (
    tenant text not null, integration text not null, key text not null, subject text not null, kind text not null,
    occurred_at text, received_at text not null,
    primary key (tenant, integration, key)) strict`,
  "create index inbox_age on inbox (received_at)",
  `create table intent (
    n integer primary key autoincrement,
    tenant text not null, integration text not null, id text not null, contact text not null, audit text not null,
    write text, sealed text, state text not null, attempts integer not null default 0, sent_at text, answer text,
    sealed_answer text, error text, consent integer, planned_at text,
    updated_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    unique (tenant, integration, id)) strict`,
  `create index intent_open on intent (tenant, integration, contact) where state in ('planned', 'sent', 'unknown')`,
  "create index intent_contact on intent (tenant, contact)",
  "create index intent_audit on intent (tenant, audit)",
  "create index intent_dead on intent (tenant) where state = 'dead'",
  "create index intent_age on intent (updated_at)",
  `create table review (
    tenant text not null, integration text not null, id text not null, contact text, crm_id text, field text,
    local text, crm text, base text, sealed text, reason text not null, opened_at text not null, state text not null,
    answer text, sealed_answer text, candidates text, closed_at text,
    primary key (tenant, integration, id)) strict`,
  "create index review_contact on review (tenant, integration, contact) where state <> 'closed'",
  "create index review_record on review (tenant, integration, crm_id) where contact is null and state <> 'closed'",
  `create table audit (
    tenant text not null, id text not null, integration text not null, contact text not null, crm_id text,
    at text not null, actor text not null, mapping_version integer not null, run text, trace text,
    input text, decision text, sealed text, codes text, hash text,
    primary key (tenant, id)) strict`,
  "create index audit_contact on audit (tenant, contact, at, id)",
  "create index audit_time on audit (tenant, at, id)",
  "create index audit_run on audit (tenant, integration, run, contact) where run is not null",
  "create index audit_version on audit (tenant, integration, mapping_version, contact)",
  "create index audit_trace on audit (tenant, trace) where trace is not null",
  `create table forgotten (
    tenant text not null, integration text not null, crm_id text not null,
    primary key (tenant, integration, crm_id)) strict`,
  `create table erasure (
    tenant text not null, integration text not null, subject text not null, at text not null, suppressions text not null,
    primary key (tenant, integration, subject)) strict`,
  `create table watermark (
    tenant text not null, integration text not null, stream text not null, cursor text not null, advanced_at text,
    changed_at text,
    primary key (tenant, integration, stream)) strict`,
  `create table run (
    tenant text not null, integration text not null, run text not null, kind text not null, dry integer not null,
    state text not null, checkpoint text, progress text not null, started_at text not null, finished_at text,
    started_by text not null, ended_by text, paused_at text, paused_by text, rested integer not null default 0,
    error text, stopped text, mapping_version integer, reverts text, draft text, basis text,
    primary key (tenant, integration, run)) strict`,
  "create unique index run_one on run (tenant, integration, kind, dry) where state = 'running'",
  `create table run_item (
    tenant text not null, integration text not null, run text not null, n integer not null, subject text not null,
    contact text, crm_id text, outcome text not null, local text, crm text, sealed text, reasons text not null,
    match text, address text,
    primary key (tenant, integration, run, n)) strict`,
  "create index run_item_record on run_item (tenant, integration, crm_id)",
  "create index run_item_subject on run_item (tenant, integration, subject)",
  "create index run_item_contact on run_item (tenant, contact)",
  `create table run_seen (
    tenant text not null, integration text not null, run text not null, subject text not null,
    primary key (tenant, integration, run, subject)) strict`,
  `create table brake (
    tenant text not null, integration text not null, run text not null, mapping_version integer not null,
    counts text not null, allowed text, pause text, lifted_by text, updated_at text not null,
    primary key (tenant, integration, run, mapping_version)) strict`,
  `create table pause (
    tenant text not null, id text not null, integration text, direction text, field text, reason text not null,
    since text not null, actor text not null, until text, ended_at text, ended_by text,
    primary key (tenant, id)) strict`,
  `create table alert (
    tenant text not null, integration text not null, kind text not null, detail text not null, hash text not null,
    since text not null,
    primary key (tenant, integration, kind, hash)) strict`,
];

/** In order, by the versions of PostgreSQL's migrations that they stand for; one that was published is never changed. */
const migrations = (
  jobTables: readonly string[],
): readonly (readonly [version: number, statements: readonly string[]])[] => [[10, [...tables, ...jobTables]]];

/** Nobody else has the database open: there is no upgrade to be finished. */
export async function migrate(database: Database, jobTables: readonly string[]): Promise<void> {
  await database.transaction(null, async (sql) => {
    await sql.query(
      "create table if not exists migration (version integer primary key, finished integer not null default 1) strict",
    );
    const [{ done } = { done: 0 }] = await sql.query<{ done: number }>(
      "select coalesce(max(version), 0) as done from migration",
    );
    for (const [version, statements] of migrations(jobTables).filter(([version]) => version > done)) {
      for (const statement of statements) await sql.query(statement);
      const versions = Array.from({ length: version }, (_, index) => index + 1);
      await sql.query(
        "insert into migration (version) select value from json_each($1) where true on conflict do nothing",
        [versions],
      );
    }
  });
}
