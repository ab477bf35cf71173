/** Who is on their way to a CRM to let the app in, and has not come back yet. */
export const connecting = [
  `create table crm_sync.connecting (
    state_hash text primary key, cookie_hash text not null, session_hash text not null,
    tenant text not null, integration text not null, environment text, expires_at timestamptz not null)`,
  // Read before anybody's tenant is known.
  "alter table crm_sync.connecting enable row level security",
  "alter table crm_sync.connecting force row level security",
  "create policy service on crm_sync.connecting to current_user using (true) with check (true)",
];
