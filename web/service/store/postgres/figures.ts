/** How all integrations do: what alarms and metrics are made of. Each part has an index of its own, whatever is kept beside. */
import type { Figures, Stream } from "../model.js";
import type { SyncStore } from "../store.js";
import { type Context, transact } from "./context.js";
import { timeOrNull, value } from "./values.js";

interface Row extends Pick<Figures, "tenant" | "id" | "crm" | "state" | "reviews"> {
  last_sync_at: Date | null;
  heard_at: Date | null;
  untold_since: Date | null;
  intents: string | null;
  alerts: string | null;
  quota: string | null;
  streams: string | null;
}

/** Of an integration `i`, by state or kind. */
const counted = (by: string, table: string, condition: string) => `(
  select json_object_agg(x.name, x.n) from (
    select ${by} as name, count(*)::int as n from crm_sync.${table}
    where tenant = i.tenant and integration = i.id and ${condition} group by 1) x)`;

const open = "state in ('planned', 'sent', 'unknown')";

const all = `select i.tenant, i.id, i.crm, i.state, i.last_sync_at, i.heard_at, i.quota,
    (select min(planned_at) from crm_sync.intent
     where tenant = i.tenant and integration = i.id and ${open} and consent) as untold_since,
    ${counted("state", "intent", `(${open} or state = 'dead')`)} as intents,
    ${counted("kind", "alert", "true")} as alerts,
    (select count(*)::int from crm_sync.review
     where tenant = i.tenant and integration = i.id and state = 'open') as reviews,
    (select json_agg(json_build_object('name', stream, 'advancedAt', advanced_at, 'changedAt', changed_at) order by stream)
     from crm_sync.watermark where tenant = i.tenant and integration = i.id) as streams
  from crm_sync.integration i order by i.tenant, i.id`;

const figuresOf = (row: Row): Figures => ({
  ...{ tenant: row.tenant, id: row.id, crm: row.crm, state: row.state, reviews: row.reviews },
  lastSyncAt: timeOrNull(row.last_sync_at),
  heardAt: timeOrNull(row.heard_at),
  untoldSince: timeOrNull(row.untold_since),
  intents: value<Figures["intents"] | null>(row.intents) ?? {},
  quota: value(row.quota),
  alerts: value<Figures["alerts"] | null>(row.alerts) ?? {},
  streams: (value<Stream[] | null>(row.streams) ?? []).map(({ name, advancedAt, changedAt }) => ({
    name,
    advancedAt: timeOrNull(advancedAt),
    changedAt: timeOrNull(changedAt),
  })),
});

export const figures = (context: Context) =>
  ({
    figures: async () => (await context.database.query<Row>(all)).map(figuresOf),
    heardAt: ({ tenant, id }) =>
      transact(context, tenant, async (sql) => {
        const query = "select heard_at from crm_sync.integration where tenant = $1 and id = $2";
        const [row] = await sql.query<Pick<Row, "heard_at">>(query, [tenant, id]);
        return timeOrNull(row?.heard_at ?? null);
      }),
  }) satisfies Partial<SyncStore>;
