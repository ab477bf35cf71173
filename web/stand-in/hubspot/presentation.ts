/** Contacts as answers have them. */
import { behaves } from "../behaviours.js";
import type { Contact, Snapshot, Source, Version } from "./contacts.js";
import type { Schema } from "./schema.js";

behaves(
  "hubspot",
  "recorded",
  "A property that was asked for and is not set is null; those that nobody asked for are left out, but for some that always come.",
  "samples hs-search-page1.json, hs-list-contacts.json",
);
behaves(
  "hubspot",
  "documented",
  "A property that was asked for and does not exist is passed over.",
  "HubSpot, CRM object APIs: read, the properties parameter",
);
behaves(
  "hubspot",
  "recorded",
  "Batches and searches tell a contact's url in the app; lists do not.",
  "samples hs-batch-update-200.json, hs-search-page1.json, hs-list-contacts.json",
);
behaves(
  "hubspot",
  "documented",
  "A history has the newest version first, each with its time, its source and the source's id.",
  "HubSpot, CRM object APIs: propertiesWithHistory; the order as in its examples",
);

export interface Wanted {
  properties?: readonly string[];
  history?: readonly string[];
  /** Whether the url is told. */
  url?: string;
}

const always = ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"];

export function present(schema: Schema, now: Snapshot, contact: Contact | null, wanted: Wanted) {
  const { properties = [], history = [], url } = wanted;
  const asked = properties.length > 0 ? [...properties, ...history, ...system] : always;
  const names = [...new Set(asked)].filter((name) => schema.property(name) !== null).sort();
  const iso = (time: number) => new Date(time).toISOString();
  const versions = history
    .filter((name) => schema.property(name) !== null)
    .map((name) => [name, (contact?.history.get(name) ?? []).map(versionOf)]);
  return {
    id: now.id,
    properties: Object.fromEntries(names.map((name) => [name, now.values.get(name) ?? null])) as Properties,
    ...(history.length > 0 && { propertiesWithHistory: Object.fromEntries(versions) }),
    createdAt: iso(now.createdAt),
    updatedAt: iso(now.updatedAt),
    archived: now.archivedAt !== null,
    ...(now.archivedAt !== null && { archivedAt: iso(now.archivedAt) }),
    ...(url !== undefined && { url }),
  };
}
export type Presented = ReturnType<typeof present>;
type Properties = Record<string, string | null>;

const system = ["createdate", "hs_object_id", "lastmodifieddate"];

/** After a write: what is set of `names`, and what HubSpot sets itself. */
export function left(schema: Schema, now: Snapshot, names: Iterable<string>, url?: string) {
  const set = [...names, ...schema.readOnly, "lifecyclestage"].filter((name) => now.values.has(name));
  return present(schema, now, null, { properties: set, ...(url !== undefined && { url }) });
}

function versionOf({ value, at, by }: Version) {
  const timestamp = new Date(at).toISOString();
  return { value, timestamp, sourceType: by.type, ...(by.id !== "" && { sourceId: by.id }), ...userOf(by) };
}

function userOf({ id }: Source) {
  const user = /^userId:(\d+)$/.exec(id)?.[1];
  return user === undefined ? {} : { updatedByUserId: Number(user) };
}
