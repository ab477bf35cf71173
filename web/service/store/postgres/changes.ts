/** PenguinMails' own changes: merge patches, in which no older value overwrites a newer one. */
import { mergePatch, onlyPaths, patchedPaths } from "../../sync/merge-patch.js";
import type { Contact } from "../model.js";
import type { Sql } from "../sql.js";
import type { ContactChange, ContactChanged, Engagement, IntegrationWakes, SyncStore } from "../store.js";
import { type KeptContact, lockContacts, writeContacts } from "./contacts.js";
import { type Context, transact } from "./context.js";
import { erase } from "./erase.js";
import {
  changeSuppressions,
  copiesOf,
  copySuppressions,
  ofContact,
  type SuppressionChange,
  type SuppressionCopy,
} from "./suppressions.js";
import { json, jsonValue, rows } from "./values.js";

async function change(
  context: Context,
  sql: Sql,
  tenant: string,
  changes: readonly ContactChange[],
): Promise<ContactChanged[]> {
  const contacts = await lockContacts(sql, tenant, [...new Set(changes.map(({ id }) => id))]);
  const before = new Map([...contacts].map(([id, contact]) => [id, contact.version]));
  const copies: SuppressionCopy[] = [];
  const consent: SuppressionChange[] = [];
  const keeps: string[][] = [];
  for (const one of changes) {
    const known = contacts.get(one.id);
    keeps.push(overtaken(known, one));
    const contact = changed(known, one);
    if (contact === undefined || contact === known) continue;
    const addressHash = await context.addresses.ofRecord(sql, tenant, contact.record, known);
    copies.push(...copiesOf(one.id, known?.addressHash ?? null, addressHash));
    contacts.set(one.id, { ...contact, addressHash });
  }
  for (const { id, optOuts, optIns } of changes) {
    const hash = contacts.get(id)?.addressHash ?? null;
    for (const subject of hash === null ? [ofContact(id)] : [ofContact(id), hash]) {
      for (const { topic, at } of optIns) consent.push({ subject, topic, lifted: at });
      for (const optOut of optOuts) consent.push({ subject, ...optOut });
    }
  }
  // Several changes of one contact are one version more: nobody has seen those between.
  const written = [...contacts.values()].filter(({ id, version }) => version !== before.get(id));
  for (const contact of written) contact.version = (before.get(contact.id) ?? 0) + 1;
  await writeContacts(sql, tenant, written);
  await copySuppressions(sql, tenant, copies);
  await changeSuppressions(sql, tenant, consent);
  await forgetUnlinked(context, sql, tenant, contacts);
  return changes.map(({ id }, index) => ({
    ...{ id, version: contacts.get(id)?.version ?? 0 },
    ...(keeps[index]?.length && { keeps: keeps[index] }),
  }));
}

/** Who is in no CRM is forgotten at once; others are once their records are deleted there. */
async function forgetUnlinked(context: Context, sql: Sql, tenant: string, contacts: Map<string, KeptContact>) {
  const asked = [...contacts.values()].filter(({ deleted }) => deleted === "privacy").map(({ id }) => id);
  if (asked.length === 0) return;
  const unlinked = await sql.query<{ id: string }>(
    `select c.id from unnest($2::text[]) as c(id) where not exists (
       select from crm_sync.link l where l.tenant = $1 and l.contact = c.id and l.state = 'linked')`,
    [tenant, asked],
  );
  const ids = unlinked.map(({ id }) => id);
  await erase(sql, { tenant, id: "" }, ids, new Date(context.clock.now()));
  for (const id of ids) (contacts.get(id) as KeptContact).version++;
}

/** When the change made a field what it is. */
const timeOf = ({ fieldTimes, updatedAt }: ContactChange, path: string) => fieldTimes?.[path] ?? updatedAt;

/** The fields that were changed later than the change says. */
function overtaken(known: KeptContact | undefined, change: ContactChange): string[] {
  const { patch } = change;
  if (known === undefined || patch === null || patch === "privacy") return [];
  return patchedPaths(patch).filter((path) => !later(timeOf(change, path), known.fieldTimes[path]));
}

/** The very same contact where nothing of the change is new; undefined where there is nobody to be deleted. */
function changed(known: KeptContact | undefined, change: ContactChange): KeptContact | undefined {
  const { id, patch, updatedAt, ...given } = change;
  const contact: KeptContact = known ?? {
    ...{ id, record: {}, updatedAt, fieldTimes: {}, acts: {}, deleted: false, deletedAt: null, version: 0 },
    addressHash: null,
  };
  const next = { ...contact, version: contact.version + 1 };
  if (patch === null || patch === "privacy") {
    if (known === undefined || (contact.deleted !== false && patch === null)) return known;
    return { ...next, deleted: patch ?? true, deletedAt: updatedAt };
  }
  const keeps = overtaken(known, change);
  const paths = patchedPaths(patch).filter((path) => !keeps.includes(path));
  const record = mergePatch(contact.record, onlyPaths(patch, paths)) as Contact["record"];
  const acts = { ...contact.acts, ...given.acts };
  const revived = contact.deleted !== false && later(updatedAt, contact.deletedAt ?? undefined);
  const same = jsonValue(record) === jsonValue(contact.record) && jsonValue(acts) === jsonValue(contact.acts);
  if (same && known !== undefined && !revived) return known;
  return {
    ...next,
    record,
    acts,
    updatedAt: later(updatedAt, contact.updatedAt) ? updatedAt : contact.updatedAt,
    fieldTimes: { ...contact.fieldTimes, ...Object.fromEntries(paths.map((path) => [path, timeOf(change, path)])) },
    ...(revived && { deleted: false as const, deletedAt: null }),
  };
}

/** Not before the other. Whole seconds may be any moment of theirs, as of hosts that keep no more. */
const later = (one: string, other: string | undefined) =>
  other === undefined || Date.parse(one) + (one.includes(".") ? 0 : 999) >= Date.parse(other);

async function engage(sql: Sql, tenant: string, given: readonly Engagement[]): Promise<string[]> {
  const added = await sql.query<{ contact: string }>(
    `insert into crm_sync.engagement (tenant, id, contact, "row")
     select $1, x.id, x.contact, x."row"::json from json_to_recordset($2::text::json) as x(id text, contact text, "row" text)
     order by x.id on conflict do nothing returning contact`,
    [tenant, rows(given.map(({ id, contact, row }) => ({ id, contact, row: json(row) })))],
  );
  const contacts = [...new Set(added.map(({ contact }) => contact))].sort();
  // What is decided on has changed with them.
  await lockContacts(sql, tenant, contacts);
  await sql.query("update crm_sync.contact set version = version + 1 where tenant = $1 and id = any($2::text[])", [
    tenant,
    contacts,
  ]);
  return contacts;
}

export async function wakeAll(
  { jobs }: Context,
  sql: Sql,
  tenant: string,
  wakes: readonly IntegrationWakes[],
): Promise<void> {
  for (const { integration, wakes: wanted } of wakes) {
    if (wanted.length > 0) await jobs.wake(sql, { tenant, id: integration }, wanted);
  }
}

export const changes = (context: Context) =>
  ({
    changeContacts: (tenant, given, wakes) =>
      transact(context, tenant, async (sql) => {
        const contacts = await change(context, sql, tenant, given);
        await wakeAll(context, sql, tenant, wakes);
        return contacts;
      }),
    addEngagements: (tenant, given, wakes) =>
      transact(context, tenant, async (sql) => {
        const contacts = await engage(sql, tenant, given);
        await wakeAll(context, sql, tenant, wakes);
        return contacts;
      }),
  }) satisfies Partial<SyncStore>;
