/** What is older than it is kept goes, a few rows at a time, so that nobody waits for it. */

import { before, type Retention } from "../retention.js";
import type { Sql } from "../sql.js";
import type { SyncStore } from "../store.js";
import type { Context } from "./context.js";
import { reseal } from "./reseal.js";

/** A write of a decision that is still carried out needs all that was decided. */
const isDone = (audit: string) => `not exists (select from crm_sync.intent o
  where o.tenant = x.tenant and o.audit = ${audit} and o.state in ('planned', 'sent', 'unknown'))`;

const deletes = (table: string, condition: string) =>
  `delete from crm_sync.${table} where ctid = any(array(
    select x.ctid from crm_sync.${table} x where ${condition} limit $2)) returning 1`;

/** $1: the time, $2: how many at once. */
const statements = (now: number, keep: Retention): readonly (readonly [statement: string, before: Date])[] => [
  [deletes("inbox", "x.received_at < $1"), before(now, keep.inbox)],
  [
    deletes("intent", `x.updated_at < $1 and x.state in ('acknowledged', 'dropped') and ${isDone("x.audit")}`),
    before(now, keep.intents),
  ],
  [deletes("intent", `x.updated_at < $1 and x.state = 'dead' and ${isDone("x.audit")}`), before(now, keep.deadLetters)],
  [
    `update crm_sync.audit set input = null, decision = null, sealed = null where ctid = any(array(
      select x.ctid from crm_sync.audit x where x.at < $1 and (x.sealed is not null or x.input is not null)
        and ${isDone("x.id")} limit $2)) returning 1`,
    before(now, keep.values),
  ],
  [deletes("review", "x.state = 'closed' and coalesce(x.closed_at, x.opened_at) < $1"), before(now, keep.values)],
  [
    deletes(
      "run_item",
      `exists (select from crm_sync.run r where r.tenant = x.tenant and r.integration = x.integration and r.run = x.run
        and r.finished_at < $1)`,
    ),
    before(now, keep.dryRuns),
  ],
  [
    deletes(
      "run_seen",
      `exists (select from crm_sync.run r where r.tenant = x.tenant and r.integration = x.integration and r.run = x.run
        and r.finished_at < $1)`,
    ),
    new Date(now),
  ],
  // A record that is nobody's here has a key for what dry runs have shown of it, and for nothing else.
  [
    deletes(
      "link_key",
      `x.holder like 'crm:%' and x.made_at < $1 and not exists (select from crm_sync.run_item i
        where i.tenant = x.tenant and i.integration = x.integration and i.subject = x.holder)`,
    ),
    before(now, keep.dryRuns),
  ],
  [deletes("brake", "x.updated_at < $1"), before(now, keep.dryRuns)],
];

async function all(context: Context, work: (sql: Sql) => Promise<number>): Promise<void> {
  while ((await context.database.transaction(null, work)) > 0);
}

export const pruning = (context: Context) =>
  ({
    prune: async (keep, atOnce = 500) => {
      for (const [statement, until] of statements(context.clock.now(), keep)) {
        await all(context, async (sql) => (await sql.query(statement, [until, atOnce])).length);
      }
    },
    reseal: (atOnce = 500) => all(context, (sql) => reseal(sql, context.keys.keyring, atOnce)),
  }) satisfies Partial<SyncStore>;
