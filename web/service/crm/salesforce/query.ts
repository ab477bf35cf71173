/** Queries: in pages, in pieces that fit a URI, and without the fields that the user may not see. */
import { CrmUnavailable } from "../client.js";
import { dataPath, maximumUri } from "./api.js";
import { namedIn, type SalesforceError, unavailable } from "./errors.js";
import type { Requests } from "./requests.js";
import { isPath, type Select, soql } from "./soql.js";

export type Row = Record<string, unknown>;

export interface Found {
  rows: Row[];
  /** Those of the fields that Salesforce knows and lets us read. */
  fields: string[];
}

/** `query` leaves out what was deleted or merged away; `queryAll` does not. */
export type Resource = "query" | "queryAll";

/** As it stands in a URI, where quotes are escaped too, so that its length is told before it is sent. */
export const inUri = (text: string) => encodeURIComponent(text).replaceAll("'", "%27");

const queryPath = (resource: Resource, text: string) => `${dataPath}/${resource}?q=${inUri(text)}`;

/** Where a page goes on: a path of this organisation, and of nothing but queries. */
const nextPage = /^\/services\/data\/v\d{2,3}\.0\/query(?:All)?\/[A-Za-z0-9_-]{1,200}$/;

/** All rows; the errors where Salesforce refuses the query. */
async function pages(requests: Requests, path: string): Promise<Row[] | { status: number; errors: SalesforceError[] }> {
  const rows: Row[] = [];
  for (let at: string | null = path; at !== null; ) {
    const { status, body, errors } = await requests.read("GET", at);
    if (status !== 200) return { status, errors };
    const { records, done, nextRecordsUrl } = (body ?? {}) as Record<string, unknown>;
    if (!Array.isArray(records)) throw new CrmUnavailable("broken", "a query's answer has no records");
    for (const record of records) rows.push(record as Row);
    if (done !== false) at = null;
    else if (typeof nextRecordsUrl === "string" && nextPage.test(nextRecordsUrl)) at = nextRecordsUrl;
    else throw new CrmUnavailable("broken", "nextRecordsUrl is no path of a query");
  }
  return rows;
}

/** `always` are fields that every such object has; of `wanted` the unknown ones are left out. */
export async function select(
  requests: Requests,
  resource: Resource,
  always: readonly string[],
  wanted: readonly string[],
  rest: Omit<Select, "fields">,
): Promise<Found> {
  let fields = wanted.filter(isPath);
  for (;;) {
    const unasked = fields.filter((field) => !has(always, field));
    const found = await inPieces(requests, resource, { ...rest, fields: [...unasked, ...always] });
    if (Array.isArray(found)) return { rows: found, fields };
    const refused = found.errors.flatMap((error) => namedIn(error, unasked));
    if (refused.length === 0) throw unavailable(found.status, found.errors);
    fields = fields.filter((field) => !refused.includes(field));
  }
}

const has = (names: readonly string[], name: string) => names.some((one) => one.toLowerCase() === name.toLowerCase());

/** Lists of values are cut so that each query fits; where Salesforce finds it too long all the same, in half. */
async function inPieces(
  requests: Requests,
  resource: Resource,
  whole: Select,
): Promise<Awaited<ReturnType<typeof pages>>> {
  if (whole.among === undefined) return pages(requests, queryPath(resource, soql(whole)));
  const { field, literals } = whole.among;
  const room = maximumUri - queryPath(resource, soql({ ...whole, among: { field, literals: [] } })).length;
  const waiting = pieces(literals, room);
  const rows: Row[] = [];
  for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) {
    const found = await pages(requests, queryPath(resource, soql({ ...whole, among: { field, literals: piece } })));
    if (Array.isArray(found)) {
      for (const row of found) rows.push(row);
    } else if ((found.status === 414 || found.status === 431) && piece.length > 1) {
      const half = Math.ceil(piece.length / 2);
      waiting.unshift(piece.slice(0, half), piece.slice(half));
    } else {
      return found;
    }
  }
  return rows;
}

/** In runs of at most so many characters of a URI, at least one each. */
function pieces(literals: readonly string[], room: number): string[][] {
  const cut: string[][] = [];
  let left = 0;
  for (const literal of literals) {
    const size = inUri(`${literal},`).length;
    if (cut.length === 0 || size > left) {
      cut.push([]);
      left = room;
    }
    cut.at(-1)?.push(literal);
    left -= size;
  }
  return cut;
}

/** Without what Salesforce tells of the record's type and address, there and in related records. */
export function withoutAttributes(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { attributes: _, ...rest } = value as Row;
  return Object.fromEntries(Object.entries(rest).map(([name, member]) => [name, withoutAttributes(member)]));
}
