/** The app over a store in memory with two tenants that have everything of the same kinds, and nothing in common. */
import { CrmSyncError } from "../../../bindings/package/errors.js";
import type { Tokens } from "../../../web/service/crm/credentials.js";
import { createApp } from "../../../web/service/http/app.js";
import type { LogEntry } from "../../../web/service/http/log.js";
import { NotNow, type Operations } from "../../../web/service/http/operations.js";
import type { HttpOptions } from "../../../web/service/http/options.js";
import type { Role, Run } from "../../../web/service/store/model.js";
import { publicUrl, secret, time } from "../support.js";
import { FakeStore, sha256 } from "./fake-store.js";

export const tenants = ["ours", "theirs"] as const;
export type Tenant = (typeof tenants)[number];
export const roles = ["reader", "editor", "host", "admin"] as const;

export const keyOf = (tenant: string, role: Role) => `key-of-a-${role}-of-${tenant}-0123456789`;
/** Ids of a tenant's things: they tell the tenant, so that an answer that holds another's shows. */
export const ids = (tenant: string) => ({
  hubspot: `hubspot-${tenant}`,
  salesforce: `salesforce-${tenant}`,
  contact: `contact-${tenant}`,
  review: `review-${tenant}`,
  run: `run-${tenant}`,
  pause: `pause-${tenant}`,
  draft: `draft-${tenant}`,
});
export const portal = (tenant: string) => (tenant === "ours" ? "62515" : "62516");
export const organization = (tenant: string) => (tenant === "ours" ? "00D000000000001EAA" : "00D000000000002EAA");
export const webhookSecret = (tenant: string) => `webhook-secret-of-${tenant}`;
const at = new Date(time).toISOString();
/** The same of every call: answers are compared whole, and what is made at random may hold what a test looks for. */
const traceparent = `00-${"c".repeat(32)}-${"d".repeat(16)}-01`;

export interface Service {
  app: ReturnType<typeof createApp>;
  store: FakeStore;
  log: LogEntry[];
  clock: { now(): number; sleep(milliseconds: number): Promise<void>; time: number };
  scheduled: string[];
  /** Whose tokens were handed in, and which. */
  connected: [integration: string, tokens: Tokens][];
  call(method: string, path: string, call?: Calling): Promise<Response>;
}

export interface Calling {
  key?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

export function service(more: Partial<HttpOptions> = {}): Service {
  const store = new FakeStore();
  const log: LogEntry[] = [];
  const scheduled: string[] = [];
  const connected: Service["connected"] = [];
  const clock = {
    time,
    now: () => clock.time,
    sleep: async (milliseconds: number) => {
      clock.time += milliseconds;
    },
  };
  for (const tenant of tenants) seed(store, tenant);
  const options: HttpOptions = {
    store,
    clock,
    operations: operations(store, scheduled),
    jobs: {
      dead: async (tenant) => [
        { id: `job-${tenant}`, integration: ids(tenant).hubspot, subject: "crm:1", error: "CRM001: broken", since: at },
      ],
      replay: async (tenant, given) => given.filter((id) => id === `job-${tenant}`).length,
      depth: async () => ({ waiting: 2, dead: 1 }),
    },
    connect: async (ref, tokens) => {
      connected.push([ref.id, tokens]);
    },
    disconnect: async () => true,
    oauth: {
      knows: () => true,
      authorizeUrl: async ({ crm }, { state }) => `https://${crm}.example.com/authorize?state=${state}`,
      grant: async ({ account }) => ({ account, tokens: { access: "granted", refresh: "again" } }),
      introspect: async () => ({}),
      subscriptions: async () => null,
      revoke: async () => true,
    },
    publicUrl: "https://sync.example.com",
    allowedAddress: (_crm, url) => new URL(url).hostname.endsWith(".example.com"),
    log: (entry) => log.push(entry),
    hubspot: { secrets: [secret], publicUrl },
    ...more,
  };
  const app = createApp(options);
  return {
    app,
    store,
    log,
    clock,
    scheduled,
    connected,
    call: async (method, path, { key = keyOf("ours", "editor"), body, headers = {} } = {}) =>
      app.request(path, {
        method,
        headers: {
          traceparent,
          ...(key !== null && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
  };
}

const consent = [
  { local: "unsubscribed", crm: "hs_email_optout" },
  { local: "consent.news", crm: "news_optout" },
];

function operations(store: FakeStore, scheduled: string[]): Operations {
  const run = (tenant: string) => store.allRuns.find((one) => one.tenant === tenant) as Run;
  return {
    within: () => operations(store, scheduled),
    check: async (file) => (file.includes("mistake") ? [diagnostic] : []),
    preview: async (file, inputs) => {
      if (file.includes("mistake")) return { diagnostics: [diagnostic] };
      if (inputs.some((input) => "refuse" in input)) {
        throw new CrmSyncError("REC001", `not a record: ${JSON.stringify(inputs)}`, {
          diagnostics: [{ ...diagnostic, code: "REC001", path: "/local", message: JSON.stringify(inputs) }],
        });
      }
      return { decisions: inputs.map((input) => ({ outcome: "in_sync", local: input.local })) };
    },
    startRun: async ({ tenant, state }, kind, { dry, by }) => {
      if (state === "proposed" && !dry) throw new NotNow("not_approved");
      return { ...run(tenant), kind, dry, startedBy: by };
    },
    revert: async ({ tenant }, reverts, { dry, by }) => ({
      ...run(tenant),
      kind: "revert",
      dry,
      reverts,
      startedBy: by,
    }),
    approve: async ({ tenant }, _run, by) => ({ ...run(tenant), dry: false, startedBy: by }),
    schedule: async ({ id }) => {
      scheduled.push(id);
    },
    examine: async () => [{ code: "fields", state: "failed", fields: ["company"], hint: "create it" }],
    rule: async ({ mapping }) => {
      if (mapping.file.includes("unreadable")) throw new Error("the mapping does not compile");
      return { realTime: !mapping.file.includes("hourly"), consent, looksUp: false };
    },
  };
}

const diagnostic = {
  code: "MAP001",
  severity: "error" as const,
  message: "unknown key",
  path: "/sync",
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 2,
};

function seed(store: FakeStore, tenant: Tenant): void {
  const own = ids(tenant);
  for (const role of roles) {
    store.callers.set(sha256(keyOf(tenant, role)), { tenant, actor: `${role}@${tenant}`, roles: [role] });
  }
  const settings = { baseUrl: "https://crm.example.com", keyField: "penguinmails_id" };
  const mapping = () => ({ version: 1, file: `name: ${tenant}` });
  const common = { tenant, state: "active" as const, lastSyncAt: null, quota: null };
  store.all.push(
    { ...common, id: own.hubspot, crm: "hubspot", account: portal(tenant), mapping: mapping(), settings },
    {
      ...common,
      id: own.salesforce,
      crm: "salesforce",
      account: organization(tenant),
      mapping: mapping(),
      settings: { ...settings, webhookSecretHashes: [sha256("another one"), sha256(webhookSecret(tenant))] },
    },
  );
  store.contacts.push({
    tenant,
    id: own.contact,
    record: { email: `ada@${tenant}.test`, employees: 2n ** 53n + 1n },
    updatedAt: at,
    fieldTimes: { email: at },
    acts: {},
    deleted: false,
    deletedAt: null,
    version: 4,
  });
  const named = { tenant, integration: own.hubspot, contact: own.contact, crmId: "123" };
  store.openReviews.push({
    ...named,
    id: own.review,
    state: "open",
    answer: null,
    candidates: null,
    field: "company",
    local: tenant,
    crm: "b",
    base: "c",
    reason: "manual",
    opened_at: at,
  });
  store.allRuns.push({
    tenant,
    id: own.hubspot,
    run: own.run,
    kind: "first_sync",
    dry: true,
    state: "done",
    checkpoint: { after: tenant },
    progress: { seen: 2, total: 2, outcomes: { in_sync: 2 }, failed: 0 },
    startedAt: at,
    finishedAt: at,
    startedBy: tenant,
    ...{ endedBy: null, pausedBy: null, rested: 0 },
    error: null,
    mappingVersion: 1,
    reverts: null,
    draft: null,
  });
  store.drafted.push({
    tenant,
    ...{ draft: own.draft, file: `name: drafted by ${tenant}`, basedOn: 1, since: at, by: tenant, version: null },
    impact: { ...(store.allRuns.at(-1) as Run), kind: "impact", draft: own.draft },
  });
  store.standing.push({
    tenant,
    ...{ id: own.pause, integration: own.hubspot, direction: null, field: null, reason: "a test" },
    ...{ since: at, by: tenant, until: null, endedAt: null, endedBy: null },
  });
  store.entries.push({
    ...named,
    id: `audit-${tenant}`,
    at,
    actor: "webhook",
    mappingVersion: 1,
    run: null,
    trace: null,
    input: `{"local": {"amount": 1.0, "employees": 9007199254740993, "of": "${tenant}"}}`,
    decision: '{"outcome":"in_sync"}',
    codes: { outcome: "in_sync", fields: [] },
    hash: `hash-${tenant}`,
  });
  store.dead.push({ ...named, id: `intent-${tenant}`, error: { code: "X", fields: ["company"], hint: "" }, since: at });
  store.raised.push({ tenant, integration: own.hubspot, kind: "fight", detail: { field: "company" }, since: at });
}

/** An Outbound Message in the documented shape, of one contact. */
export const message = (of = organization("ours"), fields = ""): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>${of}</OrganizationId><ActionId>04k000000000001AAA</ActionId><SessionId>a session</SessionId>
   <Notification>
    <Id>04l000000000001AAA</Id>
    <sObject xsi:type="sf:Contact" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     <sf:Id>003000000000001AAA</sf:Id>${fields}
    </sObject>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>`;
