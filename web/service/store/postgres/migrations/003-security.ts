import { ofTenant } from "./row-security.js";

/**
 * Values of persons under a key of their link, the log of erasures, sessions of the admin page, and what finds old rows.
 * Rows from before have their values in the columns of 001, and are read there.
 */
const tables = [
  // Backed up apart, and not for long: without it all that was sealed under it is gone.
  `create table crm_sync.link_key (
    tenant text not null, integration text not null, holder text not null, sealed text not null,
    made_at timestamptz not null,
    primary key (tenant, integration, holder))`,
  `create table crm_sync.erasure (
    tenant text not null, integration text not null, subject text not null, at timestamptz not null,
    -- Of the address (its hash) and the contact: they hold after a restore as well.
    suppressions json not null,
    primary key (tenant, integration, subject))`,
  `create table crm_sync.session (
    hash text primary key, tenant text not null, key_hash text not null, expires_at timestamptz not null)`,
  "alter table crm_sync.api_key add column id text not null default gen_random_uuid()::text",
  "alter table crm_sync.api_key add column created_at timestamptz not null default now()",
];

const columns = [
  "alter table crm_sync.audit add column sealed text, add column codes json, add column hash text",
  "alter table crm_sync.audit alter column input drop not null, alter column decision drop not null",
  "alter table crm_sync.intent add column sealed text, add column sealed_answer text",
  "alter table crm_sync.intent alter column write drop not null",
  "alter table crm_sync.review add column sealed text, add column sealed_answer text, add column closed_at timestamptz",
  "alter table crm_sync.run_item add column sealed text",
  "alter table crm_sync.run_item alter column local drop not null, alter column crm drop not null",
];

/** Rows come in the order of their time, so that a few blocks tell where the old ones are. */
const indexes = [
  "create index inbox_age on crm_sync.inbox using brin (received_at)",
  "create index intent_age on crm_sync.intent using brin (updated_at)",
  "create index audit_age on crm_sync.audit using brin (at)",
  "create index run_item_record on crm_sync.run_item (tenant, integration, crm_id)",
  "create index run_item_subject on crm_sync.run_item (tenant, integration, subject)",
];

const secured = [
  ...ofTenant("link_key"),
  ...ofTenant("erasure"),
  // Read before anybody's tenant is known.
  "alter table crm_sync.session enable row level security",
  "alter table crm_sync.session force row level security",
  "create policy service on crm_sync.session to current_user using (true) with check (true)",
];

export const security = [...tables, ...columns, ...indexes, ...secured];
