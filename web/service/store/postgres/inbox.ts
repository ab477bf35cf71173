/** What comes in: keys of events, never their values; opt-outs and requests to be forgotten are kept at once. */
import type { IntegrationRef } from "../model.js";
import type { Sql } from "../sql.js";
import type { Incoming, SyncStore } from "../store.js";
import { type Context, transact } from "./context.js";
import { eraseRecords, log } from "./erase.js";
import { changeSuppressions, ofContact, type SuppressionChange } from "./suppressions.js";
import { rows } from "./values.js";

async function receive(context: Context, sql: Sql, ref: IntegrationRef, delivery: Incoming): Promise<boolean[]> {
  const events = [...new Map(delivery.events.map((event) => [event.key, event])).values()];
  const kept = await sql.query<{ key: string }>(
    `insert into crm_sync.inbox (tenant, integration, key, subject, kind, occurred_at, received_at)
     select $1, $2, x.key, x.subject, x.kind, x."occurredAt", $4
     from json_to_recordset($3::text::json) as x(key text, subject text, kind text, "occurredAt" timestamptz)
     order by x.key on conflict do nothing returning key`,
    [ref.tenant, ref.id, rows(events), new Date(context.clock.now())],
  );
  await heard(sql, ref, new Date(context.clock.now()));
  await optOut(sql, ref, delivery.optOuts);
  await forget(sql, ref, [...new Set(delivery.privacy)].sort(), new Date(context.clock.now()));
  const fresh = new Set(kept.map(({ key }) => key));
  if (fresh.size > 0 && delivery.wakes.length > 0) await context.jobs.wake(sql, ref, delivery.wakes);
  // Of a key that stands there twice the first event is the new one.
  return delivery.events.map(({ key }) => fresh.delete(key));
}

/** When a webhook last came; to the minute, so that deliveries do not wait for each other. */
const heard = (sql: Sql, { tenant, id }: IntegrationRef, now: Date) =>
  sql.query(
    `update crm_sync.integration set heard_at = $3
     where tenant = $1 and id = $2 and (heard_at is null or heard_at < $4)`,
    [tenant, id, now, new Date(now.getTime() - 60_000)],
  );

async function optOut(sql: Sql, ref: IntegrationRef, optOuts: Incoming["optOuts"]): Promise<void> {
  if (optOuts.length === 0) return;
  const persons = await sql.query<{ crm_id: string; contact: string; address_hash: string | null }>(
    `select l.crm_id, l.contact, c.address_hash from crm_sync.link l
     left join crm_sync.contact c on c.tenant = l.tenant and c.id = l.contact
     where l.tenant = $1 and l.integration = $2 and l.crm_id = any($3::text[])`,
    [ref.tenant, ref.id, optOuts.map(({ crmId }) => crmId)],
  );
  const changes = optOuts.flatMap(({ crmId, ...optOut }) =>
    persons
      .filter(({ crm_id }) => crm_id === crmId)
      .flatMap(({ contact, address_hash }) => (address_hash === null ? [] : [address_hash]).concat(ofContact(contact)))
      .map((subject): SuppressionChange => ({ subject, ...optOut })),
  );
  await changeSuppressions(sql, ref.tenant, changes);
}

async function forget(sql: Sql, ref: IntegrationRef, crmIds: readonly string[], now: Date): Promise<void> {
  if (crmIds.length === 0) return;
  // Of a person who never became a contact here nothing else is kept.
  await eraseRecords(sql, ref, crmIds);
  await log(
    sql,
    ref,
    crmIds.map((crmId) => `crm:${crmId}`),
    now,
  );
  await sql.query(
    `insert into crm_sync.forgotten (tenant, integration, crm_id)
     select $1, $2, x.crm_id from unnest($3::text[]) as x(crm_id) on conflict do nothing`,
    [ref.tenant, ref.id, crmIds],
  );
}

export const inbox = (context: Context) =>
  ({
    receive: (ref, delivery) => transact(context, ref.tenant, (sql) => receive(context, sql, ref, delivery)),
    suppress: (tenant, optOuts) =>
      transact(context, tenant, async (sql) => {
        const emails = optOuts.map(({ email }) => email);
        const hashes = await context.addresses.hashes(sql, tenant, emails);
        const changes = optOuts.map(({ email, ...optOut }) => ({ subject: hashes.get(email) as string, ...optOut }));
        await changeSuppressions(sql, tenant, changes);
      }),
    wake: async (ref, wakes) => {
      if (wakes.length > 0) await transact(context, ref.tenant, (sql) => context.jobs.wake(sql, ref, wakes));
    },
    forgotten: (ref, crmIds) =>
      transact(context, ref.tenant, async (sql) => {
        const found = await sql.query<{ crm_id: string }>(
          "select crm_id from crm_sync.forgotten where tenant = $1 and integration = $2 and crm_id = any($3::text[])",
          [ref.tenant, ref.id, crmIds],
        );
        return new Set(found.map(({ crm_id }) => crm_id));
      }),
  }) satisfies Partial<SyncStore>;
