/** What the OpenAPI document says of a route. */
import { type RouteConfig, z } from "@hono/zod-openapi";
import { type ProblemName, problems } from "./problem.js";
import type { Route } from "./route.js";

export const openApiInfo = {
  openapi: "3.1.0",
  info: {
    title: "crm-sync",
    version: "1",
    description: "Two-way sync between PenguinMails and CRMs. Integers beyond 2^53 are exact, in both directions.",
  },
};

const problemSchema = z
  .looseObject({ type: z.string(), title: z.string(), status: z.number().int() })
  .openapi("Problem", { description: "RFC 9457" });

export function documented(route: Route): RouteConfig {
  const { method, path, summary, roles, params, query, body, answer } = route;
  const [status, schema] = answer;
  const mediaTypes = route.mediaTypes ?? (body ? ["application/json"] : []);
  const content = Object.fromEntries(mediaTypes.map((type) => [type, { schema: body ?? z.any() }]));
  return {
    method,
    path,
    summary,
    description: roles === null ? "No API key." : `Roles: ${roles.join(", ")}.`,
    security: roles === null ? [] : [{ apiKey: [] }, { session: [] }],
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(mediaTypes.length > 0 && { body: { content, required: true } }),
    },
    responses: {
      [status]: { description: "Done", ...(schema && { content: { "application/json": { schema } } }) },
      ...problemResponses(problemsOf(route)),
    },
  };
}

/** Those that follow from what the route takes, and its own. */
export function problemsOf({ method, roles, params, query, body, retry, problems: own = [] }: Route): ProblemName[] {
  return [
    ...(roles === null
      ? []
      : (["unauthenticated", "forbidden", ...(method === "get" ? [] : (["csrf"] as const))] as const)),
    ...(params ? (["not-found"] as const) : []),
    ...(body ? (["not-json", "wrong-content-type", "too-large"] as const) : []),
    ...(body || query ? (["invalid"] as const) : []),
    ...own,
    retry ? "unavailable" : "internal",
  ];
}

function problemResponses(names: readonly ProblemName[]): RouteConfig["responses"] {
  const meanings: Record<number, string[]> = {};
  for (const name of new Set(names)) {
    const [status, title] = problems[name];
    meanings[status] = [...(meanings[status] ?? []), `urn:crm-sync:problem:${name}: ${title}`];
  }
  const content = { "application/problem+json": { schema: problemSchema } };
  return Object.fromEntries(
    Object.entries(meanings).map(([status, of]) => [status, { description: of.join("\n"), content }]),
  );
}
