/** Requests to a CRM: guarded, in time, and with an answer that says whether they were sent at all. */
import { decode } from "../../../bindings/package/decode.js";
import { encode } from "../../../bindings/package/encode.js";
import type { Clock } from "../clock.js";
import type { Meter } from "../meter.js";
import { readBody } from "../webhooks/body.js";
import { allowedUrl, RequestRefused } from "./allowed-hosts.js";
import { type Credentials, CrmUnavailable } from "./client.js";
import type { RateLimit } from "./rate-limit.js";

export interface HttpOptions {
  fetch: typeof fetch;
  clock: Clock;
  /** The integration's own host or hosts, all of them within `crmHosts`: a token goes to no other organisation. */
  allowedHosts: readonly string[];
  /** Stand-ins of this machine, such as "http://127.0.0.1:4010"; none unless the configuration asks for it. */
  developmentHosts?: readonly string[];
  /** Of one request with its answer, in milliseconds; 30 seconds unless given. */
  timeout?: number;
  /** Of an answer; 32 MB unless given. */
  maximumBytes?: number;
  bucket?: RateLimit;
  /** None for requests that ask for tokens. */
  credentials?: Credentials;
  /** Told of each request that was made: how long until all of its answer was there. */
  asked?(outcome: Parameters<Meter["asked"]>[1], milliseconds: number): void;
  /** Asked right before each request that writes: what waited for its turn may have been paused meanwhile. */
  mayWrite?(): Promise<boolean>;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface RequestOptions {
  /** Sent as JSON; URLSearchParams as a form. */
  body?: unknown;
  headers?: Record<string, string>;
  /** May be sent again where the connection broke. */
  idempotent?: boolean;
  writes?: boolean;
}

export type HttpResult =
  /** `body` is the decoded JSON; undefined where there is none. The status is below 500. */
  | { sent: true; status: number; headers: Headers; body: unknown }
  /** Certainly not sent. */
  | { sent: false; why: string }
  /** Sent, or perhaps sent, and what became of it is not known; `status` where the answer was a 5xx. */
  | { sent: "unknown"; why: string; status: number | null; after: number };

export interface Http {
  /** Throws `CrmUnavailable` only: `RequestRefused`, "revoked" credentials, a rate limit; nothing was taken then. */
  request(method: Method, url: string, options?: RequestOptions): Promise<HttpResult>;
}

export function createHttp(options: HttpOptions): Http {
  const { credentials, bucket } = options;

  async function request(method: Method, url: string, given: RequestOptions = {}): Promise<HttpResult> {
    const to = allowedUrl(url, options.allowedHosts, options.developmentHosts);
    if (credentials === undefined) return attempt(options, method, to, given);
    const turn = async (token: string): Promise<HttpResult> => {
      await bucket?.take();
      if (given.writes && (await options.mayWrite?.()) === false) return { sent: false, why: "paused" };
      return attempt(options, method, to, authorized(given, token));
    };
    let token = await credentials.token();
    // The first renewal may give what another process has stored long ago, and what has ended since as well.
    for (let renewals = 0; ; renewals++) {
      const result = await turn(token);
      if (result.sent !== true || result.status !== 401) return result;
      if (renewals === 2) throw new CrmUnavailable("revoked", "401 with a new token");
      token = await credentials.renew(token);
    }
  }

  return {
    async request(method, url, given = {}) {
      const result = await request(method, url, given);
      const broke = result.sent === "unknown" && result.why === brokenConnection;
      return broke && given.idempotent ? request(method, url, given) : result;
    },
  };
}

const brokenConnection = "broken connection";
const timedOut = "time-out";

function authorized(given: RequestOptions, token: string): RequestOptions {
  return { ...given, headers: { ...given.headers, authorization: `Bearer ${token}` } };
}

async function attempt(options: HttpOptions, method: Method, url: URL, given: RequestOptions): Promise<HttpResult> {
  const { timeout = 30_000, maximumBytes = 32_000_000, clock } = options;
  const start = clock.now();
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<HttpResult>((resolve) => {
    timer = setTimeout(() => {
      resolve(unknown(timedOut));
      abort.abort();
    }, timeout);
  });
  try {
    const result = await Promise.race([
      late,
      exchange(options.fetch, method, url, given, abort.signal, maximumBytes, clock),
    ]);
    options.asked?.(outcomeOf(result), clock.now() - start);
    return result;
  } finally {
    clearTimeout(timer);
  }
}

const outcomeOf = (result: HttpResult) =>
  (result.sent !== false && result.status) ||
  (result.sent === "unknown" && result.why === timedOut ? timedOut : "failed");

async function exchange(
  fetchIt: typeof fetch,
  method: Method,
  url: URL,
  { body, headers }: RequestOptions,
  signal: AbortSignal,
  maximumBytes: number,
  clock: Clock,
): Promise<HttpResult> {
  const init: RequestInit = { method, redirect: "manual", signal, headers: { accept: "application/json", ...headers } };
  if (body instanceof URLSearchParams) init.body = body;
  else if (body !== undefined) {
    init.body = encode(body, "the request");
    init.headers = { "content-type": "application/json", ...init.headers };
  }
  let response: Response;
  try {
    response = await fetchIt(url.href, init);
  } catch (error) {
    return wasNotSent(error) ? { sent: false, why: codeOf(error) ?? "no connection" } : unknown(brokenConnection);
  }
  if (
    response.type === "opaqueredirect" ||
    (response.status >= 300 && response.status < 400 && response.status !== 304)
  ) {
    await response.body?.cancel().catch(() => undefined);
    throw new RequestRefused("redirect");
  }
  let bytes: Uint8Array | null;
  try {
    bytes = await readBody(response, maximumBytes);
  } catch {
    return unknown(brokenConnection);
  }
  if (response.status >= 500) {
    return { ...unknown(`HTTP ${response.status}`, response.status), after: retryAfter(response.headers, clock) };
  }
  const content = bytes === null ? null : parsed(bytes);
  // What an error says is a help only; what a success says is the outcome.
  if (content === null && response.ok) return unknown(bytes === null ? "answer too large" : "answer is no JSON");
  return { sent: true, status: response.status, headers: response.headers, body: content?.value };
}

function unknown(why: string, status: number | null = null): Extract<HttpResult, { sent: "unknown" }> {
  return { sent: "unknown", why, status, after: 0 };
}

function parsed(bytes: Uint8Array): { value: unknown } | null {
  if (bytes.length === 0) return { value: undefined };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    JSON.parse(text); // `decode` keeps long integers exact, and takes valid JSON only
    return { value: decode(text) };
  } catch {
    return null;
  }
}

/** Milliseconds that a `Retry-After` asks for, in seconds or as a date; 0 without one. */
export function retryAfter(headers: Headers, clock: Clock): number {
  const given = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(given)) return Math.ceil(Number(given) * 1000);
  const date = Date.parse(given);
  return Number.isNaN(date) ? 0 : Math.max(0, date - clock.now());
}

/** Errors of Node's and Bun's fetch from before a connection stood. Everything else may have come after. */
const beforeSending =
  /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|ConnectionRefused|FailedToOpenSocket|E(HOST|NET)UNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|(DEPTH_ZERO_)?SELF_SIGNED_CERT\w*|UNABLE_TO_\w+)$/;

function wasNotSent(error: unknown): boolean {
  return beforeSending.test(codeOf(error) ?? "");
}

/** The system's code, somewhere down the causes. */
function codeOf(error: unknown): string | undefined {
  for (let depth = 0, at = error; depth < 5 && typeof at === "object" && at !== null; depth++) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (typeof code === "string") return code;
    at = cause;
  }
  return undefined;
}
