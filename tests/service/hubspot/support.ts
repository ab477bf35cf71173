/** A HubSpot of scripted answers, each request checked against the models of HubSpot's own client. */
import assert from "node:assert/strict";
import { createHubSpotClient, type HubSpotOptions } from "../../../web/service/crm/hubspot/client.js";
import type { IntegrationSettings } from "../../../web/service/store/model.js";
import { type Asked, handClock, json, scripted } from "../crm/support.js";
import { bodyOf } from "./models.js";

export const settings: IntegrationSettings = {
  baseUrl: "https://api.hubapi.com",
  keyField: "penguinmails_id",
  ourself: "54321",
  subscriptions: { optout_news: "777" },
};
const root = "/crm/objects/2026-09/contacts";

// biome-ignore lint/suspicious/noExplicitAny: the bodies of requests, checked above
export type Body = any;
/** Answers by the path below the contacts, such as "/batch/read"; a whole path elsewhere. */
export type Script = Record<string, (body: Body, asked: Asked) => Response | Promise<Response>>;

export function given(script: Script, more: Partial<HubSpotOptions> = {}) {
  const clock = handClock();
  const { fetch, asked } = scripted((request) => {
    const path = request.path.startsWith(root) ? request.path.slice(root.length) : request.path;
    const body = bodyOf(request);
    assert.equal(request.headers.get("authorization"), "Bearer token");
    const answer = script[`${request.method} ${path}`] ?? script[path];
    assert(answer, `nothing is scripted for ${request.method} ${path}`);
    return answer(body, request);
  });
  const renew = async () => "token";
  const credentials = { token: async () => "token", renew };
  const client = createHubSpotClient({ settings, credentials, clock, fetch, ...more });
  const calls = () => asked.map(({ path }) => (path.startsWith(root) ? path.slice(root.length) : path));
  return { client, clock, asked, calls };
}

export interface Held {
  id: string;
  properties?: Record<string, string | null>;
  updatedAt?: string;
  archived?: boolean;
  archivedAt?: string;
  /** The newest first. */
  history?: Record<string, [value: string, timestamp: string, source?: string][]>;
}

/** As HubSpot answers for a contact; `source`: our app's id, a user, or whoever is named. */
export function contact({ id, properties = {}, updatedAt = "2026-03-01T09:00:00.000Z", history, ...more }: Held) {
  const versions = Object.entries(history ?? {}).map(([name, list]) => [
    name,
    list.map(([value, timestamp, source = "userId:8"]) => ({
      value,
      timestamp,
      sourceType: /^\d+$/.test(source) ? "INTEGRATION" : "CRM_UI",
      sourceId: source,
    })),
  ]);
  const latest = Object.entries(history ?? {}).map(([name, list]) => [name, list[0]?.[0] ?? null]);
  return {
    id,
    properties: { ...Object.fromEntries(latest), ...properties },
    propertiesWithHistory: Object.fromEntries(versions),
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt,
    archived: false,
    ...more,
  };
}

export const batch = (results: unknown[], errors: unknown[] = []) =>
  json(
    { status: "COMPLETE", results, ...(errors.length > 0 ? { errors, numErrors: errors.length } : {}) },
    errors.length > 0 ? 207 : 200,
  );

/** A batch/read over these contacts, archived ones where they are asked for. */
export const reads = (held: () => Held[]) => (body: Body, asked: Asked) => {
  const archived = asked.url.searchParams.get("archived") === "true";
  const ids = new Set(body.inputs.map(({ id }: { id: string }) => id));
  const by = (each: Held) => (body.idProperty === undefined ? each.id : (each.properties?.[body.idProperty] ?? ""));
  return batch(
    held()
      .filter((each) => (each.archived ?? false) === archived && ids.has(by(each)))
      .map(contact),
  );
};

export const notFound = () => json({ status: "error", category: "OBJECT_NOT_FOUND", message: "not found" }, 404);
export { json };
