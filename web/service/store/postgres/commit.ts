/** Decisions are carried out: each plan as a whole or not at all, many of them in a few statements. */

import type { CrmWrite } from "../../crm/client.js";
import type { Wake } from "../../jobs/jobs.js";
import type { IntegrationRef, StoredReview } from "../model.js";
import type { Sql } from "../sql.js";
import type { Plan, SyncStore, Tally } from "../store.js";
import { brakes } from "./brakes.js";
import { wakeAll } from "./changes.js";
import { type KeptContact, lockContacts, writeContacts } from "./contacts.js";
import { type Context, transact } from "./context.js";
import { erase } from "./erase.js";
import { holderOf, type Keys } from "./link-keys.js";
import { holders, type KeptLink, lockLinks, writeLinks } from "./links.js";
import { closeReviews, writeReviews } from "./reviews.js";
import {
  changeSuppressions,
  copiesOf,
  copySuppressions,
  ofContact,
  type SuppressionChange,
  type SuppressionCopy,
} from "./suppressions.js";
import { json, jsonValue, rows } from "./values.js";

/** The rows as they are, and as the plans leave them. */
interface Rows {
  contacts: Map<string, KeptContact>;
  links: Map<string, KeptLink>;
  /** Which contact holds a record. */
  held: Map<string, string>;
}

async function commit(
  context: Context,
  sql: Sql,
  ref: IntegrationRef,
  plans: readonly Plan[],
  others: readonly string[],
  tally: Tally | undefined,
): Promise<("committed" | "stale" | "braked")[]> {
  if (tally !== undefined && !(await isInForce(sql, ref, tally.mappingVersion))) return plans.map(() => "stale");
  const ids = [...new Set(plans.map(({ contact }) => contact))];
  const crmIds = plans.flatMap(({ crmId }) => crmId ?? []);
  const contacts = await lockContacts(sql, ref.tenant, ids);
  const links = await lockLinks(sql, ref, ids, crmIds);
  const current: Rows = { contacts, links, held: holders(links.values()) };
  const done: Plan[] = [];
  const seen = new Set<string>();
  const changed: KeptContact[] = [];
  const linked: KeptLink[] = [];
  const copies: SuppressionCopy[] = [];
  const fates = plans.map((plan) => {
    // Two plans of one pair were made of the same state: the second one is to see what the first one did.
    if (seen.has(plan.contact) || isStale(plan, current)) return "stale";
    seen.add(plan.contact);
    if (plan.crmId !== null && plan.link === "linked") current.held.set(plan.crmId, plan.contact);
    done.push(plan);
    return "committed";
  });
  if (tally !== undefined && (await brakes(context, sql, ref, tally, plans, done))) return plans.map(() => "braked");
  for (const plan of done) {
    const before = contacts.get(plan.contact);
    const after = contactAfter(context, before, plan);
    if (after !== before && after !== undefined) {
      after.addressHash = await context.addresses.ofRecord(sql, ref.tenant, after.record, before);
      copies.push(...copiesOf(plan.contact, before?.addressHash ?? null, after.addressHash));
      changed.push(after);
    }
    linked.push(linkAfter(links.get(plan.contact), plan, after?.version ?? 0));
  }
  await writeContacts(sql, ref.tenant, changed);
  await writeLinks(sql, ref, linked);
  const keys = await context.keys.of(
    sql,
    ref,
    done.filter(holdsValues).map(({ contact }) => holderOf(contact)),
  );
  await writeReviews(sql, ref, done.flatMap(reviewsOf), keys);
  await closeReviews(
    context,
    sql,
    ref,
    done.flatMap(({ closed }) => closed),
  );
  await writeAudit(context, sql, ref, done, keys);
  await writeIntents(context, sql, ref, done, keys);
  await copySuppressions(sql, ref.tenant, copies);
  await changeSuppressions(sql, ref.tenant, await consentOf(context, sql, ref, done));
  const own = done.flatMap(({ wakes }) => wakes);
  const traces = new Map(done.map(({ contact, audit }) => [contact, audit?.trace]));
  const look = changed.map(({ id }): Wake => {
    const trace = traces.get(id);
    return { subject: `local:${id}`, ...(trace && { trace }) };
  });
  await wakeAll(context, sql, ref.tenant, [
    { integration: ref.id, wakes: own },
    ...others.map((integration) => ({ integration, wakes: look })),
  ]);
  const forgotten = done.filter(({ remove }) => remove === "privacy").map(({ contact }) => contact);
  await erase(sql, ref, forgotten, new Date(context.clock.now()));
  return fates as ("committed" | "stale")[];
}

/** And stays it until the end of the transaction. */
async function isInForce(sql: Sql, ref: IntegrationRef, version: number): Promise<boolean> {
  const found = await sql.query(
    "select from crm_sync.integration where tenant = $1 and id = $2 and mapping_version = $3 for share",
    [ref.tenant, ref.id, version],
  );
  return found.length > 0;
}

function isStale({ pair, contact, crmId, link }: Plan, { contacts, links, held }: Rows): boolean {
  const holder = crmId === null || link === "ended" ? undefined : held.get(crmId);
  return (
    contacts.get(contact)?.version !== pair.contact?.version ||
    links.get(contact)?.revision !== pair.link?.revision ||
    (holder !== undefined && holder !== contact)
  );
}

/** The contact that is kept, itself where the plan writes nothing to it. */
function contactAfter({ clock }: Context, before: KeptContact | undefined, plan: Plan): KeptContact | undefined {
  const { record, fieldTimes, remove, contact } = plan;
  if (record === undefined && remove === undefined) return before;
  const now = new Date(clock.now()).toISOString();
  const blank = { id: contact, record: {}, fieldTimes: {}, acts: {}, version: 0, addressHash: null };
  const from: KeptContact = before ?? { ...blank, updatedAt: now, deleted: false, deletedAt: null };
  return {
    ...from,
    ...(record !== undefined && { record, fieldTimes: { ...from.fieldTimes, ...fieldTimes } }),
    ...(remove !== undefined && { deleted: remove, deletedAt: now }),
    version: from.version + 1,
  };
}

/** `version`: the contact's as the decision left it, which it has therefore seen. */
function linkAfter(before: KeptLink | undefined, plan: Plan, version: number): KeptLink {
  return {
    contact: plan.contact,
    crmId: plan.crmId,
    state: plan.link,
    revision: (before?.revision ?? 0) + 1,
    base: plan.base !== undefined ? plan.base : (before?.base ?? null),
    syncedVersion: version,
    braked: plan.braked,
    wrote: before?.wrote ?? {},
    notTaken: before?.notTaken ?? 0,
    refused: plan.refused,
  };
}

/** Of a field's review the plan says whose it is; a question of who is who stays as it was asked. */
const reviewsOf = ({ reviews, contact, crmId }: Plan): StoredReview[] =>
  reviews.map((review) => (review.candidates === null ? { ...review, contact, crmId } : review));

/** Whether something of it is kept sealed. */
const holdsValues = ({ audit, intents, reviews }: Plan) =>
  audit !== null || intents.length > 0 || reviews.some(({ candidates }) => candidates === null);

async function writeAudit(
  context: Context,
  sql: Sql,
  ref: IntegrationRef,
  plans: readonly Plan[],
  keys: Keys,
): Promise<void> {
  const entries = plans.flatMap(({ audit, contact, crmId }) => (audit === null ? [] : [{ audit, contact, crmId }]));
  if (entries.length === 0) return;
  const sealed = await Promise.all(
    entries.map(
      async ({ audit: { id, at, actor, mappingVersion, run, trace, input, decision, codes }, contact, crmId }) => ({
        ...{
          id,
          at,
          actor,
          mapping_version: mappingVersion,
          run: run ?? null,
          trace: trace ?? null,
          contact,
          crm_id: crmId,
          codes: json(codes),
        },
        ...(await keys.kept(holderOf(contact), ["audit", id], { input, decision }, "sealed")),
        hash: await context.addresses.hashOfDecision(sql, ref.tenant, input, decision),
      }),
    ),
  );
  await sql.query(
    `insert into crm_sync.audit (tenant, integration, id, contact, crm_id, at, actor, mapping_version, run, trace,
       input, decision, sealed, codes, hash)
     select $1, $2, x.id, x.contact, x.crm_id, x.at, x.actor, x.mapping_version, x.run, x.trace,
       x.input, x.decision, x.sealed, x.codes::json, x.hash
     from json_to_recordset($3::text::json) as x(id text, contact text, crm_id text, at timestamptz, actor text,
       mapping_version int, run text, trace text, input text, decision text, sealed text, codes text, hash text)`,
    [ref.tenant, ref.id, rows(sealed)],
  );
}

async function writeIntents(
  { clock }: Context,
  sql: Sql,
  ref: IntegrationRef,
  plans: readonly Plan[],
  keys: Keys,
): Promise<void> {
  const intents = await Promise.all(
    plans
      .flatMap((plan) => plan.intents.map((write) => ({ write, plan })))
      .map(async ({ write, plan: { contact, audit, consentFields } }, n) => ({
        ...{ n, id: write.ref, consent: tellsConsent(write, consentFields), contact, audit: audit?.id },
        ...(await keys.kept(holderOf(contact), ["intent", write.ref], { write: jsonValue(write) }, "sealed")),
      })),
  );
  if (intents.length === 0) return;
  await sql.query(
    `insert into crm_sync.intent (tenant, integration, id, consent, contact, audit, write, sealed, state, planned_at)
     select $1, $2, x.id, x.consent, x.contact, x.audit, x.write::json, x.sealed, 'planned', $4
     from json_to_recordset($3::text::json) as x(n int, id text, consent boolean, contact text, audit text, write text,
       sealed text)
     order by x.n`,
    [ref.tenant, ref.id, rows(intents), new Date(clock.now())],
  );
}

const tellsConsent = (write: CrmWrite, fields: readonly string[] = []) =>
  write.kind !== "delete" && fields.some((field) => field in write.values);

async function consentOf(
  context: Context,
  sql: Sql,
  ref: IntegrationRef,
  plans: readonly Plan[],
): Promise<SuppressionChange[]> {
  const now = new Date(context.clock.now()).toISOString();
  const consent: SuppressionChange[] = [];
  for (const { contact, optIns, optOuts } of plans) {
    const hashes = await context.addresses.hashes(
      sql,
      ref.tenant,
      [...optIns, ...optOuts].map(({ email }) => email),
    );
    for (const { email, topic } of optIns) {
      for (const subject of [ofContact(contact), hashes.get(email) as string]) {
        consent.push({ subject, topic, lifted: now });
      }
    }
    for (const { email, ...optOut } of optOuts) {
      for (const subject of [ofContact(contact), hashes.get(email) as string]) consent.push({ subject, ...optOut });
    }
  }
  return consent;
}

export const commits = (context: Context) =>
  ({
    commit: (ref, plans, others = [], tally = undefined) =>
      transact(context, ref.tenant, (sql) => commit(context, sql, ref, plans, others, tally)),
  }) satisfies Partial<SyncStore>;
