/** A tenant's transaction sees its own rows of a table that came after the first migration, and nobody else's. */
export const ofTenant = (table: string): string[] => [
  `alter table crm_sync.${table} enable row level security`,
  `alter table crm_sync.${table} force row level security`,
  `create policy service on crm_sync.${table} to current_user using (true) with check (true)`,
  `grant select, insert, update, delete on crm_sync.${table} to crm_sync_app`,
  `create policy tenant on crm_sync.${table} to crm_sync_app
    using (tenant = current_setting('crm_sync.tenant', true))
    with check (tenant = current_setting('crm_sync.tenant', true))`,
];
