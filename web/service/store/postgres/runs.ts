/** Runs with their steps and what dry ones found; watermarks. */
import type { Subject } from "../../jobs/jobs.js";
import type { FoundItem, IntegrationRef, MatchReport, Run, RunItem, RunProgress } from "../model.js";
import type { Sql } from "../sql.js";
import type { SyncStore } from "../store.js";
import { allow } from "./brakes.js";
import { type Context, transact } from "./context.js";
import { holderOf, keyColumn } from "./link-keys.js";
import { json, jsonValue, rows, time, timeOrNull, value } from "./values.js";

interface RunRow {
  tenant: string;
  integration: string;
  run: string;
  kind: Run["kind"];
  dry: boolean;
  state: Run["state"];
  checkpoint: string | null;
  progress: string;
  started_at: Date;
  finished_at: Date | null;
  started_by: string;
  ended_by: string | null;
  paused_at: Date | null;
  paused_by: string | null;
  rested: string;
  error: string | null;
  stopped: string | null;
  mapping_version: number | null;
  reverts: string | null;
  draft: string | null;
}

const select = `select tenant, integration, run, kind, dry, state, checkpoint, progress, started_at, finished_at, started_by,
  paused_at, paused_by, rested, ended_by, error, stopped, mapping_version, reverts, draft from crm_sync.run where tenant = $1`;

function stateOf({ state, stopped, paused_at }: RunRow): Run["state"] {
  // What it has found already may be decided after its last page.
  if (stopped !== null && state !== "cancelled") return "stopped";
  return state === "running" && paused_at !== null ? "paused" : state;
}

const runOf = (row: RunRow): Run => ({
  tenant: row.tenant,
  id: row.integration,
  run: row.run,
  kind: row.kind,
  dry: Boolean(row.dry),
  state: stateOf(row),
  checkpoint: value(row.checkpoint),
  progress: value(row.progress),
  startedAt: time(row.started_at),
  finishedAt: timeOrNull(row.finished_at),
  startedBy: row.started_by,
  endedBy: row.ended_by,
  pausedBy: row.paused_by,
  rested: Number(row.rested),
  error: row.stopped ?? row.error,
  mappingVersion: row.mapping_version,
  reverts: value(row.reverts),
  draft: row.draft,
});

const nothingYet: RunProgress = { seen: 0, total: null, outcomes: {}, failed: 0 };

/** Whose key: a record that is nobody's here has its own. */
const holderOfItem = ({ contact, subject }: Pick<RunItem, "contact" | "subject">) =>
  contact === null ? subject : holderOf(contact);

const placeOfItem = (run: string, { subject }: Pick<RunItem, "subject">) => ["run_item", run, subject];

async function keepItems(
  context: Context,
  sql: Sql,
  ref: Run,
  run: string,
  items: readonly FoundItem[],
): Promise<void> {
  if (items.length === 0) return;
  const keys = await context.keys.of(sql, ref, items.map(holderOfItem));
  const { tenant, id } = ref;
  await sql.query(
    `insert into crm_sync.run_item (tenant, integration, run, n, subject, contact, crm_id, outcome, reasons, local, crm,
       sealed, match, address)
     select $1, $2, $3, x.n + (select coalesce(max(n), 0) from crm_sync.run_item
         where tenant = $1 and integration = $2 and run = $3),
       x.subject, x.contact, x.crm_id, x.outcome, x.reasons::json, x.local::json, x.crm::json,
       x.sealed, x.match, x.address
     from json_to_recordset($4::text::json) as x(n int, subject text, contact text, crm_id text, outcome text,
       reasons text, local text, crm text, sealed text, match text, address text)`,
    [
      tenant,
      id,
      run,
      rows(
        await Promise.all(
          items.map(async (item, index) => ({
            ...{ n: index + 1, subject: item.subject, contact: item.contact, crm_id: item.crmId },
            ...{ outcome: item.outcome, reasons: json(item.reasons), match: item.match },
            address: await context.addresses.ofRecord(sql, tenant, { email: item.email }),
            ...(await keys.kept(
              ...[holderOfItem(item), placeOfItem(run, item)],
              ...[{ local: jsonValue(item.local), crm: jsonValue(item.crm) }, "sealed"],
            )),
          })),
        ),
      ),
    ],
  );
}

async function keepSeen(sql: Sql, ref: IntegrationRef, run: string, seen: readonly Subject[]): Promise<void> {
  if (seen.length === 0) return;
  await sql.query(
    `insert into crm_sync.run_seen (tenant, integration, run, subject)
     select distinct $1, $2, $3, x from unnest($4::text[]) x on conflict do nothing`,
    [ref.tenant, ref.id, run, seen],
  );
}

interface ItemRow extends Pick<RunItem, "subject" | "contact" | "crmId" | "outcome" | "match"> {
  n: number;
  local: string | null;
  crm: string | null;
  reasons: string;
  sealed: string | null;
  link_key: string | null;
}

async function itemOf({ keys }: Context, ref: IntegrationRef, run: string, row: ItemRow): Promise<RunItem> {
  const { subject, contact, crmId, outcome, match, sealed, link_key } = row;
  const values =
    sealed === null
      ? [row.local, row.crm]
      : await keys.unsealed(ref, holderOfItem(row), link_key, placeOfItem(run, row), sealed);
  const [local = null, crm = null] = values ?? [];
  return {
    ...{ subject, contact, crmId, outcome, match, reasons: value(row.reasons) },
    ...{ local: value(local) ?? {}, crm: value(crm) ?? {} },
  };
}

/** What a run's findings depend on, besides the records: the mapping in force, and the settings. */
const basis = `(select mapping_version || ' ' || md5(settings::text) from crm_sync.integration
  where tenant = $1 and id = $2)`;

const isOutdated = async (sql: Sql, { tenant, id }: IntegrationRef, run: string): Promise<boolean> => {
  const same = await sql.query(
    `select run from crm_sync.run where tenant = $1 and integration = $2 and run = $3 and basis = ${basis}`,
    [tenant, id, run],
  );
  return same.length === 0;
};

interface Beginning extends Pick<Run, "kind" | "dry">, Partial<Pick<Run, "reverts" | "draft">> {
  by: string;
  name?: string | undefined;
}

/** Begun and woken, neither without the other. */
export async function begin(
  { clock, jobs }: Context,
  sql: Sql,
  ref: IntegrationRef,
  { kind, dry, by, name = crypto.randomUUID(), reverts = null, draft = null }: Beginning,
): Promise<Run> {
  await sql.query(
    `insert into crm_sync.run (tenant, integration, run, kind, dry, state, progress, started_at, started_by, reverts,
       draft, mapping_version, basis)
     select $1, $2, $3, $4, $5, 'running', $6::text::json, $7, $8, $9::text::json, $10, i.mapping_version, ${basis}
     from crm_sync.integration i where i.tenant = $1 and i.id = $2 on conflict do nothing`,
    [ref.tenant, ref.id, name, kind, dry, json(nothingYet), new Date(clock.now()), by, json(reverts), draft],
  );
  const [row] = await sql.query<RunRow>(
    `${select} and integration = $2 and (run = $5 or kind = $3 and dry = $4 and state = 'running')
     order by run = $5 desc`,
    [ref.tenant, ref.id, kind, dry, name],
  );
  if (row === undefined) throw new Error("the run was not kept");
  const run = runOf(row);
  if (run.state === "running") await jobs.wake(sql, ref, [{ subject: `run:${run.run}`, lane: "bulk" }]);
  return run;
}

/**
 * Another version is in force from now on. A report is of one version, so that what a dry run has found is no report. What
 * compares everything begins anew, so that all of it is decided by this version; any other run only wakes what it finds.
 */
export async function overtake(
  { clock, jobs }: Context,
  sql: Sql,
  ref: IntegrationRef,
  version: number,
): Promise<void> {
  await sql.query(
    `update crm_sync.run set state = 'failed', error = 'mapping_changed', finished_at = $3
     where tenant = $1 and integration = $2 and state = 'running' and dry and kind not in ('revert', 'impact')`,
    [ref.tenant, ref.id, new Date(clock.now())],
  );
  const anew = await sql.query<{ run: string }>(
    `update crm_sync.run set checkpoint = null, progress = $4::text::json, mapping_version = $3
     where tenant = $1 and integration = $2 and state = 'running' and not dry and kind in ('reconcile', 'first_sync')
     returning run`,
    [ref.tenant, ref.id, version, json(nothingYet)],
  );
  await sql.query("delete from crm_sync.run_seen where tenant = $1 and integration = $2 and run = any($3::text[])", [
    ref.tenant,
    ref.id,
    anew.map(({ run }) => run),
  ]);
  await jobs.wake(
    sql,
    ref,
    anew.map(({ run }) => ({ subject: `run:${run}` as const, lane: "bulk" as const })),
  );
}

/** The latest report of what a draft would do. */
export async function impactOf(sql: Sql, ref: IntegrationRef, draft: string): Promise<Run | null> {
  const [row] = await sql.query<RunRow>(
    `${select} and integration = $2 and draft = $3 order by started_at desc, run limit 1`,
    [ref.tenant, ref.id, draft],
  );
  return row === undefined ? null : runOf(row);
}

export const runs = (context: Context) =>
  ({
    startRun: (ref, kind, dry, by, name) =>
      transact(context, ref.tenant, (sql) => begin(context, sql, ref, { kind, dry, by, name })),
    startRevert: (ref, reverts, dry, by) =>
      transact(context, ref.tenant, (sql) => begin(context, sql, ref, { kind: "revert", dry, by, reverts })),
    approve: (ref, by, report) =>
      transact(context, ref.tenant, async (sql) => {
        // Locked: nobody changes meanwhile what is compared.
        const proposed = await sql.query(
          "select id from crm_sync.integration where tenant = $1 and id = $2 and state = 'proposed' for update",
          [ref.tenant, ref.id],
        );
        if (proposed.length === 0) return null;
        if (await isOutdated(sql, ref, report.run)) return "outdated";
        await sql.query("update crm_sync.integration set state = 'active' where tenant = $1 and id = $2", [
          ref.tenant,
          ref.id,
        ]);
        const run = await begin(context, sql, ref, { kind: "first_sync", dry: false, by });
        const shown = report.progress.effects?.pairs;
        if (shown !== undefined) await allow(context, sql, run, shown);
        return run;
      }),
    wasApproved: (ref) =>
      transact(context, ref.tenant, async (sql) => {
        const found = await sql.query(`${select} and integration = $2 and kind = 'first_sync' and not dry limit 1`, [
          ref.tenant,
          ref.id,
        ]);
        return found.length > 0;
      }),
    run: (ref, run) =>
      transact(context, ref.tenant, async (sql) => {
        const [row] = await sql.query<RunRow>(`${select} and integration = $2 and run = $3`, [ref.tenant, ref.id, run]);
        return row ? runOf(row) : null;
      }),
    runs: (tenant, integration) =>
      transact(context, tenant, async (sql) => {
        const list = await sql.query<RunRow>(
          `${select} and ($2::text is null or integration = $2) order by started_at desc, run limit 100`,
          [tenant, integration ?? null],
        );
        return list.map(runOf);
      }),
    stepRun: (ref, name, from, { checkpoint, progress, items, wakes, seen = [], state, error }) =>
      transact(context, ref.tenant, async (sql) => {
        const [row] = await sql.query<RunRow>(
          `update crm_sync.run set checkpoint = $5::text::json, progress = $6::text::json, state = $7, error = $8,
             finished_at = $9
           where tenant = $1 and integration = $2 and run = $3 and state = 'running'
             and checkpoint::text is not distinct from $4::text
           returning *`,
          [
            ...[ref.tenant, ref.id, name, json(from), json(checkpoint), json(progress), state, error ?? null],
            state === "running" ? null : new Date(context.clock.now()),
          ],
        );
        if (row === undefined) return "stale";
        await keepSeen(sql, ref, name, seen);
        await keepItems(context, sql, runOf(row), name, items);
        if (wakes.length > 0) await context.jobs.wake(sql, ref, wakes);
        return "stepped";
      }),
    cancelRun: (ref, name, by) =>
      transact(context, ref.tenant, async (sql) => {
        const [row] = await sql.query<RunRow>(
          `update crm_sync.run set state = 'cancelled', finished_at = $4, ended_by = $5
           where tenant = $1 and integration = $2 and run = $3
             and (state = 'running' or stopped is not null and state <> 'cancelled') returning *`,
          [ref.tenant, ref.id, name, new Date(context.clock.now()), by],
        );
        return row ? runOf(row) : null;
      }),
    pauseRun: (ref, name, by) =>
      transact(context, ref.tenant, async (sql) => {
        const [row] = await sql.query<RunRow>(
          `update crm_sync.run set paused_at = $4, paused_by = $5
           where tenant = $1 and integration = $2 and run = $3 and state = 'running' and stopped is null
             and paused_at is null returning *`,
          [ref.tenant, ref.id, name, new Date(context.clock.now()), by],
        );
        return row ? runOf(row) : null;
      }),
    resumeRun: (ref, name) =>
      transact(context, ref.tenant, async (sql) => {
        const [paused] = await sql.query<{ paused_at: Date; rested: string }>(
          `select paused_at, rested from crm_sync.run
           where tenant = $1 and integration = $2 and run = $3 and state = 'running' and paused_at is not null
           for update`,
          [ref.tenant, ref.id, name],
        );
        if (paused === undefined) return null;
        const since = Date.parse(time(paused.paused_at));
        const rested = Number(paused.rested) + Math.max(0, context.clock.now() - since);
        const [row] = await sql.query<RunRow>(
          `update crm_sync.run set paused_at = null, paused_by = null, rested = $4
           where tenant = $1 and integration = $2 and run = $3 returning *`,
          [ref.tenant, ref.id, name, rested],
        );
        if (row === undefined) throw new Error("the run was not kept");
        await context.jobs.wake(sql, ref, [{ subject: `run:${name}`, lane: "bulk" }]);
        return runOf(row);
      }),
    runItems: (ref, run, after, limit) =>
      transact(context, ref.tenant, async (sql) => {
        const list = await sql.query<ItemRow>(
          `select i.n, i.subject, i.contact, i.crm_id as "crmId", i.outcome, i.match, i.local, i.crm, i.reasons, i.sealed,
             ${keyColumn("i", "coalesce('local:' || i.contact, i.subject)")}
           from crm_sync.run_item i
           where i.tenant = $1 and i.integration = $2 and i.run = $3 and i.n > $4 order by i.n limit $5`,
          [ref.tenant, ref.id, run, after, limit + 1],
        );
        const items = await Promise.all(list.slice(0, limit).map((row) => itemOf(context, ref, run, row)));
        return { items, next: list.length > limit ? Number(list[limit - 1]?.n) : null };
      }),
    matchReport: (ref, run) =>
      transact(context, ref.tenant, async (sql) => {
        const groups = await sql.query<Omit<MatchReport["groups"][number], "examples"> & { examples: string }>(
          `select match, outcome, count(*)::int as count,
             json_agg(subject order by n) filter (where place <= 5)::text as examples
           from (select n, subject, outcome, match, row_number() over (partition by match, outcome order by n) as place
             from (select n, subject, outcome,
                 case when match in ('create_crm', 'create_local') and address is not null
                   and count(*) over (partition by match, address) > 1 then 'duplicate' else match end as match
               from crm_sync.run_item
               where tenant = $1 and integration = $2 and run = $3 and match is not null) item) placed
           group by match, outcome order by match, outcome`,
          [ref.tenant, ref.id, run],
        );
        return {
          outdated: await isOutdated(sql, ref, run),
          groups: groups.map((group) => ({ ...group, examples: value(group.examples) })),
        };
      }),
    watermark: (ref, stream) =>
      transact(context, ref.tenant, async (sql) => {
        const [row] = await sql.query<{ cursor: string }>(
          "select cursor from crm_sync.watermark where tenant = $1 and integration = $2 and stream = $3",
          [ref.tenant, ref.id, stream],
        );
        return row ? value(row.cursor) : null;
      }),
    advance: (ref, stream, cursor, wakes) =>
      transact(context, ref.tenant, async (sql) => {
        const now = new Date(context.clock.now());
        await sql.query(
          `insert into crm_sync.watermark as w (tenant, integration, stream, cursor, advanced_at, changed_at)
           values ($1, $2, $3, $4::text::json, $5, $6)
           on conflict (tenant, integration, stream) do update set cursor = excluded.cursor,
             advanced_at = excluded.advanced_at, changed_at = coalesce(excluded.changed_at, w.changed_at)`,
          [ref.tenant, ref.id, stream, json(cursor), now, wakes.length > 0 ? now : null],
        );
        if (wakes.length > 0) await context.jobs.wake(sql, ref, wakes);
      }),
  }) satisfies Partial<SyncStore>;
