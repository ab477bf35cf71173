/** What stands against mailing: kept by the hash of an address, and by contact, so that it outlives the address. */
import type { Suppression } from "@penguinmails/crm-sync";
import type { Sql } from "../sql.js";
import { rows, time } from "./values.js";

export const ofContact = (contact: string) => `contact:${contact}`;

/** An opt-out, or with `lifted` an opt-in, which lifts what is not later than it. */
export type SuppressionChange = { subject: string; topic: string } & (
  | { since: string; source: string }
  | { lifted: string }
);

/** From one subject to another one, as when a contact's address changes. */
export interface SuppressionCopy {
  from: string;
  to: string;
}

/** A contact with another address takes along what stood against the old one, and against itself. */
export function copiesOf(contact: string, before: string | null, after: string | null): SuppressionCopy[] {
  if (before === after) return [];
  const own = ofContact(contact);
  const copies: SuppressionCopy[] = [];
  if (before !== null) copies.push({ from: before, to: own });
  if (after !== null) copies.push({ from: own, to: after });
  if (before !== null && after !== null) copies.push({ from: before, to: after });
  return copies;
}

export async function copySuppressions(sql: Sql, tenant: string, copies: readonly SuppressionCopy[]): Promise<void> {
  if (copies.length === 0) return;
  await sql.query(
    `insert into crm_sync.suppression as s (tenant, subject, topic, since, source)
     select distinct on (x."to", o.topic) $1, x."to", o.topic, o.since, o.source
     from json_to_recordset($2::text::json) as x("from" text, "to" text)
     join crm_sync.suppression o on o.tenant = $1 and o.subject = x."from"
     order by x."to", o.topic, o.since desc
     on conflict (tenant, subject, topic) do update set since = greatest(s.since, excluded.since)`,
    [tenant, rows(copies)],
  );
}

/** In order: an opt-in lifts what came before it, unless that is of a later time. Of two opt-outs the later one stays. */
export async function changeSuppressions(
  sql: Sql,
  tenant: string,
  changes: readonly SuppressionChange[],
): Promise<void> {
  const last = new Map<string, SuppressionChange>();
  for (const change of changes) {
    const key = JSON.stringify([change.subject, change.topic]);
    const before = last.get(key);
    const keeps =
      before && "since" in before && "lifted" in change && Date.parse(before.since) > Date.parse(change.lifted);
    if (!keeps) last.set(key, change);
  }
  const lifted = [...last.values()].filter((change) => "lifted" in change);
  const added = [...last.values()].filter((change) => "since" in change);
  if (lifted.length > 0) {
    await sql.query(
      `delete from crm_sync.suppression s
       using json_to_recordset($2::text::json) as x(subject text, topic text, lifted timestamptz)
       where s.tenant = $1 and s.subject = x.subject and s.topic = x.topic and s.since <= x.lifted`,
      [tenant, rows(lifted)],
    );
  }
  if (added.length > 0) {
    await sql.query(
      `insert into crm_sync.suppression as s (tenant, subject, topic, since, source)
       select $1, x.subject, x.topic, x.since, x.source
       from json_to_recordset($2::text::json) as x(subject text, topic text, since timestamptz, source text)
       order by x.subject, x.topic
       on conflict (tenant, subject, topic) do update set
         source = case when excluded.since > s.since then excluded.source else s.source end,
         since = greatest(s.since, excluded.since)`,
      [tenant, rows(added)],
    );
  }
}

/** By subject. */
export async function readSuppressions(
  sql: Sql,
  tenant: string,
  subjects: readonly string[],
): Promise<Map<string, Suppression[]>> {
  const found = new Map<string, Suppression[]>();
  if (subjects.length === 0) return found;
  const list = await sql.query<{ subject: string; topic: string; since: Date; source: string }>(
    `select subject, topic, since, source from crm_sync.suppression
     where tenant = $1 and subject = any($2::text[]) order by subject, topic`,
    [tenant, subjects],
  );
  for (const { subject, topic, since, source } of list) {
    const one: Suppression = { topic, since: time(since), source };
    if (!subject.startsWith("contact:")) one.address_hash = subject;
    const others = found.get(subject);
    if (others) others.push(one);
    else found.set(subject, [one]);
  }
  return found;
}

/** Of both, each topic once with its latest time. */
export function strictest(...lists: readonly (readonly Suppression[] | undefined)[]): Suppression[] {
  const topics = new Map<string, Suppression>();
  for (const one of lists.flatMap((list) => list ?? [])) {
    const other = topics.get(one.topic);
    if (!other || (one.since ?? "") > (other.since ?? "")) topics.set(one.topic, { ...other, ...one });
  }
  return [...topics.values()];
}
