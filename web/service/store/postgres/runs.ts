/** Runs with their steps and what dry ones found; watermarks. */
import type { IntegrationRef, Run, RunItem, RunProgress } from "../model.js";
import type { Sql } from "../sql.js";
import type { SyncStore } from "../store.js";
import { type Context, transact } from "./context.js";
import { json, rows, time, timeOrNull, value } from "./values.js";

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
  error: string | null;
}

const select = `select tenant, integration, run, kind, dry, state, checkpoint, progress, started_at, finished_at, started_by,
  ended_by, error from crm_sync.run where tenant = $1`;

const runOf = (row: RunRow): Run => ({
  tenant: row.tenant,
  id: row.integration,
  run: row.run,
  kind: row.kind,
  dry: row.dry,
  state: row.state,
  checkpoint: value(row.checkpoint),
  progress: value(row.progress),
  startedAt: time(row.started_at),
  finishedAt: timeOrNull(row.finished_at),
  startedBy: row.started_by,
  endedBy: row.ended_by,
  error: row.error,
});

const nothingYet: RunProgress = { seen: 0, total: null, outcomes: {}, failed: 0 };

async function keepItems(sql: Sql, { tenant, id }: Run, run: string, items: readonly RunItem[]): Promise<void> {
  if (items.length === 0) return;
  await sql.query(
    `insert into crm_sync.run_item (tenant, integration, run, n, subject, contact, crm_id, outcome, local, crm, reasons)
     select $1, $2, $3, x.n + (select coalesce(max(n), 0) from crm_sync.run_item
         where tenant = $1 and integration = $2 and run = $3),
       x.subject, x.contact, x.crm_id, x.outcome, x.local::json, x.crm::json, x.reasons::json
     from json_to_recordset($4::text::json) as x(n int, subject text, contact text, crm_id text, outcome text, local text,
       crm text, reasons text)`,
    [
      tenant,
      id,
      run,
      rows(
        items.map(({ subject, contact, crmId, outcome, local, crm, reasons }, index) => ({
          ...{ n: index + 1, subject, contact, crm_id: crmId, outcome },
          ...{ local: json(local), crm: json(crm), reasons: json(reasons) },
        })),
      ),
    ],
  );
}

type Beginning = Pick<Run, "kind" | "dry"> & { by: string; name?: string | undefined };

/** Begun and woken, neither without the other. */
async function begin(
  { clock, jobs }: Context,
  sql: Sql,
  ref: IntegrationRef,
  { kind, dry, by, name = crypto.randomUUID() }: Beginning,
): Promise<Run> {
  await sql.query(
    `insert into crm_sync.run (tenant, integration, run, kind, dry, state, progress, started_at, started_by)
     values ($1, $2, $3, $4, $5, 'running', $6::text::json, $7, $8) on conflict do nothing`,
    [ref.tenant, ref.id, name, kind, dry, json(nothingYet), new Date(clock.now()), by],
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

export const runs = (context: Context) =>
  ({
    startRun: (ref, kind, dry, by, name) =>
      transact(context, ref.tenant, (sql) => begin(context, sql, ref, { kind, dry, by, name })),
    approve: (ref, by) =>
      transact(context, ref.tenant, async (sql) => {
        const approved = await sql.query(
          `update crm_sync.integration set state = 'active' where tenant = $1 and id = $2 and state = 'proposed'
           returning id`,
          [ref.tenant, ref.id],
        );
        if (approved.length === 0) return null;
        return begin(context, sql, ref, { kind: "first_sync", dry: false, by });
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
    stepRun: (ref, name, from, { checkpoint, progress, items, wakes, state, error }) =>
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
        await keepItems(sql, runOf(row), name, items);
        if (wakes.length > 0) await context.jobs.wake(sql, ref, wakes);
        return "stepped";
      }),
    cancelRun: (ref, name, by) =>
      transact(context, ref.tenant, async (sql) => {
        const [row] = await sql.query<RunRow>(
          `update crm_sync.run set state = 'cancelled', finished_at = $4, ended_by = $5
           where tenant = $1 and integration = $2 and run = $3 and state = 'running' returning *`,
          [ref.tenant, ref.id, name, new Date(context.clock.now()), by],
        );
        return row ? runOf(row) : null;
      }),
    runItems: (ref, run, after, limit) =>
      transact(context, ref.tenant, async (sql) => {
        const list = await sql.query<
          Record<"n" | "subject" | "outcome" | "local" | "crm" | "reasons", string> & RunItem
        >(
          `select n, subject, contact, crm_id as "crmId", outcome, local, crm, reasons from crm_sync.run_item
           where tenant = $1 and integration = $2 and run = $3 and n > $4 order by n limit $5`,
          [ref.tenant, ref.id, run, after, limit + 1],
        );
        const items = list.slice(0, limit).map(
          ({ subject, contact, crmId, outcome, local, crm, reasons }): RunItem => ({
            ...{ subject, contact, crmId, outcome },
            ...{ local: value(local as string), crm: value(crm as string), reasons: value(reasons as string) },
          }),
        );
        return { items, next: list.length > limit ? Number(list[limit - 1]?.n) : null };
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
        await sql.query(
          `insert into crm_sync.watermark (tenant, integration, stream, cursor) values ($1, $2, $3, $4::text::json)
           on conflict (tenant, integration, stream) do update set cursor = excluded.cursor`,
          [ref.tenant, ref.id, stream, json(cursor)],
        );
        if (wakes.length > 0) await context.jobs.wake(sql, ref, wakes);
      }),
  }) satisfies Partial<SyncStore>;
