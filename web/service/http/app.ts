/** The HTTP face of the service: the same on Node and on edge runtimes. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Caller } from "../store/model.js";
import { AccountTaken } from "../store/store.js";
import { traceOf } from "../trace.js";
import { Attempts } from "./attempts.js";
import { auditRoutes } from "./audit.js";
import { byKeyOrSession } from "./authenticate.js";
import { jsonBody } from "./body.js";
import { contactRoutes } from "./contacts.js";
import { deadLetterRoutes } from "./dead-letters.js";
import { doctorRoutes } from "./doctor.js";
import { documented, openApiInfo } from "./document.js";
import { draftRoutes } from "./drafts.js";
import { healthRoutes } from "./health.js";
import { integrationRoutes } from "./integrations.js";
import { keyRoutes } from "./keys.js";
import { type LogEntry, type LoggedError, logged } from "./log.js";
import { mappingRoutes } from "./mappings.js";
import { mistakes } from "./mistakes.js";
import { oauthRoutes } from "./oauth.js";
import { NotNow } from "./operations.js";
import type { HttpOptions } from "./options.js";
import { pauseRoutes } from "./pauses.js";
import { previewRoutes } from "./preview.js";
import { Problem, problemAnswer } from "./problem.js";
import { reviewRoutes } from "./reviews.js";
import { allows, type Route } from "./route.js";
import { runRoutes } from "./runs.js";
import { sessionRoutes } from "./session.js";
import { name as sessionName } from "./session-cookie.js";
import { WakeBuckets } from "./wake-limit.js";
import { webhookRoutes } from "./webhooks.js";

/** All of them; OpenAPI's document and the one that serves it come of the app. */
export const routes: readonly Route[] = [
  ...webhookRoutes,
  ...contactRoutes,
  ...integrationRoutes,
  ...oauthRoutes,
  ...doctorRoutes,
  ...mappingRoutes,
  ...draftRoutes,
  ...pauseRoutes,
  ...previewRoutes,
  ...reviewRoutes,
  ...runRoutes,
  ...auditRoutes,
  ...deadLetterRoutes,
  ...sessionRoutes,
  ...keyRoutes,
  ...healthRoutes,
];

/** What is known of a request by the time it is logged. */
interface Seen {
  route: string;
  trace: string;
  tenant?: string;
  unknownAccounts?: number;
  error?: LoggedError;
}
type Env = { Variables: { seen: Seen } };

export function createApp(options: HttpOptions): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>();
  const { clock, authenticate = byKeyOrSession(options.store, options.clock) } = options;
  const buckets = new WakeBuckets(clock, options.wakeLimit);
  const attempts = new Attempts(clock);

  app.use(async (c, next) => {
    const start = clock.now();
    const seen: Seen = { route: "unknown", trace: traceOf(c.req.header("traceparent")) };
    c.set("seen", seen);
    await next();
    c.res.headers.set("x-trace-id", seen.trace);
    for (const [name, value] of securityHeaders) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    const entry: LogEntry = { ...seen, status: c.res.status, milliseconds: clock.now() - start };
    try {
      options.log?.(entry);
    } catch {} // what was done is done, whether it can be written down or not
  });

  for (const route of routes) {
    app.openAPIRegistry.registerPath(documented(route));
    app.on(route.method, honoPath(route.path), async (c) => {
      c.get("seen").route = `${route.method.toUpperCase()} ${route.path}`;
      try {
        return await answer(route, c);
      } catch (error) {
        return refusal(error, route, c.get("seen"));
      }
    });
  }
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", { type: "http", scheme: "bearer" });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    ...{ type: "apiKey", in: "cookie", name: sessionName },
  });
  app.get("/openapi.json", (c) => {
    c.get("seen").route = "GET /openapi.json";
    return c.json(app.getOpenAPI31Document(openApiInfo));
  });

  for (const path of new Set([...routes.map((route) => route.path), "/openapi.json"])) {
    app.all(honoPath(path), () => {
      const methods = routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
      const refused = problemAnswer("method-not-allowed");
      refused.headers.set("allow", [...new Set(methods.length > 0 ? methods : ["GET"])].join(", "));
      return refused;
    });
  }
  app.notFound(() => problemAnswer("not-found"));
  // Whatever is thrown outside of a route, such as by a path that is no UTF-8.
  app.onError((error, c) => refusal(error, { retry: false }, c.get("seen")));
  return app;

  async function answer(route: Route, c: Context<Env>): Promise<Response> {
    const seen = c.get("seen");
    const request = c.req.raw;
    let caller: Caller | null = null;
    if (route.roles !== null) {
      caller = await authenticate(request);
      if (caller === null) throw new Problem("unauthenticated");
      seen.tenant = caller.tenant;
      if (!allows(route.roles, caller)) throw new Problem("forbidden");
    }
    const params = (route.params ?? noParams).safeParse(c.req.param());
    if (!params.success) throw new Problem("not-found");
    const query = route.query?.safeParse(c.req.query());
    if (query?.success === false) throw new Problem("invalid", { mistakes: mistakes("query", query.error) });
    const given = route.body && (await jsonBody(request, route.maximumBytes ?? defaultMaximumBytes));
    const body = route.body?.safeParse(given);
    if (body?.success === false) throw new Problem("invalid", { mistakes: mistakes("body", body.error) });
    const [store, operations] = [options.store.within(seen.trace), options.operations.within(seen.trace)];
    return route.handle({
      options: { ...options, store, operations },
      buckets,
      attempts,
      request,
      caller: caller as Caller,
      params: params.data,
      query: query?.data ?? {},
      body: body?.data,
      unknownAccounts: (count) => {
        seen.unknownAccounts = count;
      },
    });
  }
}

const defaultMaximumBytes = 1 << 16;
const noParams = { safeParse: (given: unknown) => ({ success: true as const, data: given as Record<string, string> }) };

const honoPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ":$1");

const securityHeaders = Object.entries({
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
});

/** What is answered to whatever was thrown; none of it says more than a code, field names and positions. */
function refusal(error: unknown, { retry = false }: Pick<Route, "retry">, seen: Seen | undefined): Response {
  if (error instanceof Problem) return problemAnswer(error.problem, error.more);
  if (error instanceof NotNow) return problemAnswer("not-now", { code: error.code });
  if (error instanceof AccountTaken) return problemAnswer("account-taken");
  if (seen !== undefined) seen.error = logged(error);
  return problemAnswer(retry ? "unavailable" : "internal");
}
