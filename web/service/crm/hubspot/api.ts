/** HubSpot's API for one portal: what an answer means for whoever asked, and how fast it may be asked. */
import { type Clock, iso } from "../../clock.js";
import { type CrmClient, CrmUnavailable } from "../client.js";
import { type Http, type Method, type RequestOptions, retryAfter } from "../http.js";
import type { RateLimit } from "../rate-limit.js";
import { type HubSpotError, listOf, objectOf, readError } from "./hubspot-error.js";

export const objectsVersion = "2026-09";
/** The newest version of which these are documented. */
export const preferencesVersion = "2026-03";

export const contacts = (path: string) => `/crm/objects/${objectsVersion}/contacts${path}`;

/** A contact in an answer. */
export interface HubSpotContact {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory?: Record<string, Version[]>;
  updatedAt?: string;
  archived?: boolean;
  archivedAt?: string;
  objectWriteTraceId?: string;
}

/** What a property held from a moment on. */
export interface Version {
  value: string | null;
  timestamp: string;
  sourceType?: string;
  sourceId?: string;
}

export type Answer =
  | { state: "ok"; results: HubSpotContact[]; errors: HubSpotError[]; body: Record<string, unknown>; at: number }
  /** Nothing was taken, and never will be as it is. */
  | { state: "failed"; error: HubSpotError }
  /** Certainly not taken. */
  | { state: "later"; after: number; why: string }
  | { state: "unknown"; why: string; after: number };

export interface HubSpotApi {
  /** For writes; throws `CrmUnavailable` where nothing was taken and a person has to act. */
  send(method: Method, path: string, body?: unknown): Promise<Answer>;
  /** For reads: everything but an answer is thrown. 404 is an answer without results. */
  ask(method: Method, path: string, body?: unknown): Promise<Extract<Answer, { state: "ok" }>>;
  quota: CrmClient["quota"];
}

const second = 1000;
/** When the portal's day ends, nobody tells. */
const dailyPause = 3600 * second;

export function createApi(baseUrl: string, http: Http, clock: Clock, bucket: RateLimit, search: RateLimit): HubSpotApi {
  let quota: ReturnType<CrmClient["quota"]> = null;

  async function request(method: Method, path: string, given: RequestOptions): Promise<Answer> {
    const searches = path.endsWith("/search");
    if (searches) await search.take();
    const result = await http.request(method, new URL(path, baseUrl).href, given);
    if (result.sent === false) return { state: "later", after: second, why: result.why };
    if (result.sent === "unknown") return { state: "unknown", why: result.why, after: result.after };
    const { status, headers } = result;
    const day = dailyQuota(headers);
    if (day !== null) quota = { ...day, at: clock.now() };
    const body = objectOf(result.body);
    if (status < 300) {
      return {
        state: "ok",
        body,
        results: listOf(body.results).flatMap(contactOf),
        errors: listOf(body.errors).map((error) => readError(error, status)),
        at: serverTime(headers, clock),
      };
    }
    const error = readError(body, status);
    const asked = retryAfter(headers, clock);
    switch (status) {
      case 423: // somebody else writes the record now
        return { state: "later", after: Math.max(asked, 2 * second), why: "locked" };
      case 429: {
        const policy = typeof body.policyName === "string" ? body.policyName : "";
        const pause = policy === "DAILY" ? dailyPause : policy.startsWith("TEN_SECONDLY") ? 10 * second : second;
        const after = Math.max(asked, pause);
        (searches && policy !== "DAILY" ? search : bucket).hold(clock.now() + after);
        return { state: "later", after, why: `rate limit ${/^\w{0,40}$/.test(policy) ? policy : ""}`.trim() };
      }
      case 477: {
        const after = Math.max(asked, 60 * second);
        bucket.hold(clock.now() + after);
        return { state: "later", after, why: "portal is being migrated" };
      }
      case 403:
        throw new CrmUnavailable("broken", ["HTTP 403", error.category, ...missingScopes(body)].join(" "));
      default:
        return { state: "failed", error };
    }
  }

  return {
    quota: () => quota,
    send: (method, path, body) => request(method, path, { writes: true, ...(body === undefined ? {} : { body }) }),
    async ask(method, path, body) {
      const answer = await request(method, path, { idempotent: true, ...(body === undefined ? {} : { body }) });
      if (answer.state === "ok") return answer;
      if (answer.state !== "failed") throw new CrmUnavailable("later", answer.why, Math.max(answer.after, second));
      const { status, code, category, fields } = answer.error;
      if (status === 404 && /NOT_FOUND/.test(category)) {
        return { state: "ok", results: [], errors: [answer.error], body: {}, at: clock.now() };
      }
      throw new CrmUnavailable("broken", [`HTTP ${status}`, code, ...fields].join(" "));
    },
  };
}

/** Told to private apps; an app of several accounts has no daily limit of its own here. */
export function dailyQuota(headers: Headers): { limit: number; left: number } | null {
  const told = ["daily", "daily-remaining"].map((name) => headers.get(`x-hubspot-ratelimit-${name}`) ?? "");
  const [limit = 0, left = 0] = told.map(Number);
  return told.every((text) => /^\d{1,15}$/.test(text)) ? { limit, left } : null;
}

/** HubSpot's own clock, where it tells: its times are compared with each other, never with ours. */
function serverTime(headers: Headers, clock: Clock): number {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? clock.now() : date;
}

function contactOf(given: unknown): HubSpotContact[] {
  const result = objectOf(given);
  const id = typeof result.id === "string" ? result.id : typeof result.id === "number" ? String(result.id) : null;
  if (id === null) return [];
  return [{ ...result, id, properties: objectOf(result.properties) } as HubSpotContact];
}

function missingScopes(body: Record<string, unknown>): string[] {
  const details = [body, ...listOf(body.errors).map(objectOf)];
  const scopes = details.flatMap((detail) =>
    listOf(objectOf(detail.context).requiredGranularScopes ?? objectOf(detail.context).requiredScopes),
  );
  return scopes.filter((scope): scope is string => typeof scope === "string" && /^[\w.-]{1,100}$/.test(scope));
}

/** RFC 3339 with milliseconds of whatever HubSpot gives as a time: that, or milliseconds since 1970. */
export function timeOf(value: unknown): string | null {
  const time = typeof value === "string" && !/^\d+$/.test(value) ? Date.parse(value) : Number(value ?? Number.NaN);
  return Number.isNaN(time) ? null : iso(time);
}

export function* chunksOf<T>(list: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}

/** HubSpot's values are texts, and "" clears. */
export function textOf(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
