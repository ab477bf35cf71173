/** What a decision was made for, so that a request can be followed to what came of it. */
export const traces = [
  "alter table crm_sync.audit add column trace text",
  "create index audit_trace on crm_sync.audit (tenant, trace) where trace is not null",
];
