/** What becomes of intents, and of the pair once all intents of a decision are final. */
import type { IntegrationRef } from "../model.js";
import type { Sql } from "../sql.js";
import type { Settlement, SyncStore } from "../store.js";
import { type Context, transact } from "./context.js";
import { erase } from "./erase.js";
import { holderOf } from "./link-keys.js";
import { holders, type KeptLink, lockLinks, writeLinks } from "./links.js";
import { json, jsonValue, rows } from "./values.js";

const final = "('acknowledged', 'dropped', 'dead')";

async function settle(context: Context, sql: Sql, ref: IntegrationRef, settlements: readonly Settlement[]) {
  const contacts = settlements.map(({ contact }) => contact);
  const crmIds = settlements.flatMap(({ settled }) => settled?.crmId ?? []);
  const links = await lockLinks(sql, ref, contacts, crmIds);
  const touched = new Set(await writeFates(context, sql, ref, settlements));
  const held = holders(links.values());
  const after: KeptLink[] = [];
  for (const { contact, settled } of settlements) {
    const link = links.get(contact);
    // Where another process has settled it by now, the pair has gone on from there.
    if (settled === undefined || link === undefined || !touched.has(contact)) continue;
    const holder = settled.crmId === null ? undefined : held.get(settled.crmId);
    const free = holder === undefined || holder === contact;
    const crmId = free ? settled.crmId : link.crmId;
    const { base, wrote, notTaken, refused, link: state } = settled;
    if (crmId !== null && state === "linked") held.set(crmId, contact);
    after.push({ ...link, base, crmId, wrote, notTaken, refused, state, revision: link.revision + 1 });
  }
  await writeLinks(sql, ref, after);
  const forgotten = settlements.filter(({ contact, settled }) => settled?.forget && touched.has(contact));
  await erase(
    sql,
    ref,
    forgotten.map(({ contact }) => contact),
    new Date(context.clock.now()),
  );
  await context.jobs.wake(
    sql,
    ref,
    settlements.flatMap(({ wakes }) => wakes),
  );
}

/** The contacts of which an intent was not final before. */
async function writeFates(context: Context, sql: Sql, ref: IntegrationRef, settlements: readonly Settlement[]) {
  const answered = settlements.filter(({ intents }) => intents.some(({ answer }) => answer));
  const keys = await context.keys.of(
    sql,
    ref,
    answered.map(({ contact }) => holderOf(contact)),
  );
  const fates = await Promise.all(
    settlements
      .flatMap(({ intents, contact }) => intents.map((intent) => ({ ...intent, contact })))
      .map(async ({ id, state, answer, error, contact }) => ({
        ...{ id, state, error: json(error ?? null) },
        ...(answer
          ? await keys.kept(holderOf(contact), ["intent's answer", id], { answer: jsonValue(answer) }, "sealed_answer")
          : { answer: null, sealed_answer: null }),
      })),
  );
  const written = await sql.query<{ contact: string }>(
    `update crm_sync.intent i set state = x.state, answer = x.answer::json, sealed_answer = x.sealed_answer, error = x.error::json,
       updated_at = $4
     from json_to_recordset($3::text::json) as x(id text, state text, answer text, sealed_answer text, error text)
     where i.tenant = $1 and i.integration = $2 and i.id = x.id and i.state not in ${final}
     returning i.contact`,
    [ref.tenant, ref.id, rows(fates), new Date(context.clock.now())],
  );
  return written.map(({ contact }) => contact);
}

export const settlements = (context: Context) =>
  ({
    sending: (ref, intents) =>
      transact(context, ref.tenant, async (sql) => {
        if (intents.length === 0) return [];
        const marked = await sql.query<{ id: string }>(
          `update crm_sync.intent set state = 'sent', attempts = attempts + 1, sent_at = $4, updated_at = $4
           where tenant = $1 and integration = $2 and id = any($3::text[]) and state = 'planned' returning id`,
          [ref.tenant, ref.id, intents, new Date(context.clock.now())],
        );
        return marked.map(({ id }) => id);
      }),
    settle: (ref, given) => transact(context, ref.tenant, (sql) => settle(context, sql, ref, given)),
  }) satisfies Partial<SyncStore>;
