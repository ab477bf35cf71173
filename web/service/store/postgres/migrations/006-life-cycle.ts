import { ofTenant } from "./row-security.js";

/** Brakes, and what a decision belongs to, so that it can be taken back. */
export const lifeCycle = [
  "alter table crm_sync.audit add column run text",
  "create index audit_run on crm_sync.audit (tenant, integration, run, contact) where run is not null",
  "create index audit_version on crm_sync.audit (tenant, integration, mapping_version, contact)",
  // `stopped`: why a brake has stopped it. `reverts`: whose decisions it takes back.
  "alter table crm_sync.run add column mapping_version int, add column stopped text, add column reverts json",
  // What was counted of a run, or, where `run` is empty, of changes as they come, under one version of the mapping.
  `create table crm_sync.brake (
    tenant text not null, integration text not null, run text not null, mapping_version int not null,
    counts json not null, allowed json, pause text, lifted_by text, updated_at timestamptz not null,
    primary key (tenant, integration, run, mapping_version))`,
  ...ofTenant("brake"),
];
