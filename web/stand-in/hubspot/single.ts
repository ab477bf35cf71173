/** One contact: read, created, updated; and the list of them all. */
import { behaves } from "../behaviours.js";
import { type Answered, find } from "./batch.js";
import { alreadyExists, throwHeld } from "./conflicts.js";
import type { Contact } from "./contacts.js";
import { badRequest, held, notFound, refuse, throwRefusals } from "./errors.js";
import { left, present } from "./presentation.js";
import type { State } from "./state.js";
import { prepare, propertiesOf } from "./writes.js";

behaves(
  "hubspot",
  "documented",
  "The id of a contact that was merged into another leads to that one, where it is read or updated alone.",
  "HubSpot, CRM object APIs: merged records",
);
behaves(
  "hubspot",
  "recorded",
  "The list goes by ids, up to 100 a page; `after` is the next contact's id, and stands in a link as well.",
  "sample hs-list-contacts.json",
);
behaves(
  "hubspot",
  "documented",
  "archived=true lists and reads archived contacts only, with archivedAt.",
  "HubSpot, CRM object APIs: archived",
);
behaves(
  "hubspot",
  "documented",
  "A contact whose address is there already is refused with 409, which tells the holder's id.",
  "HubSpot, Contacts API guide; the message as in sample hs-batch-create-207-conflict.json",
);

const namesOf = (query: URLSearchParams, parameter: string) =>
  query.getAll(parameter).flatMap((list) => list.split(",").filter(Boolean));

/** As the request's path names it; merged-away ids, too. */
function named(state: State, id: string, query: URLSearchParams): Contact {
  const idProperty = query.get("idProperty");
  const contact = idProperty === null ? state.contacts.resolve(id) : find(state, id, idProperty);
  if (contact === null) throw notFound(id);
  return contact;
}

export function readOne(state: State, id: string, query: URLSearchParams): Answered {
  const archived = query.get("archived") === "true";
  const contact = archived ? state.contacts.get(id) : named(state, id, query);
  if (contact === null || (archived && contact.now.archivedAt === null)) throw notFound(id);
  const wanted = { properties: namesOf(query, "properties"), history: namesOf(query, "propertiesWithHistory") };
  return { status: 200, body: present(state.schema, contact.now, contact, wanted) };
}

export function createOne(state: State, body: unknown): Answered {
  const { properties } = (body ?? {}) as { properties?: unknown };
  const { values, refusals, once } = prepare(state, null, propertiesOf(properties), state.app);
  throwRefusals(refusals);
  const conflict = state.contacts.holders.conflict(values);
  if (conflict?.property === "email" || once === "CONFLICT") {
    const existing = conflict?.id ?? "0";
    throw refuse(409, "CONFLICT", alreadyExists(existing), { existingId: [existing] });
  }
  const id = state.contacts.newId();
  if (conflict !== null) throw held(state.id, conflict.property, conflict.value, { id: conflict.id, on: id });
  const { now } = state.contacts.create(id, values, state.app);
  return { status: 201, body: left(state.schema, now, values.keys()) };
}

export function updateOne(state: State, id: string, query: URLSearchParams, body: unknown): Answered {
  const contact = named(state, id, query);
  const { properties } = (body ?? {}) as { properties?: unknown };
  const { values, refusals } = prepare(state, contact, propertiesOf(properties), state.app);
  throwRefusals(refusals);
  throwHeld(state, contact, values);
  state.contacts.update(contact, values, state.app);
  return { status: 200, body: left(state.schema, contact.now, values.keys()) };
}

export function list(state: State, url: URL): Answered {
  const query = url.searchParams;
  const limit = Number(query.get("limit") ?? 10);
  const after = query.get("after") ?? "0";
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 100)) throw badRequest("limit must be between 1 and 100");
  if (!/^\d+$/.test(after)) throw badRequest(`${after} is no place to go on from`);
  const size = Math.min(limit, state.limits.pageSize ?? 100);
  const ids = query.get("archived") === "true" ? state.contacts.archived : state.contacts.live;
  const page = ids.from(after, size + 1);
  const wanted = { properties: namesOf(query, "properties"), history: namesOf(query, "propertiesWithHistory") };
  const results = page.slice(0, size).map((id) => {
    const contact = state.contacts.get(id) as Contact;
    return present(state.schema, contact.now, contact, wanted);
  });
  const next = page[size];
  if (next === undefined) return { status: 200, body: { results } };
  const link = new URL(url.pathname + url.search, "https://api.hubapi.com");
  link.searchParams.set("after", next);
  return { status: 200, body: { results, paging: { next: { after: next, link: link.href } } } };
}
