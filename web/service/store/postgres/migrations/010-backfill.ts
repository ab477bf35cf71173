import { ofTenant } from "./row-security.js";

/** Of a run over everything: what its first feed has named, so that those after it leave it out. */
export const backfill = [
  `create table crm_sync.run_seen (
    tenant text not null, integration text not null, run text not null, subject text not null,
    primary key (tenant, integration, run, subject))`,
  ...ofTenant("run_seen"),
];
