/**
 * What changed, by search. Every query is a first page: it starts from the last time that was seen, and within one
 * millisecond from the last id, so that neither equal times nor the cap of 10,000 results hide anything.
 *
 * The index lags: each pass begins again `overlap` before the last one began, and leaves out what it had told already.
 * Search never shows archived records; their list is read through at the end of a pass.
 */
import type { Clock } from "../../clock.js";
import type { ChangePage, Cursor } from "../client.js";
import { contacts, type HubSpotApi, type HubSpotContact } from "./api.js";
import { objectOf } from "./hubspot-error.js";
import { isId, listed } from "./read.js";

export interface ChangesOptions {
  /** Of a page of the search; 200, HubSpot's largest, unless given. */
  pageSize: number;
  /** How long HubSpot may take to index a change, in milliseconds. */
  overlap: number;
  /** Whether the archived records are read through in each pass. */
  archived: boolean;
  /** How many of those told already are remembered; the oldest are told once more. */
  remembers: number;
}

export const changesDefaults: ChangesOptions = { pageSize: 200, overlap: 300_000, archived: true, remembers: 10_000 };

/** The cursor's form: plain JSON. All times in milliseconds since 1970, by HubSpot's clock. */
interface Position {
  /** All changes until then have been told. */
  watermark: number;
  /** The pass under way. */
  pass: Pass | null;
  /** What was told of the time since the watermark: the time of the change by id, "-" before it of an archived one. */
  told: Record<string, number>;
}

interface Pass {
  started: number;
  /** Changes from then on. */
  from: number;
  /** Within that very millisecond: ids beyond this one. */
  beyond: string | null;
  /** Where the list of archived records goes on; absent while the search is under way. */
  archivedAfter?: string | null;
}

const modified = "lastmodifieddate";
const ownId = "hs_object_id";
const mergedIds = "hs_merged_object_ids";

export async function readChanges(
  api: HubSpotApi,
  clock: Clock,
  options: ChangesOptions,
  cursor: Cursor | null,
): Promise<ChangePage> {
  // Our clock may be ahead of HubSpot's, so "from now on" begins a little earlier.
  const position = positionOf(cursor) ?? { watermark: clock.now() - options.overlap, pass: null, told: {} };
  if (cursor === null) return { ids: [], cursor: { ...position }, more: false };
  const pass = position.pass ?? { started: 0, from: position.watermark, beyond: null };
  const page = pass.archivedAfter === undefined ? searched(api, options, pass) : archivedPage(api, pass, position);
  const { next, found, at } = await page;
  const told = { ...position.told };
  const ids = new Set<string>();
  for (const { id, time, archived, merged } of found) {
    const name = archived ? `-${id}` : id;
    if (told[name] === time) continue;
    told[name] = time;
    for (const each of [id, ...merged]) ids.add(each);
  }
  const started = pass.started === 0 ? Math.min(at, clock.now()) : pass.started;
  // Later changes than this may be missing from the index still.
  const indexed = Math.max(position.watermark, started - options.overlap);
  const archives = next === null && pass.archivedAfter === undefined && options.archived;
  const rest: Pass | null = archives ? { ...pass, archivedAfter: null } : next;
  const moved: Position = {
    watermark: rest === null ? indexed : position.watermark,
    pass: rest === null ? null : { ...rest, started },
    told: kept(told, rest === null ? indexed : Math.min(rest.from, indexed), options.remembers),
  };
  return { ids: [...ids], cursor: { ...moved }, more: rest !== null };
}

interface Page {
  /** Null after the last one. */
  next: Pass | null;
  found: { id: string; time: number; archived: boolean; merged: string[] }[];
  /** HubSpot's time. */
  at: number;
}

async function searched(api: HubSpotApi, { pageSize }: ChangesOptions, pass: Pass): Promise<Page> {
  const { from, beyond } = pass;
  const filters =
    beyond === null
      ? [{ propertyName: modified, operator: "GTE", value: String(from) }]
      : [
          { propertyName: modified, operator: "EQ", value: String(from) },
          { propertyName: ownId, operator: "GT", value: beyond },
        ];
  const { results, at } = await api.ask("POST", contacts("/search"), {
    filterGroups: [{ filters }],
    sorts: [{ propertyName: beyond === null ? modified : ownId, direction: "ASCENDING" }],
    properties: [modified, mergedIds],
    limit: pageSize,
  });
  const found = results.map((contact) => ({
    id: contact.id,
    time: timeOf(contact.properties[modified] ?? contact.updatedAt),
    archived: false,
    merged: listed(contact.properties[mergedIds]).filter(isId),
  }));
  const full = results.length >= pageSize;
  const last = found.at(-1);
  if (beyond !== null) {
    const next = full && last !== undefined ? { ...pass, beyond: last.id } : { ...pass, from: from + 1, beyond: null };
    return { next, found, at };
  }
  if (!full || last === undefined) return { next: null, found, at };
  // A whole page of one moment: more of them than a page holds are told apart by their ids only.
  const next = last.time > from ? { ...pass, from: last.time } : { ...pass, beyond: "0" };
  return { next, found, at };
}

async function archivedPage(api: HubSpotApi, pass: Pass, { watermark }: Position): Promise<Page> {
  const after = pass.archivedAfter ?? null;
  const query = new URLSearchParams({
    limit: "100",
    archived: "true",
    properties: ownId,
    ...(after === null ? {} : { after }),
  });
  const { results, body, at } = await api.ask("GET", contacts(`?${query}`));
  const found = results.flatMap((contact) => {
    const time = timeOf(contact.archivedAt);
    return time >= watermark ? [{ id: contact.id, time, archived: true, merged: [] }] : [];
  });
  const next = nextOf(body);
  return { next: next === null ? null : { ...pass, archivedAfter: next }, found, at };
}

/** A page of the ids of all live records. */
export async function listContacts(api: HubSpotApi, after: string | null) {
  const query = new URLSearchParams({
    limit: "100",
    archived: "false",
    properties: ownId,
    ...(after === null ? {} : { after }),
  });
  const { results, body } = await api.ask("GET", contacts(`?${query}`));
  return { ids: results.map(({ id }: HubSpotContact) => id), next: nextOf(body) };
}

/** About how many live records there are, which only the search tells; null where it does not. */
export async function countContacts(api: HubSpotApi): Promise<number | null> {
  const { body } = await api.ask("POST", contacts("/search"), { filterGroups: [], properties: [ownId], limit: 1 });
  return typeof body.total === "number" ? body.total : null;
}

/** Where to go on. The `link` beside it is a URL from a payload, and is not followed. */
function nextOf(body: Record<string, unknown>): string | null {
  const after = objectOf(objectOf(body.paging).next).after;
  return typeof after === "string" || typeof after === "number" ? String(after) : null;
}

/** What can be come upon again, and no more than that many: the newest. */
function kept(told: Record<string, number>, since: number, remembers: number): Record<string, number> {
  const still = Object.entries(told).filter(([, time]) => time >= since);
  if (still.length <= remembers) return Object.fromEntries(still);
  return Object.fromEntries(still.sort(([, one], [, other]) => other - one).slice(0, remembers));
}

function timeOf(value: unknown): number {
  const time = typeof value === "string" && !/^\d+$/.test(value) ? Date.parse(value) : Number(value);
  return Number.isNaN(time) ? 0 : time;
}

/** Null where it is none of ours. */
function positionOf(cursor: Cursor | null): Position | null {
  if (typeof cursor?.watermark !== "number") return null;
  const { watermark, pass, told } = cursor as unknown as Position;
  return { watermark, pass: pass ?? null, told: told ?? {} };
}
