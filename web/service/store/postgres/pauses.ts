import type { IntegrationRef, Pause } from "../model.js";
import type { Sql } from "../sql.js";
import { heldBack, type NewPause, type SyncStore } from "../store.js";
import { liftBrake } from "./brakes.js";
import { type Context, transact } from "./context.js";
import { type KeptLink, keptLinkOf, type LinkRow, linkColumns, writeLinks } from "./links.js";
import { time, timeOrNull } from "./values.js";

interface PauseRow {
  id: string;
  integration: string | null;
  direction: Pause["direction"];
  field: string | null;
  reason: string;
  since: Date;
  actor: string;
  until: Date | null;
  ended_at: Date | null;
  ended_by: string | null;
}

const columns = "id, integration, direction, field, reason, since, actor, until, ended_at, ended_by";
/** At the time $2 of the tenant $1. */
const stands = "tenant = $1 and ended_at is null and (until is null or until > $2)";

const pauseOf = (row: PauseRow): Pause => ({
  ...{ id: row.id, integration: row.integration, direction: row.direction, field: row.field, reason: row.reason },
  ...{ since: time(row.since), by: row.actor, until: timeOrNull(row.until) },
  ...{ endedAt: timeOrNull(row.ended_at), endedBy: row.ended_by },
});

/**
 * What a whole pause holds back waits in the queue. Of one direction or field the rest is decided, and nothing waits:
 * what was left out is found by comparing everything.
 */
async function lookAfterwards({ jobs }: Context, sql: Sql, tenant: string, pause: Pause, after: number): Promise<void> {
  if (pause.direction === null && pause.field === null) return;
  const list = await sql.query<{ id: string }>(
    "select id from crm_sync.integration where tenant = $1 and ($2::text is null or id = $2) order by id",
    [tenant, pause.integration],
  );
  for (const { id } of list) {
    await jobs.wake(sql, { tenant, id }, [{ subject: `run:${heldBack(pause.id)}`, lane: "bulk", after }]);
  }
}

export async function beginPause(context: Context, sql: Sql, tenant: string, given: NewPause): Promise<Pause> {
  const { integration, direction, field, reason, by, until } = given;
  const now = context.clock.now();
  const [row] = await sql.query<PauseRow>(
    `insert into crm_sync.pause (tenant, id, integration, direction, field, reason, since, actor, until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${columns}`,
    [tenant, crypto.randomUUID(), integration, direction, field, reason, new Date(now), by, until && new Date(until)],
  );
  if (row === undefined) throw new Error("the pause was not kept");
  const pause = pauseOf(row);
  if (until !== null) await lookAfterwards(context, sql, tenant, pause, Date.parse(until) - now);
  return pause;
}

/** The links that leave the field alone, as they are when it is released. */
async function lockBraked(sql: Sql, ref: IntegrationRef, field: string, contact: string | null): Promise<KeptLink[]> {
  const list = await sql.query<LinkRow>(
    `select ${linkColumns} from crm_sync.link l
     where l.tenant = $1 and l.integration = $2 and ($3::text is null or l.contact = $3) and l.braked::text <> '[]'
     order by l.contact for update`,
    [ref.tenant, ref.id, contact],
  );
  return list
    .map(keptLinkOf)
    .filter(({ braked }) => braked.includes(field))
    .map((link) => {
      // What was written is forgotten with it, else the next write would count as the fight's next round.
      const { [field]: _, ...wrote } = link.wrote;
      return { ...link, braked: link.braked.filter((one) => one !== field), wrote, revision: link.revision + 1 };
    });
}

export const pauses = (context: Context) =>
  ({
    pause: (tenant, given) => transact(context, tenant, (sql) => beginPause(context, sql, tenant, given)),
    pauses: (tenant) =>
      transact(context, tenant, async (sql) => {
        const list = await sql.query<PauseRow>(
          `select ${columns} from crm_sync.pause where tenant = $1 order by (${stands}) desc, since desc, id limit 100`,
          [tenant, new Date(context.clock.now())],
        );
        return list.map(pauseOf);
      }),
    pausesOf: ({ tenant, id }) =>
      transact(context, tenant, async (sql) => {
        const list = await sql.query<PauseRow>(
          `select ${columns} from crm_sync.pause where ${stands} and (integration is null or integration = $3)`,
          [tenant, new Date(context.clock.now()), id],
        );
        return list.map(pauseOf);
      }),
    endPause: (tenant, id, by) =>
      transact(context, tenant, async (sql) => {
        const [row] = await sql.query<PauseRow>(
          `update crm_sync.pause set ended_at = $2, ended_by = $4 where ${stands} and id = $3 returning ${columns}`,
          [tenant, new Date(context.clock.now()), id, by],
        );
        if (row === undefined) return null;
        await lookAfterwards(context, sql, tenant, pauseOf(row), 0);
        await liftBrake(sql, tenant, pauseOf(row));
        return pauseOf(row);
      }),
    mayWrite: ({ tenant, id }) =>
      transact(context, tenant, async (sql) => {
        const some = await sql.query(
          `select from crm_sync.integration where tenant = $1 and id = $3 and state = 'active' and not exists (
             select from crm_sync.pause where ${stands} and (integration is null or integration = $3)
               and (direction is null or direction = 'to_crm') and field is null)`,
          [tenant, new Date(context.clock.now()), id],
        );
        return some.length > 0;
      }),
    releaseField: (ref, field, contact) =>
      transact(context, ref.tenant, async (sql) => {
        const released = await lockBraked(sql, ref, field, contact);
        await writeLinks(sql, ref, released);
        await sql.query(
          `delete from crm_sync.alert where tenant = $1 and integration = $2 and kind = 'fight'
             and detail->>'field' = $3 and ($4::text is null or detail->>'contact' = $4)`,
          [ref.tenant, ref.id, field, contact],
        );
        await context.jobs.wake(
          sql,
          ref,
          released.map((one) => ({ subject: `local:${one.contact}` as const })),
        );
        return released.length;
      }),
  }) satisfies Partial<SyncStore>;
