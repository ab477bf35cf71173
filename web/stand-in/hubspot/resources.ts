/** The API's resources, by method and path. */
import { behaves } from "../behaviours.js";
import { archiveOne, batchArchive, forget } from "./archive.js";
import type { Answered } from "./batch.js";
import { batchCreate } from "./batch-create.js";
import { batchRead } from "./batch-read.js";
import { batchUpdate } from "./batch-update.js";
import { badRequest, Refused, refuse } from "./errors.js";
import { properties, property } from "./properties.js";
import { search } from "./search.js";
import { createOne, list, readOne, updateOne } from "./single.js";
import type { State } from "./state.js";
import * as statuses from "./statuses.js";

export interface Asked {
  method: string;
  /** With the query. */
  url: URL;
  text: string;
}

interface Given {
  url: URL;
  query: URLSearchParams;
  text: string;
  body: unknown;
}
type Resource = [method: string, path: RegExp, answer: (state: State, given: Given, parts: string[]) => Answered];

const ok = (body: unknown): Answered => ({ status: 200, body });

behaves(
  "hubspot",
  "documented",
  "Versions are dates in the paths, such as 2026-03 and 2026-09; v3 is answered in the same way until it ends.",
  "HubSpot, changelog on legacy APIs; Migration guide",
);

const contacts = (path: string) => new RegExp(`^/crm/(?:objects/\\d{4}-\\d\\d|v3/objects)/(?:contacts?|0-1)${path}$`);
const statusesOf = (path: string) =>
  new RegExp(`^/communication-preferences/(?:\\d{4}-\\d\\d|v4)/statuses/([^/]+)${path}$`);

const resources: Resource[] = [
  ["POST", contacts("/batch/read"), (state, { query, body }) => batchRead(state, query, body)],
  ["POST", contacts("/batch/create"), (state, { body }) => batchCreate(state, body)],
  ["POST", contacts("/batch/update"), (state, { body }) => batchUpdate(state, body)],
  ["POST", contacts("/batch/archive"), (state, { body }) => batchArchive(state, body)],
  ["POST", contacts("/gdpr-delete"), (state, { body }) => forget(state, body)],
  ["POST", contacts("/search"), (state, { text, body }) => ok(search(state, text, body))],
  ["GET", contacts(""), (state, { url }) => list(state, url)],
  ["POST", contacts(""), (state, { body }) => createOne(state, body)],
  ["GET", contacts("/([^/]+)"), (state, { query }, [id = ""]) => readOne(state, id, query)],
  ["PATCH", contacts("/([^/]+)"), (state, { query, body }, [id = ""]) => updateOne(state, id, query, body)],
  ["DELETE", contacts("/([^/]+)"), (state, _, [id = ""]) => archiveOne(state, id)],
  ["GET", /^\/crm\/(?:owners\/\d{4}-\d\d|v3\/owners)\/?$/, ({ owners }, { query }) => ok(owners.page(query))],
  ["GET", /^\/crm\/(?:properties\/\d{4}-\d\d|v3\/properties)\/(?:contacts?|0-1)$/, (state) => ok(properties(state))],
  [
    "GET",
    /^\/crm\/(?:properties\/\d{4}-\d\d|v3\/properties)\/(?:contacts?|0-1)\/(\w+)$/,
    (state, _, [name = ""]) => ok(property(state, name)),
  ],
  ["GET", statusesOf(""), (state, { query }, [email = ""]) => ok(statuses.read(state, email, query))],
  ["POST", statusesOf(""), (state, { body }, [email = ""]) => ok(statuses.set(state, email, body))],
  ["GET", statusesOf("/unsubscribe-all"), (state, _, [email = ""]) => ok(statuses.readAll(state, email))],
  [
    "POST",
    statusesOf("/unsubscribe-all"),
    (state, { query }, [email = ""]) => ok(statuses.unsubscribeAll(state, email, query)),
  ],
];

/** Throws `Refused`. */
export function answerTo(state: State, { method, url, text }: Asked): Answered {
  const found = resources.filter(([, path]) => path.test(url.pathname));
  if (found.length === 0) throw new Refused(404, { status: "error", message: "resource not found" });
  const resource = found.find(([wanted]) => wanted === method);
  if (resource === undefined) throw refuse(405, "METHOD_NOT_ALLOWED", `HTTP 405 Method Not Allowed: ${method}`);
  const [, path, answer] = resource;
  const parts = (path.exec(url.pathname) ?? []).slice(1).map(decodeURIComponent);
  return answer(state, { url, query: url.searchParams, text, body: bodyOf(text) }, parts);
}

function bodyOf(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("Invalid input JSON");
  }
}
