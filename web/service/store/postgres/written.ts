/** What decisions have written, for those who take it back. */
import type { IntegrationRef, Reverts } from "../model.js";
import type { Sql } from "../sql.js";
import type { SyncStore, WrittenBy } from "../store.js";
import { type Context, transact } from "./context.js";
import { holderOf, keyColumn } from "./link-keys.js";
import { value } from "./values.js";

/** Of the integration $2 of the tenant $1. A revert is not taken back with the version that it was made under. */
const made = `a.tenant = $1 and a.integration = $2
  and case when $3::text is not null then a.run = $3 else a.mapping_version = $4::int
    and ($5::timestamptz is null or a.at >= $5) and ($6::timestamptz is null or a.at < $6)
    and a.codes->>'outcome' is distinct from 'reverted' end`;

const parameters = ({ tenant, id }: IntegrationRef, reverts: Reverts) =>
  "run" in reverts
    ? [tenant, id, reverts.run, null, null, null]
    : [tenant, id, null, reverts.version, reverts.from, reverts.to];

interface Row {
  id: string;
  contact: string;
  input: string | null;
  decision: string | null;
  mapping_version: number;
  sealed: string | null;
  link_key: string | null;
  intents: string | null;
}

async function written(
  context: Context,
  sql: Sql,
  ref: IntegrationRef,
  reverts: Reverts,
  contacts: readonly string[],
): Promise<WrittenBy[]> {
  if (contacts.length === 0) return [];
  const list = await sql.query<Row>(
    `select a.id, a.contact, a.input, a.decision, a.mapping_version, a.sealed, ${keyColumn("a", "'local:' || a.contact")},
       (select json_agg(json_build_object('id', i.id, 'state', i.state, 'answer', i.sealed_answer))::text
        from crm_sync.intent i where i.tenant = $1 and i.audit = a.id) as intents
     from crm_sync.audit a
     where ${made} and a.contact = any($7::text[]) order by a.at, a.id`,
    [...parameters(ref, reverts), contacts],
  );
  const all = new Map<string, WrittenBy["entries"]>();
  for (const row of list) {
    const unsealed = (place: readonly string[], sealed: string) =>
      context.keys.unsealed(ref, holderOf(row.contact), row.link_key, place, sealed);
    const [input = null, decision = null] =
      row.sealed === null ? [row.input, row.decision] : ((await unsealed(["audit", row.id], row.sealed)) ?? []);
    const intents = value<{ id: string; state: string; answer: string | null }[] | null>(row.intents);
    const taken = intents?.filter(({ state }) => state === "acknowledged") ?? [];
    let held: Record<string, unknown> | null = intents === null || taken.length > 0 ? {} : null;
    for (const { id, answer } of taken) {
      const [text] = answer === null ? [] : ((await unsealed(["intent's answer", id], answer)) ?? []);
      if (text !== undefined) held = { ...held, ...value<{ record: Record<string, unknown> }>(text).record };
    }
    all.set(row.contact, [
      ...(all.get(row.contact) ?? []),
      { input, decision, mappingVersion: row.mapping_version, held },
    ]);
  }
  return contacts.flatMap((contact) => {
    const entries = all.get(contact);
    return entries === undefined ? [] : [{ contact, entries }];
  });
}

export const writings = (context: Context) =>
  ({
    writtenBy: (ref, reverts, after, limit) =>
      transact(context, ref.tenant, async (sql) => {
        const list = await sql.query<{ contact: string }>(
          `select distinct a.contact from crm_sync.audit a
           where ${made} and ($7::text is null or a.contact > $7) order by a.contact limit $8`,
          [...parameters(ref, reverts), after, limit],
        );
        const contacts = list.map(({ contact }) => contact);
        return written(context, sql, ref, reverts, contacts);
      }),
    writtenOf: (ref, reverts, contacts) =>
      transact(context, ref.tenant, (sql) => written(context, sql, ref, reverts, contacts)),
  }) satisfies Partial<SyncStore>;
