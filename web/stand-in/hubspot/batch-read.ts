/** Many contacts as they are now, or as they were when they were archived. */
import { behaves } from "../behaviours.js";
import { type Answered, answered, find, type Input, idsOf, inputsOf, missing } from "./batch.js";
import type { Contact } from "./contacts.js";
import { badRequest } from "./errors.js";
import { present } from "./presentation.js";
import { type State, urlOf } from "./state.js";

behaves(
  "hubspot",
  "assumed",
  "Batch reads do not know merged-away ids, and those are no archived contacts either.",
  "it is documented for reads of a single one, and for batch updates",
);

export function batchRead(state: State, query: URLSearchParams, body: unknown): Answered {
  const { properties = [], propertiesWithHistory: history = [], idProperty } = (body ?? {}) as Input;
  if (!isNames(properties) || !isNames(history)) throw badRequest("properties must be lists of names");
  const ids = idsOf(inputsOf(body, history.length > 0 ? 50 : 100));
  const wantsArchived = query.get("archived") === "true";
  const lost: string[] = [];
  const found = new Set<Contact>();
  for (const id of ids) {
    const contact = wantsArchived ? archived(state, id) : find(state, id, idProperty);
    if (contact === null) lost.push(id);
    else found.add(contact);
  }
  const results = [...found].map((contact) =>
    present(state.schema, contact.now, contact, { properties, history, url: urlOf(state.id, contact.now.id) }),
  );
  return answered(state, state.clock.now(), results, lost.length > 0 ? [missing(lost)] : []);
}

const isNames = (list: unknown): list is string[] =>
  Array.isArray(list) && list.every((name) => typeof name === "string");

function archived({ contacts }: State, id: string): Contact | null {
  const contact = contacts.get(id);
  return contact === null || contact.now.archivedAt === null ? null : contact;
}
