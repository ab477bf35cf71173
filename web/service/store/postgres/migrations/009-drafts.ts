import { ofTenant } from "./row-security.js";

/** Mappings that are looked at before they are in force, and the runs that say what they would do. */
export const drafts = [
  `create table crm_sync.mapping_draft (
    tenant text not null, integration text not null, draft text not null, file text not null, based_on int not null,
    created_at timestamptz not null, created_by text not null, version int,
    primary key (tenant, integration, draft))`,
  ...ofTenant("mapping_draft"),
  "alter table crm_sync.run add column draft text",
];
