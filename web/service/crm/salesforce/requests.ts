/** Requests to one organisation, and what its answers say beside their bodies: its clock, and how much of the day's calls is used. */
import type { Clock } from "../../clock.js";
import { type CrmClient, CrmUnavailable } from "../client.js";
import type { Http, HttpResult, Method, RequestOptions } from "../http.js";
import type { RateLimit } from "../rate-limit.js";
import { standingHeaders } from "./api.js";
import { errorsOf, type SalesforceError, unavailable, waitFor } from "./errors.js";

export interface Answer {
  status: number;
  body: unknown;
  errors: SalesforceError[];
}

export interface Requests {
  /** For reading: throws `CrmUnavailable` where there is no answer, or one that says so. */
  read(method: Method, path: string, options?: RequestOptions): Promise<Answer>;
  /** For writing: "unknown" where it may have been taken. Throws `CrmUnavailable` where certainly nothing was. */
  write(method: Method, path: string, options?: RequestOptions): Promise<Answer | { unknown: string }>;
  /** Of the calls of the last 24 hours; null before the first answer. */
  quota: CrmClient["quota"];
  /** The organisation's time at a time of ours, or somewhat less; null before the first answer. */
  theirTime(ours: number): number | null;
}

export interface RequestsOptions {
  http: Http;
  baseUrl: string;
  clock: Clock;
  /** The same that `http` waits for. */
  bucket?: RateLimit;
}

/** Where nothing says how long. */
const soon = 5_000;

export function createRequests({ http, baseUrl, clock, bucket }: RequestsOptions): Requests {
  let quota: ReturnType<CrmClient["quota"]> = null;
  let ahead: number | null = null;

  function noted({ status, headers, body }: Extract<HttpResult, { sent: true }>): Answer {
    const [, used, limit] = /api-usage=(\d+)\/(\d+)/.exec(headers.get("sforce-limit-info") ?? "") ?? [];
    if (used !== undefined && limit !== undefined)
      quota = { limit: Number(limit), left: Math.max(0, Number(limit) - Number(used)), at: clock.now() };
    const date = Date.parse(headers.get("date") ?? "");
    // The header's second had begun before the answer came: their clock is at least so far ahead.
    if (!Number.isNaN(date)) ahead = date - clock.now();
    const errors = status >= 400 ? errorsOf(body) : [];
    const wait = status >= 400 ? waitFor(status, errors) : null;
    if (wait !== null && (status === 403 || status === 420 || status === 429)) bucket?.hold(clock.now() + wait);
    return { status, body, errors };
  }

  const send = (method: Method, path: string, options: RequestOptions = {}) =>
    http.request(method, new URL(path, baseUrl).href, {
      ...options,
      headers: { ...standingHeaders, ...options.headers },
    });

  return {
    async read(method, path, options) {
      const result = await send(method, path, { ...options, idempotent: true });
      if (result.sent === true) return noted(result);
      const after = result.sent === "unknown" ? result.after : 0;
      throw new CrmUnavailable("later", result.why, after || soon);
    },
    async write(method, path, options) {
      const result = await send(method, path, { ...options, writes: true });
      if (result.sent === "unknown") return { unknown: result.why };
      if (result.sent === false) throw new CrmUnavailable("later", result.why, soon);
      const answer = noted(result);
      // Refused before any record was looked at.
      if ([401, 403, 420, 429].includes(answer.status)) throw unavailable(answer.status, answer.errors);
      return answer;
    },
    quota: () => quota,
    theirTime: (ours) => (ahead === null ? null : ours + ahead),
  };
}
