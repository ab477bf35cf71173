/** The store's contract is checked on PGlite and in a Durable Object, and where asked for on a PostgreSQL of its own. */
import { after, test } from "node:test";
import type { Keyring } from "../../../web/service/crm/sealing.js";
import { type OpenStore, openStore } from "../../../web/service/node/open-store.js";
import type { Contact, IntegrationRef, Link, Pair } from "../../../web/service/store/model.js";
import { createPostgresStore } from "../../../web/service/store/postgres/postgres-store.js";
import type { Plan, SyncStore } from "../../../web/service/store/store.js";
import { openObject } from "../cloudflare/open-object.js";
import { type HandClock, handClock } from "../crm/support.js";
import { keyring } from "./keyring.js";
import { startPostgres } from "./postgres-server.js";

/** Fresh names for each test: all of a file's tests share one database. */
let count = 0;
export const fresh = (name: string) => `${name}-${process.pid}-${++count}`;

export interface Opened extends OpenStore {
  engine: Engine;
  clock: HandClock;
  /** The same rows, read with another keyring. */
  withRing(ring: Keyring): SyncStore;
}

export { keyring };

export type Engine = "PGlite" | "PostgreSQL" | "Durable Object";

/** `npm run check` tries everything on a server as well. */
export const withServer = process.env.CRM_SYNC_TEST_POSTGRES === "1";

export async function openOn(engine: Engine): Promise<Opened> {
  if (engine === "Durable Object") return openObject();
  const clock = handClock();
  const whole = (opened: OpenStore) => {
    const withRing = (ring: Keyring) => createPostgresStore(opened.database, opened.jobs, clock, ring);
    return { ...opened, engine, clock, withRing };
  };
  if (engine === "PGlite") return whole(await openStore({ clock, keyring }));
  const server = await startPostgres();
  if ("missing" in server) throw new Error(server.missing);
  const opened = await openStore({ clock, keyring, databaseUrl: server.url });
  const close = async () => {
    await opened.close();
    await server.close();
  };
  return { ...whole(opened), close };
}

/** PostgreSQL, embedded and where asked for as a server. */
export const postgres: readonly Engine[] = withServer ? ["PGlite", "PostgreSQL"] : ["PGlite"];

/** Each case on each database; the databases are opened once. */
export function contract(
  cases: Record<string, (opened: Opened) => Promise<void>>,
  engines: readonly Engine[] = [...postgres, "Durable Object"],
): void {
  for (const engine of engines) {
    let opening: Promise<Opened> | undefined;
    for (const [name, run] of Object.entries(cases)) {
      test(`${engine}: ${name}`, async () => {
        opening ??= openOn(engine);
        await run(await opening);
      });
    }
    after(async () => (await opening)?.close());
  }
}

export const mapping = "name: a test\n";

/** A tenant with an integration of each CRM. */
export async function tenant({ store }: Pick<Opened, "store">) {
  const name = fresh("tenant");
  const hubspot: IntegrationRef = { tenant: name, id: "hubspot" };
  const salesforce: IntegrationRef = { tenant: name, id: "salesforce" };
  const settings = { baseUrl: "https://api.example.com", keyField: "penguinmails_id" };
  await store.addTenant(name);
  for (const [ref, crm] of [
    [hubspot, "hubspot"],
    [salesforce, "salesforce"],
  ] as const) {
    await store.addIntegration(ref, { crm, account: fresh("account"), file: mapping, settings, state: "active" });
  }
  return { name, hubspot, salesforce };
}

export const at = "2026-02-01T00:00:00.000Z";

/** A plan that does nothing yet. */
export function planOf(pair: Pair, contact: string, more: Partial<Plan> = {}): Plan {
  return {
    pair,
    contact,
    crmId: pair.link?.crmId ?? null,
    link: "linked",
    reviews: [],
    closed: [],
    intents: [],
    audit: null,
    refused: null,
    optOuts: [],
    optIns: [],
    braked: [],
    wakes: [],
    ...more,
  };
}

export const decisionAudit = (id = crypto.randomUUID(), more: object = {}) => ({
  id,
  at,
  actor: "test",
  mappingVersion: 1,
  input: '{"crm":{"record":{"a":1}}}',
  decision: '{"outcome":"merged"}',
  codes: { outcome: "merged", fields: [] },
  ...more,
});

/** The one pair of a subject. */
export async function pairOf(
  { store }: Pick<Opened, "store">,
  ref: IntegrationRef,
  subject: `crm:${string}` | `local:${string}`,
) {
  const [pair] = await store.loadPairs(ref, [subject]);
  return pair as Pair;
}

/** A linked contact. */
export async function linked(
  opened: Pick<Opened, "store">,
  ref: IntegrationRef,
  record: Record<string, unknown> = { email: "ann@example.com" },
): Promise<{ id: string; crmId: string; link: Link; contact: Contact; pair: Pair }> {
  const id = fresh("contact");
  const crmId = fresh("record");
  const pair = await pairOf(opened, ref, `crm:${crmId}`);
  const [fate] = await opened.store.commit(ref, [planOf(pair, id, { crmId, record, base: { email: "a" } })]);
  if (fate !== "committed") throw new Error(`the contact was not linked: ${fate}`);
  const kept = await pairOf(opened, ref, `local:${id}`);
  return { id, crmId, pair: kept, link: kept.link as Link, contact: kept.contact as Contact };
}

/** Which tables hold a text, of the service's and of the jobs'. */
export async function holding(opened: Opened, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await tablesOf(opened)) {
    const rows = await opened.database.query(`select * from ${name}`);
    if (JSON.stringify(rows).includes(text)) found.push(name.replace("crm_sync.", ""));
  }
  return found;
}

async function tablesOf({ engine, database }: Pick<Opened, "engine" | "database">): Promise<string[]> {
  const list = await database.query<{ name: string }>(
    engine === "Durable Object"
      ? "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and name not glob '_*' order by 1"
      : `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
         where table_schema in ('crm_sync', 'crm_sync_jobs') and table_type = 'BASE TABLE' order by 1`,
  );
  return list.map(({ name }) => name);
}

/** The rows of a tenant as they are now, put back later. */
export async function backup(opened: Opened, tenant: string, without: readonly string[] = []) {
  const { engine, database } = opened;
  const names = (await tablesOf(opened)).filter((name) => !name.startsWith("crm_sync_jobs."));
  const rowsNow = async (name: string) =>
    (await database.query(`select * from ${name}`)).filter((row) => row.tenant === tenant);
  const kept = new Map<string, Record<string, unknown>[]>();
  for (const name of names) kept.set(name, await rowsNow(name));
  return async () => {
    for (const [name, rows] of kept) {
      if ((await rowsNow(name)).length > 0) await database.query(`delete from ${name} where tenant = $1`, [tenant]);
      if (without.includes(name.replace("crm_sync.", ""))) continue;
      for (const row of rows) {
        const columns = Object.keys(row).map((column) => `"${column}"`);
        const places = columns.map((_, index) => `$${index + 1}`);
        const own = engine === "Durable Object" ? "" : "overriding system value ";
        const text = `insert into ${name} (${columns.join(", ")}) ${own}values (${places.join(", ")})`;
        await database.query(text, Object.values(row));
      }
    }
  };
}

/** What waits of a tenant has failed for the last time. */
export async function die({ engine, database, clock }: Opened, tenant: string): Promise<void> {
  await database.query(
    engine === "Durable Object"
      ? `update job set state = 'dead', place = id, at = ${clock.now()}, error = 'Error'
         where queue in (select id from job_queue where tenant = $1)`
      : `update crm_sync_jobs.job_common set name = 'dead.' || substr(name, 6), policy = 'standard',
           created_on = to_timestamp(${clock.now() / 1000})
         where name = (select name from crm_sync.queue where tenant = $1)`,
    [tenant],
  );
}

/** Which subjects wait for an integration; takes them. */
export async function waiting({ jobs }: Pick<Opened, "jobs">, ref: IntegrationRef): Promise<string[]> {
  const subjects: string[] = [];
  for (let batch = await jobs.take(100); batch !== null; batch = await jobs.take(100)) {
    if (batch.integration.tenant === ref.tenant && batch.integration.id === ref.id)
      subjects.push(...batch.jobs.map(({ subject }) => subject));
    await jobs.done(batch, batch.jobs);
  }
  return subjects.sort();
}
