/** The store's contract is checked on PGlite, and where asked for on a PostgreSQL of its own. */
import { after, test } from "node:test";
import type { Keyring } from "../../../web/service/crm/sealing.js";
import { type OpenStore, openStore } from "../../../web/service/node/open-store.js";
import type { Contact, IntegrationRef, Link, Pair } from "../../../web/service/store/model.js";
import type { Plan } from "../../../web/service/store/store.js";
import { type HandClock, handClock } from "../crm/support.js";
import { startPostgres } from "./postgres-server.js";

/** Fresh names for each test: all of a file's tests share one database. */
let count = 0;
export const fresh = (name: string) => `${name}-${process.pid}-${++count}`;

export interface Opened extends OpenStore {
  clock: HandClock;
}

export const keyring: Keyring = { current: "one", keys: { one: new Uint8Array(32).fill(7) } };

export type Engine = "PGlite" | "PostgreSQL";

/** `npm run check` tries everything on a server as well. */
export const withServer = process.env.CRM_SYNC_TEST_POSTGRES === "1";

export async function openOn(engine: Engine): Promise<Opened> {
  const clock = handClock();
  if (engine === "PGlite") return { ...(await openStore({ clock, keyring })), clock };
  const server = await startPostgres();
  if ("missing" in server) throw new Error(server.missing);
  const opened = await openStore({ clock, keyring, databaseUrl: server.url });
  const close = async () => {
    await opened.close();
    await server.close();
  };
  return { ...opened, clock, close };
}

/** Each case on each database; the databases are opened once. */
export function contract(cases: Record<string, (opened: Opened) => Promise<void>>): void {
  const engines: Engine[] = withServer ? ["PGlite", "PostgreSQL"] : ["PGlite"];
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
