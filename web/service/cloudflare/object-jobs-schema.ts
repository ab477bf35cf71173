/** Where a Durable Object's jobs are. */

/**
 * Made by whoever owns the database, with its other tables.
 *
 * - `job.place`: each is there once of one subject: the lane, of what waits; the lane and "later", of what was delayed;
 *   the lane and "again", of another attempt; "active". A dead job's is its id.
 * - `job.at`: when it is due; of an active one when its time is over; of a dead one since when it is.
 * - `job_queue.taken`: greater than all others' where it was the last to have its turn.
 */
export const jobTables: readonly string[] = [
  `create table if not exists job_queue (
    id integer primary key, tenant text not null, integration text not null,
    held_until integer not null default 0, taken integer not null default 0, unique (tenant, integration))`,
  `create table if not exists job (
    id text primary key, queue integer not null, subject text not null, lane text not null, data text not null,
    state text not null check (state in ('waiting', 'active', 'dead')), place text not null, at integer not null,
    attempt integer not null default 0, error text, unique (queue, subject, place))`,
  "create index if not exists job_at on job (state, queue, lane, at)",
  `create table if not exists job_schedule (
    queue integer not null, kind text not null, cron text not null, next integer, primary key (queue, kind))`,
];

/** Of a job `j`: nobody is working on its subject. */
export const free = `not exists (
  select 1 from job a where a.queue = j.queue and a.subject = j.subject and a.place = 'active')`;

/**
 * When to look next; ?1: the lanes. What waits for somebody else's work on its subject is due when that ends, at the
 * latest when its time is over.
 */
export const nextDue = `select min(at) as at from (
   select max(q.held_until, (select at from job as j
     where state = 'waiting' and queue = q.id and lane = l.value and ${free} order by at limit 1)) as at
   from job_queue q, json_each(?1) l
   union all select min(at) from job where state = 'active'
   union all select min(next) from job_schedule)`;
