/**
 * The tables of the service. Values of contacts and CRM records are `json`, not `jsonb`, which would change numbers and
 * the order of keys.
 */
const tables = [
  `create table crm_sync.tenant (
    tenant text primary key,
    -- Of the hashes of addresses: 32 random bytes in Base64.
    address_key text not null,
    created_at timestamptz not null default now())`,
  `create table crm_sync.api_key (
    tenant text not null, hash text not null unique, actor text not null, roles json not null,
    primary key (tenant, hash))`,
  `create table crm_sync.integration (
    tenant text not null, id text not null, crm text not null, account text not null, state text not null,
    settings json not null, mapping_version int not null, last_sync_at timestamptz,
    primary key (tenant, id), constraint integration_account unique (crm, account))`,
  `create table crm_sync.mapping_version (
    tenant text not null, integration text not null, version int not null, file text not null,
    created_at timestamptz not null default now(),
    primary key (tenant, integration, version))`,
  `create table crm_sync.credential (
    tenant text not null, integration text not null, sealed text not null, version int not null,
    primary key (tenant, integration))`,
  `create table crm_sync.contact (
    tenant text not null, id text not null, record json not null, updated_at timestamptz not null,
    field_times json not null, acts json not null, deleted text, deleted_at timestamptz, version bigint not null,
    address_hash text,
    primary key (tenant, id))`,
  "create index contact_address on crm_sync.contact (tenant, address_hash) where deleted is null",
  `create table crm_sync.engagement (
    tenant text not null, id text not null, contact text not null, "row" json not null,
    primary key (tenant, id))`,
  "create index engagement_contact on crm_sync.engagement (tenant, contact)",
  // Whom it is about: the hash of an address, or contact:<id>, so that it outlives every change of the address.
  `create table crm_sync.suppression (
    tenant text not null, subject text not null, topic text not null, since timestamptz not null, source text not null,
    primary key (tenant, subject, topic))`,
  `create table crm_sync.link (
    tenant text not null, integration text not null, contact text not null, crm_id text, state text not null,
    revision bigint not null, base json, synced_version bigint not null, braked json not null, wrote json not null,
    not_taken int not null, refused text,
    primary key (tenant, integration, contact))`,
  `create unique index link_record on crm_sync.link (tenant, integration, crm_id)
    where crm_id is not null and state = 'linked'`,
  // Of links in whatever state: the one above answers for those that are live only.
  "create index link_of_record on crm_sync.link (tenant, integration, crm_id)",
  `create table crm_sync.inbox (
    tenant text not null, integration text not null, key text not null, subject text not null, kind text not null,
    occurred_at timestamptz, received_at timestamptz not null default now(),
    primary key (tenant, integration, key))`,
  "create index inbox_subject on crm_sync.inbox (tenant, integration, subject)",
  `create table crm_sync.intent (
    tenant text not null, integration text not null, id text not null, contact text not null, audit text not null,
    n bigint generated always as identity,
    write json not null, state text not null, attempts int not null default 0, sent_at timestamptz, answer json, error json,
    updated_at timestamptz not null default now(),
    primary key (tenant, integration, id))`,
  `create index intent_open on crm_sync.intent (tenant, integration, contact)
    where state in ('planned', 'sent', 'unknown')`,
  "create index intent_contact on crm_sync.intent (tenant, integration, contact)",
  "create index intent_audit on crm_sync.intent (tenant, audit)",
  "create index intent_dead on crm_sync.intent (tenant) where state = 'dead'",
  `create table crm_sync.review (
    tenant text not null, integration text not null, id text not null, contact text, crm_id text, field text,
    local json, crm json, base json, reason text not null, opened_at timestamptz not null, state text not null,
    answer json, candidates json,
    primary key (tenant, integration, id))`,
  "create index review_contact on crm_sync.review (tenant, integration, contact) where state <> 'closed'",
  `create index review_record on crm_sync.review (tenant, integration, crm_id)
    where contact is null and state <> 'closed'`,
  `create table crm_sync.audit (
    tenant text not null, id text not null, integration text not null, contact text not null, crm_id text,
    at timestamptz not null, actor text not null, mapping_version int not null, input text not null,
    decision text not null,
    primary key (tenant, id))`,
  "create index audit_contact on crm_sync.audit (tenant, contact, at, id)",
  "create index audit_time on crm_sync.audit (tenant, at, id)",
  // Persons who asked to be forgotten, whose records the CRM does not tell of any more.
  `create table crm_sync.forgotten (
    tenant text not null, integration text not null, crm_id text not null,
    primary key (tenant, integration, crm_id))`,
  `create table crm_sync.watermark (
    tenant text not null, integration text not null, stream text not null, cursor json not null,
    primary key (tenant, integration, stream))`,
  `create table crm_sync.run (
    tenant text not null, integration text not null, run text not null, kind text not null, dry boolean not null,
    state text not null, checkpoint json, progress json not null, started_at timestamptz not null,
    finished_at timestamptz, started_by text not null, error text,
    primary key (tenant, integration, run))`,
  "create unique index run_one on crm_sync.run (tenant, integration, kind, dry) where state = 'running'",
  `create table crm_sync.run_item (
    tenant text not null, integration text not null, run text not null, n int not null, subject text not null,
    contact text, crm_id text, outcome text not null, local json not null, crm json not null, reasons json not null,
    primary key (tenant, integration, run, n))`,
  `create table crm_sync.alert (
    tenant text not null, integration text not null, kind text not null, detail json not null,
    -- One for each different detail.
    hash text not null, since timestamptz not null,
    primary key (tenant, integration, kind, hash))`,
  `create table crm_sync.queue (
    tenant text not null, integration text not null, name text not null unique, held_until timestamptz,
    primary key (tenant, integration))`,
];

/** Tables that a tenant's transaction sees its own rows of; the rest of them (keys, queues) are the service's alone. */
const ofTenants = [
  "tenant",
  "integration",
  "mapping_version",
  "credential",
  "contact",
  "engagement",
  "suppression",
  "link",
  "inbox",
  "intent",
  "review",
  "audit",
  "forgotten",
  "watermark",
  "run",
  "run_item",
  "alert",
];

/** A superuser is above row-level security, so a tenant's transaction runs as a role that is not. */
const role = [
  `do $$ begin
    if not exists (select from pg_roles where rolname = 'crm_sync_app') then create role crm_sync_app nologin; end if;
  exception when duplicate_object or unique_violation then null;
  end $$`,
  `do $$ begin
    if not pg_has_role(current_user, 'crm_sync_app', 'member') then grant crm_sync_app to current_user; end if;
  end $$`,
  "grant usage on schema crm_sync to crm_sync_app",
];

const secured = [...ofTenants, "api_key", "queue"].flatMap((table) => [
  `alter table crm_sync.${table} enable row level security`,
  `alter table crm_sync.${table} force row level security`,
  `create policy service on crm_sync.${table} to current_user using (true) with check (true)`,
]);

const granted = ofTenants.flatMap((table) => [
  `grant select, insert, update, delete on crm_sync.${table} to crm_sync_app`,
  `create policy tenant on crm_sync.${table} to crm_sync_app
    using (tenant = current_setting('crm_sync.tenant', true))
    with check (tenant = current_setting('crm_sync.tenant', true))`,
]);

export const initial = [...tables, ...role, ...secured, ...granted];
