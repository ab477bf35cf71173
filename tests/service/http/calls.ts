/** One request for each route that it answers with success, and the roles that may make it. */
import type { Role } from "../../../web/service/store/model.js";
import { event, signed, time } from "../support.js";
import { ids, keyOf, message, organization, portal, type Tenant, webhookSecret } from "./support.js";

export interface ExampleCall {
  /** null: no key is asked for. */
  may: readonly Role[] | null;
  /** A tenant's own things. */
  path: (tenant: Tenant) => string;
  body?: (tenant: Tenant) => unknown;
  headers?: (body: string) => Record<string, string>;
  status: number;
  /** Names one of the tenant's things, so that for another tenant it is not found. */
  names?: true;
  /** No API key's, whatever its roles. */
  sessionOnly?: true;
}

const at = new Date(time).toISOString();
const readers: readonly Role[] = ["reader", "editor"];
const editors: readonly Role[] = ["editor"];
const admins: readonly Role[] = ["admin"];
const everybody: readonly Role[] = ["reader", "editor", "host", "admin"];
const hubspot = (tenant: Tenant) => ids(tenant).hubspot;
const runPath = (tenant: Tenant) => `/api/runs/${hubspot(tenant)}/${ids(tenant).run}`;
const draftPath = (tenant: Tenant) => `/api/integrations/${hubspot(tenant)}/mapping/drafts/${ids(tenant).draft}`;

export const calls: Record<string, ExampleCall> = {
  "POST /webhooks/hubspot": {
    may: null,
    path: () => "/webhooks/hubspot",
    body: (tenant) => [event({ portalId: Number(portal(tenant)) })],
    headers: (body) => signed(body),
    status: 202,
  },
  "POST /webhooks/salesforce/{organization}/{secret}": {
    may: null,
    path: (tenant) => `/webhooks/salesforce/${organization(tenant)}/${webhookSecret(tenant)}`,
    body: (tenant) => message(organization(tenant)),
    headers: () => ({ "content-type": "text/xml" }),
    status: 200,
  },
  "POST /contacts/changes": {
    may: ["host"],
    path: () => "/contacts/changes",
    body: (tenant) => ({ changes: [{ id: ids(tenant).contact, patch: { company: "A" }, updatedAt: at }] }),
    status: 202,
  },
  "POST /engagements": {
    may: ["host"],
    path: () => "/engagements",
    body: (tenant) => ({ engagements: [{ id: "e1", contact: ids(tenant).contact, row: { kind: "open" } }] }),
    status: 202,
  },
  "GET /contacts/{id}": {
    may: ["host", ...readers],
    path: (tenant) => `/contacts/${ids(tenant).contact}`,
    status: 200,
    names: true,
  },
  "GET /api/integrations": { may: readers, path: () => "/api/integrations", status: 200 },
  "POST /api/integrations": {
    may: editors,
    path: () => "/api/integrations",
    body: () => ({
      id: "new",
      crm: "salesforce",
      account: "00D000000000003EAA",
      mapping: "name: new",
      settings: { baseUrl: "https://new.example.com", keyField: "PenguinMails_Id__c" },
    }),
    status: 201,
  },
  "GET /api/integrations/{id}": {
    may: readers,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}`,
    status: 200,
    names: true,
  },
  "PUT /api/integrations/{id}/credentials": {
    may: editors,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/credentials`,
    body: () => ({ access: "an-access-token" }),
    status: 200,
    names: true,
  },
  "POST /api/integrations/{id}/pause": {
    may: editors,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/pause`,
    status: 200,
    names: true,
  },
  "POST /api/integrations/{id}/resume": {
    may: editors,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/resume`,
    status: 200,
    names: true,
  },
  "PUT /api/integrations/{id}/brakes": {
    may: editors,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/brakes`,
    body: () => ({ minimum: 100, shares: { cleared: 0.1 } }),
    status: 200,
    names: true,
  },
  "PUT /api/integrations/{id}/approval": {
    may: admins,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/approval`,
    body: () => ({ required: true }),
    status: 200,
    names: true,
  },
  "POST /api/integrations/{id}/release": {
    may: editors,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/release`,
    body: () => ({ field: "city" }),
    status: 202,
    names: true,
  },
  "GET /api/integrations/{id}/doctor": {
    may: ["editor", "admin"],
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/doctor`,
    status: 200,
    names: true,
  },
  "GET /oauth/{crm}/start": {
    may: admins,
    path: (tenant) => `/oauth/hubspot/start?integration=${hubspot(tenant)}`,
    status: 303,
    names: true,
    sessionOnly: true,
  },
  // Whoever comes back without having been sent is told so by the admin page.
  "GET /oauth/{crm}/callback": { may: null, path: () => "/oauth/hubspot/callback?state=a&code=b", status: 303 },
  "POST /oauth/{crm}/disconnect": {
    may: admins,
    path: () => "/oauth/hubspot/disconnect",
    body: (tenant) => ({ integration: hubspot(tenant) }),
    status: 200,
    names: true,
  },
  "GET /api/pauses": { may: readers, path: () => "/api/pauses", status: 200 },
  "POST /api/pauses": {
    may: editors,
    path: () => "/api/pauses",
    body: (tenant) => ({ integration: hubspot(tenant), reason: "the CRM is being cleaned up" }),
    status: 201,
    names: true,
  },
  "POST /api/pauses/{id}/end": {
    may: editors,
    path: (tenant) => `/api/pauses/${ids(tenant).pause}/end`,
    status: 200,
    names: true,
  },
  "GET /api/integrations/{id}/mapping": {
    may: readers,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/mapping`,
    status: 200,
    names: true,
  },
  "PUT /api/integrations/{id}/mapping": {
    may: editors,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/mapping`,
    body: () => ({ file: "name: newer" }),
    status: 200,
    names: true,
  },
  "GET /api/integrations/{id}/mapping/versions": {
    may: readers,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/mapping/versions`,
    status: 200,
    names: true,
  },
  "GET /api/integrations/{id}/mapping/versions/{version}": {
    may: readers,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/mapping/versions/1`,
    status: 200,
    names: true,
  },
  "POST /api/integrations/{id}/mapping/versions/{version}/activate": {
    may: editors,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/mapping/versions/1/activate`,
    status: 200,
    names: true,
  },
  "POST /api/integrations/{id}/mapping/versions/{version}/revert": {
    may: admins,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/mapping/versions/1/revert`,
    body: () => ({ dry: true, from: at }),
    status: 202,
    names: true,
  },
  "POST /api/integrations/{id}/mapping/drafts": {
    may: editors,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/mapping/drafts`,
    body: () => ({ file: "name: drafted" }),
    status: 201,
    names: true,
  },
  "GET /api/integrations/{id}/mapping/drafts": {
    may: readers,
    path: (tenant) => `/api/integrations/${hubspot(tenant)}/mapping/drafts`,
    status: 200,
    names: true,
  },
  "GET /api/integrations/{id}/mapping/drafts/{draft}": {
    may: readers,
    path: draftPath,
    status: 200,
    names: true,
  },
  "DELETE /api/integrations/{id}/mapping/drafts/{draft}": {
    may: editors,
    path: draftPath,
    status: 204,
    names: true,
  },
  "POST /api/integrations/{id}/mapping/drafts/{draft}/impact": {
    may: editors,
    path: (tenant) => `${draftPath(tenant)}/impact`,
    status: 202,
    names: true,
  },
  "POST /api/integrations/{id}/mapping/drafts/{draft}/approve": {
    may: editors,
    path: (tenant) => `${draftPath(tenant)}/approve`,
    status: 200,
    names: true,
  },
  "POST /api/preview": {
    may: readers,
    path: () => "/api/preview",
    body: () => ({ mapping: "name: tried", inputs: [{ local: null, crm: null, base: null }] }),
    status: 200,
  },
  "GET /api/reviews": { may: readers, path: () => "/api/reviews", status: 200 },
  "POST /api/reviews/{integration}/{id}/answer": {
    may: editors,
    path: (tenant) => `/api/reviews/${hubspot(tenant)}/${ids(tenant).review}/answer`,
    body: () => ({ choose: "crm" }),
    status: 202,
    names: true,
  },
  "GET /api/runs": { may: readers, path: () => "/api/runs", status: 200 },
  "POST /api/runs": {
    may: editors,
    path: () => "/api/runs",
    body: (tenant) => ({ integration: hubspot(tenant), kind: "reconcile" }),
    status: 202,
    names: true,
  },
  "GET /api/runs/{integration}/{run}": { may: readers, path: runPath, status: 200, names: true },
  "GET /api/runs/{integration}/{run}/items": {
    may: readers,
    path: (tenant) => `${runPath(tenant)}/items`,
    status: 200,
    names: true,
  },
  "GET /api/runs/{integration}/{run}/report": {
    may: readers,
    path: (tenant) => `${runPath(tenant)}/report`,
    status: 200,
    names: true,
  },
  "POST /api/runs/{integration}/{run}/approve": {
    may: editors,
    path: (tenant) => `${runPath(tenant)}/approve`,
    status: 202,
    names: true,
  },
  "POST /api/runs/{integration}/{run}/pause": {
    may: editors,
    path: (tenant) => `${runPath(tenant)}/pause`,
    status: 200,
    names: true,
  },
  "POST /api/runs/{integration}/{run}/resume": {
    may: editors,
    path: (tenant) => `${runPath(tenant)}/resume`,
    status: 200,
    names: true,
  },
  "POST /api/runs/{integration}/{run}/cancel": {
    may: editors,
    path: (tenant) => `${runPath(tenant)}/cancel`,
    status: 200,
    names: true,
  },
  "POST /api/runs/{integration}/{run}/revert": {
    may: admins,
    path: (tenant) => `${runPath(tenant)}/revert`,
    body: () => ({ dry: true }),
    status: 202,
    names: true,
  },
  "GET /api/audit": { may: readers, path: () => "/api/audit", status: 200 },
  "GET /api/dead-letters": { may: readers, path: () => "/api/dead-letters", status: 200 },
  "POST /api/dead-letters/replay": {
    may: editors,
    path: () => "/api/dead-letters/replay",
    body: (tenant) => ({ jobs: [`job-${tenant}`], intents: [`intent-${tenant}`] }),
    status: 202,
  },
  "GET /api/alerts": { may: readers, path: () => "/api/alerts", status: 200 },
  "POST /api/session": {
    may: null,
    path: () => "/api/session",
    body: (tenant) => ({ key: keyOf(tenant, "editor") }),
    status: 200,
  },
  "GET /api/session": { may: everybody, path: () => "/api/session", status: 200 },
  "DELETE /api/session": { may: everybody, path: () => "/api/session", status: 204 },
  "GET /api/keys": { may: admins, path: () => "/api/keys", status: 200 },
  "POST /api/keys": {
    may: admins,
    path: () => "/api/keys",
    body: () => ({ actor: "ann", roles: ["reader"] }),
    status: 201,
  },
  "DELETE /api/keys/{id}": {
    may: admins,
    path: (tenant) => `/api/keys/key-reader-${tenant}`,
    status: 204,
    names: true,
  },
  // No role's: by the configuration's token, which this service has none of.
  "GET /metrics": { may: null, path: () => "/metrics", status: 404 },
  "GET /healthz": { may: null, path: () => "/healthz", status: 200 },
  "GET /readyz": { may: null, path: () => "/readyz", status: 200 },
  "GET /openapi.json": { may: null, path: () => "/openapi.json", status: 200 },
};
