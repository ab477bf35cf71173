import type { Decision, Suppression } from "@penguinmails/crm-sync";
import { decode } from "../../../../bindings/package/decode.js";
import type { Subject } from "../../jobs/jobs.js";
import type { IntegrationRef, Intent, OpenIntent, Pair, StoredReview } from "../model.js";
import type { Sql } from "../sql.js";
import type { SyncStore } from "../store.js";
import { type ContactRow, contactColumns, contactOf } from "./contacts.js";
import { type Context, transact } from "./context.js";
import { holderOf, keyColumn } from "./link-keys.js";
import { type LinkRow, linkOf } from "./links.js";
import { type ReviewRow, reviewColumns, reviewOf } from "./reviews.js";
import { ofContact, readSuppressions, strictest } from "./suppressions.js";
import { timeOrNull, value } from "./values.js";

type PairRow = { asked: string | null; link_contact: string | null } & ContactRow & LinkRow;

interface IntentRow {
  id: string;
  contact: string;
  audit: string;
  write: string | null;
  state: Intent["state"];
  attempts: number;
  sent_at: Date | null;
  answer: string | null;
  error: string | null;
  decision: string | null;
  input: string | null;
  sealed: string | null;
  sealed_answer: string | null;
  sealed_audit: string | null;
  link_key: string | null;
  mapping_version: number;
  run: string | null;
  trace: string | null;
}

/** A pair with the hash of its contact's address. */
interface Found {
  pair: Pair;
  id: string;
  addressHash: string | null;
}

const columns = `${contactColumns}, l.contact as link_contact, l.crm_id, l.state, l.revision, l.base, l.synced_version,
  l.braked, l.wrote, l.not_taken, l.refused`;

/**
 * One look at an index for each of those that are asked for: joined in a plain way, the database reads all of a tenant's
 * rows where it thinks that there are few, as it does of tables that nobody has analysed.
 */
const sides = `left join lateral (select * from crm_sync.contact c where c.tenant = $1 and c.id = s.contact limit 1) c on true
  left join lateral (select * from crm_sync.link l
    where l.tenant = $1 and l.integration = $2 and l.contact = s.contact limit 1) l on true`;

/** By subject: a record's live link comes before one that has ended. */
const bySubject = `select s.subject as asked, ${columns} from (
    select x.subject, substr(x.subject, 7) as contact
    from unnest($3::text[]) as x(subject) where x.subject like 'local:%'
    union all
    select x.subject, (select k.contact from crm_sync.link k
        where k.tenant = $1 and k.integration = $2 and k.crm_id = substr(x.subject, 5)
        order by k.state desc, k.revision desc limit 1) as contact
    from unnest($3::text[]) as x(subject) where x.subject like 'crm:%'
  ) s ${sides}`;

const byAddress = `select s.address_hash as asked, ${columns} from (
    select a.address_hash, a.id as contact from crm_sync.contact a
    where a.tenant = $1 and a.deleted is null and a.address_hash = any($3::text[])
  ) s ${sides} order by s.contact`;

function foundOf(row: PairRow): Found {
  const contact = row.id === null ? null : contactOf(row);
  const link = row.link_contact === null ? null : linkOf({ ...row, contact: row.link_contact });
  const pair: Pair = {
    subjects: [],
    link,
    contact,
    reviews: [],
    suppressions: [],
    intents: [],
    refused: link ? row.refused : null,
  };
  return { pair, id: contact?.id ?? link?.contact ?? "", addressHash: contact ? row.address_hash : null };
}

async function openIntentOf({ keys }: Context, ref: IntegrationRef, row: IntentRow): Promise<OpenIntent> {
  const unsealed = (place: readonly string[], sealed: string) =>
    keys.unsealed(ref, holderOf(row.contact), row.link_key, place, sealed);
  const write = row.sealed === null ? [row.write] : await unsealed(["intent", row.id], row.sealed);
  const answer =
    row.sealed_answer === null ? [row.answer] : await unsealed(["intent's answer", row.id], row.sealed_answer);
  const audit =
    row.sealed_audit === null ? [row.input, row.decision] : await unsealed(["audit", row.audit], row.sealed_audit);
  const [input, decision] = audit ?? [];
  // A write that is open keeps its key and its decision, whatever is erased beside it.
  if (!write?.[0] || !input || !decision) throw new Error("the values of a write that is open are gone");
  return {
    id: row.id,
    contact: row.contact,
    audit: row.audit,
    write: value(write[0]),
    state: row.state,
    attempts: row.attempts,
    sentAt: timeOrNull(row.sent_at),
    answer: value(answer?.[0] ?? null),
    error: value(row.error),
    decision: decode(decision) as Decision,
    mappingVersion: row.mapping_version,
    run: row.run,
    trace: row.trace,
    before: (decode(input) as { crm?: { record?: Record<string, unknown> } | null }).crm?.record ?? {},
  };
}

/** What hangs on the contacts: reviews, intents, suppressions, engagements. `unlinked`: ids of records without a pair. */
async function complete(
  context: Context,
  sql: Sql,
  ref: IntegrationRef,
  found: readonly Found[],
  unlinked: ReadonlyMap<string, Pair>,
) {
  const byId = new Map(found.map((one) => [one.id, one]));
  const ids = [...byId.keys()];
  const reviews = await sql.query<ReviewRow>(
    `select * from (
       select ${reviewColumns} from crm_sync.review r
       where r.tenant = $1 and r.integration = $2 and r.state <> 'closed' and r.contact = any($3::text[])
       union all
       select ${reviewColumns} from crm_sync.review r
       where r.tenant = $1 and r.integration = $2 and r.state <> 'closed' and r.contact is null
         and r.crm_id = any($4::text[])
     ) r order by opened_at, id`,
    [ref.tenant, ref.id, ids, [...unlinked.keys()]],
  );
  for (const review of await Promise.all(reviews.map((row) => reviewOf(context, row)))) {
    ownerOf(review, byId, unlinked)?.reviews.push(review);
  }
  if (ids.length === 0) return;

  const intents = await sql.query<IntentRow>(
    `select i.id, i.contact, i.audit, i.write, i.state, i.attempts, i.sent_at, i.answer, i.error, i.sealed,
       i.sealed_answer, a.decision, a.input, a.mapping_version, a.run, a.trace, a.sealed as sealed_audit,
       ${keyColumn("i", "'local:' || i.contact")}
     from (select distinct audit from crm_sync.intent
       where tenant = $1 and integration = $2 and contact = any($3::text[]) and state in ('planned', 'sent', 'unknown')
     ) o
     cross join lateral (select * from crm_sync.intent i where i.tenant = $1 and i.audit = o.audit offset 0) i
     cross join lateral (select * from crm_sync.audit a where a.tenant = $1 and a.id = o.audit limit 1) a
     order by i.n`,
    [ref.tenant, ref.id, ids],
  );
  for (const intent of await Promise.all(intents.map((row) => openIntentOf(context, ref, row)))) {
    byId.get(intent.contact)?.pair.intents.push(intent);
  }

  const subjects = found.flatMap(({ id, addressHash }) => [ofContact(id), ...(addressHash ? [addressHash] : [])]);
  const suppressions = await readSuppressions(sql, ref.tenant, subjects);
  for (const { pair, id, addressHash } of found) pair.suppressions = suppressionsOf(suppressions, id, addressHash);

  const engagements = await sql.query<{ contact: string; row: string }>(
    `select contact, "row" from crm_sync.engagement where tenant = $1 and contact = any($2::text[]) order by contact, id`,
    [ref.tenant, ids],
  );
  for (const { contact, row } of engagements) {
    const record = byId.get(contact)?.pair.contact?.record;
    if (!record) continue;
    if (!Array.isArray(record.engagements)) record.engagements = [];
    (record.engagements as unknown[]).push(decode(row));
  }
}

const ownerOf = (review: StoredReview, byId: ReadonlyMap<string, Found>, unlinked: ReadonlyMap<string, Pair>) =>
  review.contact !== null ? byId.get(review.contact)?.pair : unlinked.get(review.crmId ?? "");

function suppressionsOf(
  all: ReadonlyMap<string, Suppression[]>,
  contact: string,
  addressHash: string | null,
): Suppression[] {
  return strictest(all.get(ofContact(contact)), addressHash === null ? undefined : all.get(addressHash));
}

async function load(context: Context, sql: Sql, ref: IntegrationRef, subjects: readonly Subject[]): Promise<Pair[]> {
  const asked = [...new Set(subjects)];
  const list = await sql.query<PairRow>(bySubject, [ref.tenant, ref.id, asked]);
  const bySubjectAsked = new Map(list.map((row) => [row.asked, row]));
  const found = new Map<string, Found>();
  const unlinked = new Map<string, Pair>();
  const pairs: Pair[] = [];
  for (const subject of asked) {
    const row = bySubjectAsked.get(subject);
    const one = row && (row.id !== null || row.link_contact !== null) ? foundOf(row) : null;
    const known = one ? found.get(one.id) : undefined;
    if (known) {
      known.pair.subjects.push(subject);
      continue;
    }
    const pair = one?.pair ?? nobody();
    pair.subjects.push(subject);
    if (one) found.set(one.id, one);
    // Of a record whose link has ended it is asked anew who it is.
    if (subject.startsWith("crm:") && pair.link?.state !== "linked") unlinked.set(subject.slice(4), pair);
    pairs.push(pair);
  }
  await complete(context, sql, ref, [...found.values()], unlinked);
  return pairs;
}

const nobody = (): Pair => ({
  subjects: [],
  link: null,
  contact: null,
  reviews: [],
  suppressions: [],
  intents: [],
  refused: null,
});

async function byEmail(context: Context, sql: Sql, ref: IntegrationRef, emails: readonly string[]) {
  const hashes = await context.addresses.hashes(sql, ref.tenant, emails);
  const list = await sql.query<PairRow>(byAddress, [ref.tenant, ref.id, [...new Set(hashes.values())]]);
  const found = list.map(foundOf);
  await complete(context, sql, ref, found, new Map());
  for (const { pair, id } of found) pair.subjects.push(`local:${id}`);
  return new Map(
    [...hashes].map(([email, hash]) => [email, found.filter((one) => one.addressHash === hash).map((one) => one.pair)]),
  );
}

/** Of a run, $3: what it has not seen. As above, one look for each. */
const unseenBy = (subject: string) => `(select 1 from crm_sync.run_seen s
    where s.tenant = $1 and s.integration = $2 and s.run = $3 and s.subject = ${subject}) is null`;

const changed = `from crm_sync.contact c
  left join lateral (select contact, state, synced_version from crm_sync.link l
    where l.tenant = $1 and l.integration = $2 and l.contact = c.id limit 1) l on true
  where c.tenant = $1
    and case when l.contact is null then c.deleted is null
      else l.state = 'linked' and c.version > l.synced_version end
    and ${unseenBy("'local:' || c.id")}`;

export const pairs = (context: Context) =>
  ({
    loadPairs: (ref, subjects) => transact(context, ref.tenant, (sql) => load(context, sql, ref, subjects)),
    pairsByEmail: (ref, emails) => transact(context, ref.tenant, (sql) => byEmail(context, sql, ref, emails)),
    changedContacts: (ref, after, limit, unseen) =>
      transact(context, ref.tenant, async (sql) => {
        const list = await sql.query<{ id: string }>(
          `select c.id ${changed} and ($4::text is null or c.id > $4) order by c.id limit $5`,
          [ref.tenant, ref.id, unseen ?? null, after, limit],
        );
        return list.map((row) => row.id);
      }),
    countChangedContacts: (ref, unseen) =>
      transact(context, ref.tenant, async (sql) => {
        const [row] = await sql.query<{ n: number }>(`select count(*)::int as n ${changed}`, [
          ref.tenant,
          ref.id,
          unseen,
        ]);
        return row?.n ?? 0;
      }),
    links: (ref, after, limit, unseen) =>
      transact(context, ref.tenant, (sql) =>
        sql.query<{ contact: string; crmId: string }>(
          `select contact, crm_id as "crmId" from crm_sync.link l
           where tenant = $1 and integration = $2 and state = 'linked' and crm_id is not null
             and ($4::text is null or crm_id > $4) and ${unseenBy("'crm:' || l.crm_id")}
           order by crm_id limit $5`,
          [ref.tenant, ref.id, unseen ?? null, after, limit],
        ),
      ),
    contact: (tenant, id) =>
      transact(context, tenant, async (sql) => {
        const [row] = await sql.query<ContactRow>(
          `select ${contactColumns} from crm_sync.contact c where c.tenant = $1 and c.id = $2`,
          [tenant, id],
        );
        return row ? contactOf(row) : null;
      }),
    suppressions: (tenant, email) =>
      transact(context, tenant, async (sql) => {
        const hash = await context.addresses.hash(sql, tenant, email);
        return (await readSuppressions(sql, tenant, [hash])).get(hash) ?? [];
      }),
  }) satisfies Partial<SyncStore>;
