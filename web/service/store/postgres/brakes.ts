/** What is decided is counted in the transaction that keeps it, so that neither a crash nor a second process miscounts. */

import { exceeded, inWords } from "../../sync/brakes.js";
import { added, nothing } from "../../sync/effects.js";
import type { Effects, IntegrationRef, Pause, Run } from "../model.js";
import type { Sql } from "../sql.js";
import type { Plan, Tally } from "../store.js";
import type { Context } from "./context.js";
import { beginPause } from "./pauses.js";
import { json, value } from "./values.js";

/** Of changes as they come, so much is counted. */
const hour = 3_600_000;
const day = 24 * hour;

interface Bucket {
  /** The hour that it is of; of a run there is one bucket. */
  since: number;
  looked: number;
  effects: Effects;
}

interface BrakeRow {
  run: string;
  counts: string;
  allowed: string | null;
  pause: string | null;
  lifted_by: string | null;
  kind: Run["kind"] | null;
}

/** Begun with a row for each that is counted, which is locked from here on: in one order, after all contacts and links. */
async function lock({ clock }: Context, sql: Sql, ref: IntegrationRef, version: number, runs: readonly string[]) {
  await sql.query(
    `insert into crm_sync.brake (tenant, integration, run, mapping_version, counts, updated_at)
     select $1, $2, x.run, $4, '[]', $5 from unnest($3::text[]) as x(run) order by x.run on conflict do nothing`,
    [ref.tenant, ref.id, runs, version, new Date(clock.now())],
  );
  return sql.query<BrakeRow>(
    `select b.run, b.counts, b.allowed, b.pause, b.lifted_by,
       (select r.kind from crm_sync.run r where r.tenant = $1 and r.integration = $2 and r.run = b.run) as kind
     from crm_sync.brake b where b.tenant = $1 and b.integration = $2 and b.mapping_version = $4 and b.run = any($3::text[])
     order by b.run for update of b`,
    [ref.tenant, ref.id, runs, version],
  );
}

/** True: it would be too much. Then the integration is paused, and nothing else has been done. */
export async function brakes(
  context: Context,
  sql: Sql,
  ref: IntegrationRef,
  { mappingVersion, brakes, looked }: Tally,
  plans: readonly Plan[],
  done: readonly Plan[],
): Promise<boolean> {
  const now = context.clock.now();
  const counted: { run: string; counts: string }[] = [];
  for (const row of await lock(context, sql, ref, mappingVersion, [...looked.keys()].sort())) {
    const { run, kind } = row;
    const isOwn = (plan: Plan) => plan.effects !== undefined && (plan.audit?.run ?? "") === run;
    const stale = plans.filter((plan) => isOwn(plan) && !done.includes(plan)).length;
    const since = run === "" ? Math.floor(now / hour) * hour : 0;
    const buckets = value<Bucket[]>(row.counts).filter((one) => run !== "" || one.since > now - day);
    const before = buckets.find((one) => one.since === since) ?? { since, looked: 0, effects: nothing };
    const own = done.filter(isOwn).flatMap(({ effects }) => effects ?? []);
    const bucket = {
      since,
      looked: before.looked + (looked.get(run) ?? 0) - stale,
      effects: own.reduce(added, before.effects),
    };
    const all = [...buckets.filter((one) => one.since !== since), bucket];
    counted.push({ run, counts: json(all) as string });
    if (row.lifted_by !== null) continue;
    // Whoever was at work when it was begun comes here as well.
    if (row.pause !== null) return true;
    const found = exceeded(brakes, {
      effects: all.map((one) => one.effects).reduce(added, nothing),
      looked: all.reduce((sum, one) => sum + one.looked, 0),
      allowed: value<Effects["pairs"] | null>(row.allowed) ?? {},
      whole: kind === "reconcile" || kind === "first_sync",
    });
    if (found === null) continue;
    const reason = inWords(found);
    const given = { integration: ref.id, direction: null, field: null, until: null, by: "brake", reason };
    const pause = await beginPause(context, sql, ref.tenant, given);
    await sql.query(
      `update crm_sync.brake set pause = $5, updated_at = $6
       where tenant = $1 and integration = $2 and run = $3 and mapping_version = $4`,
      [ref.tenant, ref.id, run, mappingVersion, pause.id, new Date(now)],
    );
    await sql.query("update crm_sync.run set stopped = $4 where tenant = $1 and integration = $2 and run = $3", [
      ...[ref.tenant, ref.id, run, reason],
    ]);
    const detail = json({ ...found, run: run === "" ? null : run, mappingVersion, pause: pause.id });
    await sql.query(
      `insert into crm_sync.alert (tenant, integration, kind, detail, hash, since)
       values ($1, $2, 'brake', $3::text::json, md5($3::text), $4) on conflict do nothing`,
      [ref.tenant, ref.id, detail, new Date(now)],
    );
    return true;
  }
  for (const { run, counts } of counted) {
    await sql.query(
      `update crm_sync.brake set counts = $5::text::json, updated_at = $6
       where tenant = $1 and integration = $2 and run = $3 and mapping_version = $4`,
      [ref.tenant, ref.id, run, mappingVersion, counts, new Date(now)],
    );
  }
  return false;
}

/** Whoever ends a brake's pause has it go on all the same: under this version of the mapping it brakes that no more. */
export async function liftBrake(sql: Sql, tenant: string, { id, endedBy }: Pause): Promise<void> {
  const lifted = await sql.query<{ integration: string; run: string }>(
    "update crm_sync.brake set lifted_by = $3 where tenant = $1 and pause = $2 returning integration, run",
    [tenant, id, endedBy],
  );
  for (const { integration, run } of lifted) {
    await sql.query("update crm_sync.run set stopped = null where tenant = $1 and integration = $2 and run = $3", [
      ...[tenant, integration, run],
    ]);
    await sql.query(
      `delete from crm_sync.alert where tenant = $1 and integration = $2 and kind = 'brake' and detail->>'pause' = $3`,
      [tenant, integration, id],
    );
  }
}

/** What a person was shown that the run would do is not counted. */
export async function allow({ clock }: Context, sql: Sql, run: Run, shown: Effects["pairs"]): Promise<void> {
  await sql.query(
    `insert into crm_sync.brake (tenant, integration, run, mapping_version, counts, allowed, updated_at)
     select $1, $2, $3, i.mapping_version, '[]', $4::text::json, $5
     from crm_sync.integration i where i.tenant = $1 and i.id = $2`,
    [run.tenant, run.id, run.run, json(shown), new Date(clock.now())],
  );
}
