-- Who may call, who is on their way to a CRM, and which tenant an account belongs to. Everything else is in the tenants' objects.
create table api_key (
  tenant text not null, hash text not null unique, actor text not null, roles text not null,
  id text not null default (lower(hex(randomblob(16)))), created_at text not null,
  primary key (tenant, hash)) strict;
create table session (
  hash text primary key, tenant text not null, key_hash text not null, expires_at text not null) strict;
create table connecting (
  state_hash text primary key, cookie_hash text not null, session_hash text not null,
  tenant text not null, integration text not null, environment text, expires_at text not null) strict;
create table account (
  crm text not null, account text not null, tenant text not null, integration text not null, since text not null,
  primary key (crm, account)) strict;
