/** Drafts of mappings, each with its latest report, and how one comes into force. */
import type { IntegrationRef, MappingDraft, Run } from "../model.js";
import type { Sql } from "../sql.js";
import type { DraftApproved, SyncStore } from "../store.js";
import { allow } from "./brakes.js";
import { type Context, transact } from "./context.js";
import { addMapping } from "./integrations.js";
import { begin, impactOf } from "./runs.js";
import { time } from "./values.js";

interface DraftRow {
  draft: string;
  file: string;
  based_on: number;
  created_at: Date;
  created_by: string;
  version: number | null;
}

const select = `select draft, file, based_on, created_at, created_by, version from crm_sync.mapping_draft
  where tenant = $1 and integration = $2`;

async function draftOf(sql: Sql, ref: IntegrationRef, row: DraftRow): Promise<MappingDraft> {
  return {
    ...{ draft: row.draft, file: row.file, basedOn: row.based_on, since: time(row.created_at), by: row.created_by },
    ...{ version: row.version, impact: await impactOf(sql, ref, row.draft) },
  };
}

async function read(sql: Sql, ref: IntegrationRef, draft: string): Promise<MappingDraft | null> {
  const [row] = await sql.query<DraftRow>(`${select} and draft = $3`, [ref.tenant, ref.id, draft]);
  return row === undefined ? null : draftOf(sql, ref, row);
}

async function approve(
  context: Context,
  sql: Sql,
  ref: IntegrationRef,
  name: string,
  by: string,
): Promise<DraftApproved | "gone" | "approved" | "no_report" | "report_outdated"> {
  // Locked: no other version comes into force between the comparison and this one.
  const [integration] = await sql.query<{ state: string; version: number }>(
    "select state, mapping_version as version from crm_sync.integration where tenant = $1 and id = $2 for update",
    [ref.tenant, ref.id],
  );
  const draft = await read(sql, ref, name);
  if (integration === undefined || draft === null) return "gone";
  if (draft.version !== null) return "approved";
  const { impact } = draft;
  if (impact?.state !== "done") return "no_report";
  if (impact.mappingVersion !== integration.version) return "report_outdated";
  const mapping = await addMapping(context, sql, ref, draft.file, { by });
  if (mapping === null) throw new Error("the version was not kept");
  await sql.query(
    "update crm_sync.mapping_draft set version = $4 where tenant = $1 and integration = $2 and draft = $3",
    [...[ref.tenant, ref.id, name, mapping.version]],
  );
  return { mapping, run: integration.state === "active" ? await carryOut(context, sql, ref, impact, by) : null };
}

/** What the report has shown is done, and no brake counts it. */
async function carryOut(context: Context, sql: Sql, ref: IntegrationRef, { progress }: Run, by: string): Promise<Run> {
  const run = await begin(context, sql, ref, { kind: "reconcile", dry: false, by });
  const shown = progress.effects?.pairs;
  if (shown !== undefined) await allow(context, sql, run, shown);
  return run;
}

export const drafts = (context: Context) =>
  ({
    addDraft: (ref, file, by) =>
      transact(context, ref.tenant, async (sql) => {
        const draft = crypto.randomUUID();
        await sql.query(
          `insert into crm_sync.mapping_draft (tenant, integration, draft, file, based_on, created_at, created_by)
           select $1, $2, $3, $4, i.mapping_version, $5, $6 from crm_sync.integration i where i.tenant = $1 and i.id = $2`,
          [ref.tenant, ref.id, draft, file, new Date(context.clock.now()), by],
        );
        const added = await read(sql, ref, draft);
        if (added === null) throw new Error("the draft was not kept");
        return added;
      }),
    drafts: (ref) =>
      transact(context, ref.tenant, async (sql) => {
        const list = await sql.query<DraftRow>(`${select} order by created_at desc, draft limit 100`, [
          ref.tenant,
          ref.id,
        ]);
        const all: MappingDraft[] = [];
        for (const row of list) all.push(await draftOf(sql, ref, row));
        return all;
      }),
    draft: (ref, draft) => transact(context, ref.tenant, (sql) => read(sql, ref, draft)),
    removeDraft: (ref, draft) =>
      transact(context, ref.tenant, async (sql) => {
        const removed = await sql.query(
          "delete from crm_sync.mapping_draft where tenant = $1 and integration = $2 and draft = $3 returning draft",
          [ref.tenant, ref.id, draft],
        );
        await sql.query(
          `update crm_sync.run set state = 'cancelled', finished_at = $4
           where tenant = $1 and integration = $2 and draft = $3 and state = 'running'`,
          [ref.tenant, ref.id, draft, new Date(context.clock.now())],
        );
        return removed.length > 0;
      }),
    startImpact: (ref, draft, by) =>
      transact(context, ref.tenant, (sql) => begin(context, sql, ref, { kind: "impact", dry: true, by, draft })),
    approveDraft: (ref, draft, by) => transact(context, ref.tenant, (sql) => approve(context, sql, ref, draft, by)),
  }) satisfies Partial<SyncStore>;
