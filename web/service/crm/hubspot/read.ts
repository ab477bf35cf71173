/** Reading contacts as they are now, by id, by our key or by e-mail: never by search, whose index lags. */
import type { CrmRecord } from "../client.js";
import { chunksOf, contacts, type HubSpotApi, type HubSpotContact, textOf, timeOf, type Version } from "./api.js";

/** HubSpot's limits of a batch: "the maximum number of inputs supported … for property histories is 50". */
const atOnce = 100;
const atOnceWithHistory = 50;
const mergedIds = "hs_merged_object_ids";
const additionalEmails = "hs_additional_emails";

export interface ReadOptions {
  /** Whose times are wanted; each needs its history. */
  history?: readonly string[];
  archived?: boolean;
  idProperty?: string;
}

/** The contacts as HubSpot answers for them, in no order; those that are not there are missing. */
export async function batchRead(
  api: HubSpotApi,
  ids: readonly string[],
  properties: readonly string[],
  { history = [], archived = false, idProperty }: ReadOptions = {},
): Promise<HubSpotContact[]> {
  const found: HubSpotContact[] = [];
  for (const chunk of chunksOf([...new Set(ids)], history.length > 0 ? atOnceWithHistory : atOnce)) {
    const { results } = await api.ask("POST", contacts(`/batch/read?archived=${archived}`), {
      inputs: chunk.map((id) => ({ id })),
      properties,
      propertiesWithHistory: history,
      ...(idProperty === undefined ? {} : { idProperty }),
    });
    found.push(...results);
  }
  return found;
}

/** `forgotten`: which of these ids stand for persons who asked to be forgotten; HubSpot cannot be asked any more. */
export async function readContacts(
  api: HubSpotApi,
  ids: readonly string[],
  fields: readonly string[],
  forgotten: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<Map<string, CrmRecord | null>> {
  const found = new Map<string, CrmRecord | null>(ids.map((id) => [id, null]));
  const missing = () => [...found].flatMap(([id, record]) => (record === null && isId(id) ? [id] : []));
  const take = (answered: readonly HubSpotContact[], asked: readonly string[]) => {
    const holders = byId(answered);
    for (const id of asked) {
      const contact = holders.get(id);
      if (contact !== undefined) found.set(id, recordOf(contact, fields));
    }
  };
  const properties = [...new Set([...fields, mergedIds])];
  for (const archived of [false, true]) {
    const asked = missing();
    if (asked.length === 0) return found;
    take(await batchRead(api, asked, properties, { history: fields, archived }), asked);
  }
  // The batch knows records by their own ids only; one that was merged away is found by asking for it alone.
  for (const id of missing()) {
    const query = new URLSearchParams({ properties: properties.join(","), propertiesWithHistory: fields.join(",") });
    const { body } = await api.ask("GET", contacts(`/${id}?${query}`));
    if (typeof body.id === "string") found.set(id, recordOf(body as unknown as HubSpotContact, fields));
  }
  const gone = missing();
  if (gone.length > 0) {
    for (const id of await forgotten(gone)) {
      if (found.get(id) === null) found.set(id, { id, record: {}, fetched: [], updatedAt: null, deleted: "privacy" });
    }
  }
  return found;
}

/** By each id that leads to it: its own, and those that were merged into it. */
function byId(answered: readonly HubSpotContact[]): Map<string, HubSpotContact> {
  const holders = new Map<string, HubSpotContact>();
  for (const contact of answered) {
    for (const id of listed(contact.properties[mergedIds])) holders.set(id, contact);
  }
  for (const contact of answered) holders.set(contact.id, contact);
  return holders;
}

export async function findByKey(
  api: HubSpotApi,
  keyField: string,
  keys: readonly string[],
  fields: readonly string[],
): Promise<Map<string, CrmRecord>> {
  const found = new Map<string, CrmRecord>();
  const answered = await readBy(api, keyField, keys, [keyField], fields);
  for (const contact of answered) {
    const key = fold(textOf(contact.properties[keyField]));
    for (const asked of keys) if (fold(asked) === key) found.set(asked, recordOf(contact, fields));
  }
  return found;
}

export async function findByEmail(
  api: HubSpotApi,
  emails: readonly string[],
  fields: readonly string[],
): Promise<Map<string, CrmRecord[]>> {
  const found = new Map<string, CrmRecord[]>(emails.map((email) => [email, []]));
  for (const contact of await readBy(api, "email", emails, ["email", additionalEmails], fields)) {
    const addresses = [contact.properties.email, ...listed(contact.properties[additionalEmails])].map((each) =>
      fold(textOf(each)),
    );
    for (const [asked, records] of found) {
      if (addresses.includes(fold(asked))) records.push(recordOf(contact, fields));
    }
  }
  return found;
}

/** The same value in another case is the same to HubSpot, and twice in a batch refuses the batch. */
async function readBy(
  api: HubSpotApi,
  idProperty: string,
  values: readonly string[],
  more: readonly string[],
  fields: readonly string[],
): Promise<HubSpotContact[]> {
  const asked = new Map(values.flatMap((value) => (value.trim() === "" ? [] : [[fold(value), value] as const])));
  const properties = [...new Set([...fields, ...more])];
  const answered = await batchRead(api, [...asked.values()], properties, { history: fields, idProperty });
  // Two addresses of one contact answer with it twice.
  return [...new Map(answered.map((contact) => [contact.id, contact])).values()];
}

function fold(value: string): string {
  return value.trim().toLowerCase();
}

/** With what was asked for only: what we asked for ourselves is not the caller's. */
export function recordOf(contact: HubSpotContact, fields: readonly string[]): CrmRecord {
  const fetched = fields.filter((field) => Object.hasOwn(contact.properties, field));
  const times = fields.flatMap((field) => {
    const time = timeOf(versionsOf(contact, field)[0]?.timestamp);
    return time === null ? [] : [[field, time] as const];
  });
  const deletedAt = timeOf(contact.archivedAt);
  const merged = listed(contact.properties[mergedIds]);
  return {
    id: contact.id,
    record: Object.fromEntries(fetched.map((field) => [field, contact.properties[field]])),
    fetched,
    updatedAt: timeOf(contact.updatedAt),
    fieldTimes: Object.fromEntries(times),
    ...(contact.archived === true ? { deleted: true as const, ...(deletedAt === null ? {} : { deletedAt }) } : {}),
    ...(merged.length > 0 && { merged }),
  };
}

/** The newest first, as HubSpot gives them; of one moment in its order. */
export function versionsOf(contact: HubSpotContact, field: string): Version[] {
  const versions = contact.propertiesWithHistory?.[field] ?? [];
  return [...versions].sort((one, other) => Date.parse(other.timestamp) - Date.parse(one.timestamp));
}

export function listed(value: string | null | undefined): string[] {
  return (value ?? "").split(";").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
}

export function isId(id: string): boolean {
  return /^\d{1,20}$/.test(id);
}
