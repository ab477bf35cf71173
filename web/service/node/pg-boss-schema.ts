/** What the jobs add to pg-boss' tables: functions, so that a tenant's transaction can wake and nothing else. */
import type { QueueTimes } from "../jobs/failures.js";

export const schema = "crm_sync_jobs";

/** All in one: the queues are many and small, and a queue that the cron sends to must be of one table as well. */
export const table = `${schema}.job_common`;

/** A dead job is kept for a year, to be looked at and replayed. */
const year = 365 * 24 * 3600;

/**
 * - `short`: of one key at most one waits, while another may be active; a wake-up that arrives while its subject is
 *   being worked on is kept.
 * - The owner alone may make queues; a tenant's role may call `wake`, which runs as the owner and refuses other tenants.
 *   It gets no right on pg-boss' tables, not even to the schema.
 * - Columns that are not named have pg-boss' defaults, as its documentation has it for jobs made in SQL.
 */
export const functions = ({ expireInSeconds, retryLimit, retryDelay, retryDelayMax }: QueueTimes) => [
  `create or replace function crm_sync.queue_of(of_tenant text, of_integration text) returns text
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  known text;
  -- Names of queues have few characters; tenants' and integrations' ids are anybody's.
  id text := encode(sha256(convert_to(json_build_array(of_tenant, of_integration)::text, 'UTF8')), 'hex');
begin
  select q.name into known from crm_sync.queue q where q.tenant = of_tenant and q.integration = of_integration;
  if found then
    return known;
  end if;
  perform ${schema}.create_queue('dead.' || id, '{"policy": "standard", "retentionSeconds": ${year}}');
  perform ${schema}.create_queue('sync.' || id, jsonb_build_object(
    'policy', 'short', 'deadLetter', 'dead.' || id, 'retryBackoff', true, 'retentionSeconds', ${year},
    'expireInSeconds', ${expireInSeconds}, 'retryLimit', ${retryLimit},
    'retryDelay', ${retryDelay}, 'retryDelayMax', ${retryDelayMax}));
  insert into crm_sync.queue (tenant, integration, name) values (of_tenant, of_integration, 'sync.' || id)
    on conflict do nothing;
  return 'sync.' || id;
end $$`,
  `revoke all on function crm_sync.queue_of(text, text) from public`,
  `create or replace function crm_sync.wake(of_tenant text, of_integration text, wakes json) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  queue_name text;
begin
  if current_setting('role') = 'crm_sync_app'
    and current_setting('crm_sync.tenant', true) is distinct from of_tenant then
    raise insufficient_privilege using message = 'the integration belongs to another tenant';
  end if;
  queue_name := crm_sync.queue_of(of_tenant, of_integration);
  -- "Do update" even where nothing changes: it locks the job that waits already, so that nobody takes it before this
  -- transaction's changes can be seen. "Do nothing" would lose this wake-up to a look at the state before.
  insert into ${table} as waiting (
    name, data, priority, singleton_key, group_id, start_after, created_on, keep_until, policy, dead_letter,
    expire_seconds, deletion_seconds, retry_limit, retry_delay, retry_backoff, retry_delay_max)
  select q.name, json_strip_nulls(json_build_object('subject', w.subject, 'lane', w.lane, 'run', w.run, 'trace', w.trace)),
    w.priority, w.key, w.subject,
    now() + w.after, now(), now() + w.after + q.retention_seconds * interval '1s', q.policy, q.dead_letter,
    q.expire_seconds, q.deletion_seconds, q.retry_limit, q.retry_delay, q.retry_backoff, q.retry_delay_max
  from ${schema}.queue q, (
    select distinct on (key) *
    from (
      select subject, lane, priority, run, trace, after * interval '1ms' as after,
        subject || '@' || lane || case when after > 0 then '@later' else '' end as key
      from json_to_recordset(wakes) as given (subject text, lane text, priority int, run text, trace text, after float8)) keyed
    order by key, after) w
  where q.name = queue_name
  order by w.key
  on conflict (name, coalesce(singleton_key, '')) where state = 'created' and policy = 'short'
    do update set start_after = excluded.start_after where waiting.start_after > excluded.start_after;
end $$`,
  `revoke all on function crm_sync.wake(text, text, json) from public`,
  `grant execute on function crm_sync.wake(text, text, json) to crm_sync_app`,
];

/** The next queue after one, in the order of names and round again, that something is due in. $1: the one before, $2: the least priority. */
const due = (order: string) => `(
  select q.name, q.tenant, q.integration from crm_sync.queue q
  where q.name ${order} $1 and (q.held_until is null or q.held_until <= now()) and exists (
    select from ${table} j
    where j.name = q.name and j.state in ('created', 'retry') and not j.blocked and j.start_after <= now()
      and j.priority >= $2)
  order by q.name limit 1)`;
export const nextDue = `select * from (${due(">")} union all ${due("<=")}) due limit 1`;
