/** A service with everything that is real about it but the CRM, which is a stand-in, and time, which the test moves. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, afterEach } from "node:test";
import { type Engine, loadEngine } from "@penguinmails/crm-sync";
import { type ClientsOptions, createClients } from "../../../web/service/crm/clients.js";
import { createApp } from "../../../web/service/http/app.js";
import type { WakeLimit } from "../../../web/service/http/wake-limit.js";
import type { Jobs } from "../../../web/service/jobs/jobs.js";
import { createPgBossJobs } from "../../../web/service/node/pg-boss-jobs.js";
import type { Contact, Integration, IntegrationRef } from "../../../web/service/store/model.js";
import { migrate } from "../../../web/service/store/postgres/migrate.js";
import { createPostgresStore } from "../../../web/service/store/postgres/postgres-store.js";
import type { SyncStore } from "../../../web/service/store/store.js";
import type { SyncContext } from "../../../web/service/sync/context.js";
import { Mappings } from "../../../web/service/sync/mappings.js";
import { operations } from "../../../web/service/sync/operations.js";
import { CRMSyncService } from "../../../web/service/sync/sync-service.js";
import { createStandIn, type StandIn } from "../../../web/stand-in/stand-in.js";
import type { HandClock } from "../crm/support.js";
import { watched } from "../hubspot/models.js";
import { fresh, keyring, type Opened, openOn, withServer } from "../store/support.js";
import { type Crm, handsOf, mappingOf } from "./hands.js";
import { hurry, jobTable } from "./waits.js";

export { expire } from "./waits.js";

const origin = "http://127.0.0.1:4010";
export const serviceUrl = "https://sync.example.com";
const publicUrl = `${serviceUrl}/webhooks/hubspot`;
const clientSecret = "the-app's-secret";
const webhookSecret = "the-webhook's-secret";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let engine: Promise<Engine> | undefined;
/** One database for a file's tests; each of them has its tenant, and begins with nothing that waits. */
let database: Promise<Opened> | undefined;
after(async () => (await database)?.close());

/** Whatever the service asks of HubSpot, HubSpot's own client could have asked. */
const mistakes: string[] = [];
afterEach(() => assert.deepEqual(mistakes.splice(0), []));

export interface WorldOptions {
  crm?: Crm;
  /** The integration's; the CRM's name unless given. */
  id?: string;
  mapping?: string;
  /** active unless given. */
  state?: Integration["state"];
  object?: string;
  /** In the same service and over the same stand-in: of another tenant, unless `ofTenant` says of that one's. */
  beside?: { standIn: StandIn; tenant: string } & Process;
  ofTenant?: "another" | "the same";
  /** By how much the CRM's clock is ahead of ours, in milliseconds. */
  skew?: number;
  /** Such as page sizes. */
  clients?: Partial<ClientsOptions>;
  /** How many wake-ups webhooks may bring. */
  wakeLimit?: WakeLimit;
  /** Another database than the file's. */
  on?: Omit<Opened, "close" | "engine" | "withRing">;
  version?: Version;
}

/** What a process of this version is made of. */
export const current = {
  ...{ createClients, createApp, Mappings, operations, CRMSyncService },
  ...{ createPgBossJobs, migrate, createPostgresStore },
};
export type Version = typeof current;

type Process = Awaited<ReturnType<typeof start>>;
export type World = Awaited<ReturnType<typeof world>>;

export async function world({
  crm = "hubspot",
  id = crm,
  mapping = mappingOf(crm),
  state = "active",
  object,
  beside,
  ofTenant = "another",
  clients,
  wakeLimit,
  skew = 0,
  on,
  version,
}: WorldOptions = {}) {
  if (on === undefined) database ??= openOn(withServer ? "PostgreSQL" : "PGlite");
  const { store, jobs, database: sql, clock } = on ?? (await (database as Promise<Opened>));
  if (beside === undefined) await sql.query(`delete from ${jobTable}`);
  engine ??= loadEngine();
  const standIn = beside?.standIn ?? watched(createStandIn({ clock: ahead(clock, skew), random: () => 1 }), mistakes);
  const shares = beside !== undefined && ofTenant === "the same";
  const tenant = shares ? beside.tenant : fresh("tenant");
  const ref: IntegrationRef = { tenant, id };
  const account = crm === "hubspot" ? String(Number(fresh("").replace(/\D/g, ""))) : organisationId();
  const portal = standIn.hubspot(crm === "hubspot" ? account : "1");
  const organisation = standIn.salesforce(crm === "salesforce" ? account : organisationId());
  const parts = {
    store,
    jobs,
    clock,
    clients,
    wakeLimit,
    version,
    fetch: (request: Request) => standIn.handle(request),
  };
  const { context, service, app, clients: connected, log } = beside ?? (await start(parts));
  const process = { context, service, app, clients: connected, log };
  const settings = {
    baseUrl: origin,
    keyField: crm === "hubspot" ? "penguinmails_id" : "PenguinMails_Id__c",
    ...(crm === "hubspot" ? { ourself: portal.appId } : { ourself: organisation.integrationUser }),
    ...(object !== undefined && { object }),
    webhookSecretHashes: [sha256(webhookSecret)],
  };
  const key = `key-of-${tenant}-0123456789`;
  if (!shares) {
    await store.addTenant(tenant);
    await store.addApiKey(tenant, sha256(key), "the test", ["reader", "editor", "host", "admin"]);
  }
  await store.addIntegration(ref, { crm, account, file: mapping, settings, state });
  const { access, refresh } = (crm === "hubspot" ? portal : organisation).connect();
  await process.clients.connect(ref, { access, refresh });
  portal.webhook = { url: publicUrl, secret: clientSecret };
  organisation.webhook = { url: `https://sync.example.com/webhooks/salesforce/${account}/${webhookSecret}` };

  const hands = handsOf(crm, portal, organisation);

  /** Time goes on, for what waits as well. */
  async function pass(milliseconds: number): Promise<void> {
    clock.time += milliseconds;
    await hurry(sql, milliseconds);
  }

  const world = {
    ...{ store, jobs, sql, clock, standIn, portal, organisation, hands, tenant, ref, account, key, pass },
    /** The process that runs now; a test may let it die and start another. */
    ...process,

    integration: async () => (await store.integration(ref)) as Integration,

    async call(method: string, path: string, body?: unknown) {
      const response = await world.app.request(path, {
        method,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : JSON.parse(text) };
    },

    /** What PenguinMails' own application does. */
    async change(id: string, patch: Record<string, unknown> | null | "privacy", more: object = {}) {
      const updatedAt = new Date(clock.now()).toISOString();
      const answer = await world.call("POST", "/contacts/changes", { changes: [{ id, patch, updatedAt, ...more }] });
      assert.equal(answer.status, 202, JSON.stringify(answer.body));
    },

    contact: (id: string) => store.contact(tenant, id),

    /** The contact that a CRM's record is linked to. */
    async contactOf(crmId: string): Promise<Contact | null> {
      return (await store.loadPairs(ref, [`crm:${crmId}`]))[0]?.contact ?? null;
    },

    deliver: () => standIn.deliver(async (request) => world.app.fetch(request)),

    /** Until nothing happens any more, however long that takes: webhooks, what waits now, what waits for later. */
    async settle(limit = 60): Promise<void> {
      for (let round = 0; round < limit; round++) {
        const delivered = await world.deliver();
        await world.service.drain();
        const { waiting } = await jobs.depth(ref);
        if (delivered === 0 && waiting === 0 && standIn.waiting === 0) return;
        await pass(waitsLong(round));
      }
      assert.fail(`after ${limit} rounds something still waits`);
    },

    /** So many rounds of what would happen within so many milliseconds each, whether it ends or not. */
    async rounds(count = 3, each = 61_000): Promise<void> {
      for (let round = 0; round < count; round++) {
        await world.deliver();
        await world.service.drain();
        await pass(each);
      }
      await world.service.drain();
    },

    /** What the schedule does. */
    async run(kind: "incremental" | "reconcile" | "first_sync", dry = false) {
      const run = await world.service.run(await world.integration(), kind, { dry });
      await world.settle();
      return store.run(ref, run.run);
    },
  };
  return world;
}

const ahead = (clock: HandClock, skew: number) => ({ ...clock, now: () => clock.now() + skew });

const waitsLong = (round: number) => Math.min(250 * 2 ** round, 600_000);

/** 18 characters, the last three of which check the others (Salesforce, "15 to 18 character ids"). */
function organisationId(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  const short = `00D${String(Number(fresh("").replace(/\D/g, "")))
    .padStart(12, "0")
    .slice(-12)}`;
  const checks = [0, 5, 10].map((from) =>
    [...short.slice(from, from + 5)].reduce((sum, sign, bit) => sum + (/[A-Z]/.test(sign) ? 1 << bit : 0), 0),
  );
  return short + checks.map((sum) => letters[sum]).join("");
}

interface Parts {
  store: SyncStore;
  jobs: Jobs;
  clock: HandClock;
  fetch(request: Request): Promise<Response>;
  clients?: Partial<ClientsOptions> | undefined;
  wakeLimit?: WakeLimit | undefined;
  version?: Version | undefined;
}

/** A process of the service on what is kept. */
export async function start({ store, jobs, clock, fetch, clients: more, wakeLimit, version = current }: Parts) {
  const log: { event: string; detail: Record<string, unknown> }[] = [];
  const loaded = await (engine as Promise<Engine>);
  const clients = version.createClients({
    ...{ store, clock },
    keyring,
    fetch: (input, init) => fetch(new Request(input, init)),
    developmentHosts: [origin],
    apps: {
      hubspot: { clientId: "app", clientSecret },
      salesforce: { clientId: "app", clientSecret, loginUrl: origin },
    },
    ...more,
  });
  const context: SyncContext = {
    ...{ store, jobs, clock },
    mappings: new version.Mappings(loaded),
    client: (integration) => clients.of(integration),
    log: (event, detail) => log.push({ event, detail }),
  };
  const service = new version.CRMSyncService(context);
  const app = version.createApp({
    ...{ store, jobs, clock },
    operations: version.operations(service, loaded),
    connect: clients.connect,
    disconnect: clients.disconnect,
    oauth: clients.oauth,
    publicUrl: serviceUrl,
    allowedAddress: clients.allows,
    hubspot: { secrets: [clientSecret], publicUrl },
    ...(wakeLimit !== undefined && { wakeLimit }),
    log: (entry) => log.push({ event: "request", detail: { ...entry } }),
  });
  return { context, service, app, clients, log };
}
