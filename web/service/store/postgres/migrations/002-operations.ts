/**
 * What operators do: pauses, versions of mappings, brakes. It only adds, so that processes of the version before go on
 * working on the same database while others are upgraded.
 */
import { ofTenant } from "./row-security.js";

export const operations = [
  // Null in integration, direction or field: all of them.
  `create table crm_sync.pause (
    tenant text not null, id text not null, integration text, direction text, field text, reason text not null,
    since timestamptz not null, actor text not null, until timestamptz, ended_at timestamptz, ended_by text,
    primary key (tenant, id))`,
  "create index pause_open on crm_sync.pause (tenant) where ended_at is null",
  ...ofTenant("pause"),
  "alter table crm_sync.mapping_version add column created_by text, add column restores int",
  "alter table crm_sync.run add column ended_by text",
];
