import { ofTenant } from "./row-security.js";

/**
 * Of a run over everything: what it has looked at, so that its other feeds leave it out; that a person has it rest; and
 * how many calls the CRM has left.
 */
export const backfill = [
  `create table crm_sync.run_seen (
    tenant text not null, integration text not null, run text not null, subject text not null,
    primary key (tenant, integration, run, subject))`,
  ...ofTenant("run_seen"),
  "alter table crm_sync.run add column paused_at timestamptz, add column paused_by text, add column rested bigint not null default 0",
  "alter table crm_sync.integration add column quota json",
];
