/** The REST resources, by method and path; Composite's subrequests go the same way as requests of their own. */
import { decode } from "../../../bindings/package/decode.js";
import { behaves } from "../behaviours.js";
import { deleted, updated } from "./changes.js";
import { removeAll, upsert } from "./collections.js";
import { described } from "./describe.js";
import { errorBody, Refused, refuse } from "./errors.js";
import { eighteen, type ObjectName, objectOf } from "./ids.js";
import type { Session, State } from "./state.js";
import { conditioned, notFound, update } from "./writes.js";

export interface Asked {
  method: string;
  /** With the query. */
  url: URL;
  /** Decoded JSON. */
  body: unknown;
}
export interface Answered {
  status: number;
  /** Undefined: none. */
  body?: unknown;
}

interface Resource {
  method: string;
  path: RegExp;
  answer(state: State, session: Session, asked: Asked, parts: string[]): Answered;
}

const ok = (body: unknown): Answered => ({ status: 200, body });

function objectNamed({ schema }: State, name = ""): ObjectName {
  const object = schema.object(name);
  if (object === null) throw refuse(404, "NOT_FOUND", "The requested resource does not exist");
  return object;
}

const resources: Resource[] = [
  {
    method: "GET",
    path: /^query(All)?\/?$/,
    answer({ id, queries }, { version }, { url }, [all]) {
      const text = url.searchParams.get("q") ?? "";
      if (text === "SELECT Id FROM Organization LIMIT 1")
        return ok({ totalSize: 1, done: true, records: [{ Id: id }] });
      return ok(queries.shared(text) ?? queries.run(text, version, all !== undefined));
    },
  },
  {
    method: "GET",
    path: /^query(?:All)?\/([\w-]+)$/,
    answer: ({ queries }, _, __, [locator = ""]) => ok(queries.more(locator)),
  },
  {
    method: "GET",
    path: /^sobjects\/(\w+)\/(updated|deleted)\/?$/,
    answer(state, _, { url }, [name, list]) {
      const told = list === "updated" ? updated : deleted;
      const object = objectNamed(state, name);
      return ok(told(state.records, object, state.clock.now(), url.searchParams, state.limits.changedIds));
    },
  },
  {
    method: "GET",
    path: /^sobjects\/(\w+)\/describe\/?$/,
    answer: (state, _, __, [name]) => ok(described(state.schema, objectNamed(state, name))),
  },
  {
    method: "PATCH",
    path: /^composite\/sobjects\/(\w+)\/(\w+)$/,
    answer(state, session, { body }, [name, keyField = ""]) {
      return ok(upsert(state, session, objectNamed(state, name), keyField, body));
    },
  },
  {
    method: "DELETE",
    path: /^composite\/sobjects\/?$/,
    answer: (state, session, { url }) => ok(removeAll(state, session, url.searchParams)),
  },
  {
    method: "PATCH",
    path: /^sobjects\/(\w+)\/(\w{15}|\w{18})$/,
    answer(state, session, { body }, [name, given = ""]) {
      const object = objectNamed(state, name);
      const id = eighteen(given);
      if (id === null || objectOf(id) !== object) throw notFound();
      if (typeof body !== "object" || body === null) throw refuse(400, "JSON_PARSER_ERROR", "the body is no object");
      conditioned(state, id, session.headers.get("if-unmodified-since"));
      update(state, id, body as Record<string, unknown>, session.author);
      return { status: 204 };
    },
  },
  { method: "POST", path: /^composite\/?$/, answer: (state, session, { body }) => ok(composite(state, session, body)) },
];

behaves(
  "salesforce",
  "documented",
  "Composite runs up to 25 subrequests in their order, five of them queries or collections; each has its own status.",
  "REST API Developer Guide, Composite",
);
behaves(
  "salesforce",
  "documented",
  "A subrequest has headers of its own, except Accept, Authorization and Content-Type.",
  "REST API Developer Guide, Composite Subrequest",
);
behaves(
  "salesforce",
  "assumed",
  "Without allOrNone, a subrequest that is refused keeps none after it from being done; without references between them.",
  "documented for subrequests that refer to each other only",
);

interface Subrequest {
  method?: unknown;
  url?: unknown;
  referenceId?: unknown;
  httpHeaders?: Record<string, string>;
  body?: unknown;
}

function composite(state: State, session: Session, body: unknown) {
  const { compositeRequest, allOrNone } = (body ?? {}) as { compositeRequest?: unknown; allOrNone?: unknown };
  if (!Array.isArray(compositeRequest) || compositeRequest.length === 0) {
    throw refuse(400, "JSON_PARSER_ERROR", "compositeRequest is no list");
  }
  if (allOrNone === true) throw refuse(400, "FEATURE_NOT_ENABLED", "allOrNone is not known here");
  const parts = compositeRequest as Subrequest[];
  if (parts.length > 25) throw refuse(400, "LIMIT_EXCEEDED", "The limit of 25 subrequests is exceeded.");
  if (parts.filter(({ url }) => /\/(?:query|composite)/.test(String(url))).length > 5) {
    throw refuse(400, "LIMIT_EXCEEDED", "The limit of 5 query or collection subrequests is exceeded.");
  }
  const names = new Set<unknown>();
  for (const { method, url, referenceId } of parts) {
    const isWhole = typeof method === "string" && typeof url === "string" && url.startsWith("/services/data/");
    if (!isWhole || typeof referenceId !== "string" || !/^\w+$/.test(referenceId) || names.has(referenceId)) {
      throw refuse(400, "JSON_PARSER_ERROR", "a subrequest lacks a method, a url or a referenceId of its own");
    }
    names.add(referenceId);
  }
  const compositeResponse = parts.map(({ method, url, referenceId, httpHeaders, body: own }) => {
    const headers = new Headers(session.headers);
    for (const [name, value] of Object.entries(httpHeaders ?? {})) {
      if (/^(?:accept|authorization|content-type)$/i.test(name)) {
        throw refuse(400, "INVALID_HTTP_HEADER", `${name} is not a subrequest's`);
      }
      headers.set(name, value);
    }
    const asked = { method: method as string, url: new URL(url as string, "https://salesforce.invalid"), body: own };
    const { status, body: answer = null } = answerTo(state, { ...session, headers }, asked);
    return { body: answer, httpHeaders: {}, httpStatusCode: status, referenceId };
  });
  return { compositeResponse };
}

/** What is refused is an answer, too. */
export function answerTo(state: State, session: Session, asked: Asked): Answered {
  try {
    const [, version, path = ""] = /^\/services\/data\/(v\d{2,3}\.0)\/(.+)$/.exec(asked.url.pathname) ?? [];
    const found = resources.filter((one) => version !== undefined && one.path.test(path));
    const resource = found.find(({ method }) => method === asked.method);
    if (found.length === 0) throw refuse(404, "NOT_FOUND", "The requested resource does not exist");
    if (resource === undefined) {
      throw refuse(405, "METHOD_NOT_ALLOWED", `HTTP Method '${asked.method}' not allowed.`);
    }
    const parts = (resource.path.exec(path) ?? []).slice(1);
    return resource.answer(state, { ...session, version: version as string }, asked, parts);
  } catch (error) {
    if (error instanceof Refused) return { status: error.status, body: errorBody(error.refusals) };
    throw error;
  }
}

export function bodyOf(text: string): unknown {
  if (text === "") return undefined;
  try {
    JSON.parse(text); // `decode` keeps long integers exact, and takes valid JSON only
    return decode(text);
  } catch {
    throw refuse(400, "JSON_PARSER_ERROR", "the body is no JSON");
  }
}
