/** What people do in the portal's app. */
import { behaves } from "../behaviours.js";
import { throwHeld } from "./conflicts.js";
import type { Contact } from "./contacts.js";
import { held, throwRefusals } from "./errors.js";
import type { State } from "./state.js";
import { listed } from "./values.js";
import { prepare, propertiesOf } from "./writes.js";

/** Old addresses of merged contacts lead to the new one. */
function live({ contacts }: State, id: string): Contact {
  const contact = contacts.resolve(id);
  if (contact === null) throw new Error(`there is no contact ${id}`);
  return contact;
}

export function createByHand(state: State, properties: Record<string, unknown>): string {
  const { values, refusals } = prepare(state, null, propertiesOf(properties), state.person);
  throwRefusals(refusals);
  const id = state.contacts.newId();
  const conflict = state.contacts.holders.conflict(values);
  if (conflict !== null) throw held(state.id, conflict.property, conflict.value, { id: conflict.id, on: id });
  return state.contacts.create(id, values, state.person).now.id;
}

export function editByHand(state: State, id: string, properties: Record<string, unknown>): void {
  const contact = live(state, id);
  const { values, refusals } = prepare(state, contact, propertiesOf(properties), state.person);
  throwRefusals(refusals);
  throwHeld(state, contact, values);
  state.contacts.update(contact, values, state.person);
}

export function removeByHand(state: State, id: string): void {
  state.contacts.archive(live(state, id), state.person);
}

behaves(
  "hubspot",
  "documented",
  "A deleted contact can be restored for 90 days, with its id.",
  "HubSpot Knowledge Base, restore deleted records; the 90 days are not kept here",
);

export function restoreByHand(state: State, id: string): void {
  const contact = state.contacts.get(id);
  if (contact === null || contact.now.archivedAt === null) throw new Error(`${id} is not deleted`);
  throwHeld(state, contact, contact.now.values);
  state.contacts.restore(contact, state.person);
}

behaves(
  "hubspot",
  "documented",
  "A merge makes a new contact with an id of its own, to which the ids of both lead; it has the primary contact's values.",
  "HubSpot changelog, Updated merge functionality for contacts and companies",
);
behaves(
  "hubspot",
  "assumed",
  "It is created when the older of them was; the lifecycle stage further along stays; addresses become additional ones.",
  "exceptions that HubSpot's Knowledge Base is said to list; the page was not at hand",
);
behaves(
  "hubspot",
  "documented",
  "hs_merged_object_ids has the ids of all that were merged into a contact.",
  "HubSpot, CRM object APIs: merged records",
);
behaves(
  "hubspot",
  "assumed",
  "What the primary contact has not is filled from the other one; what a merge writes has the source MERGE_OBJECTS.",
  "the changelog says that values of both are merged",
);

/** The new contact's id. */
export function mergeByHand(state: State, winner: string, loser: string): string {
  if (winner === loser) throw new Error("a contact cannot be merged with itself");
  const [kept, dropped] = [live(state, winner), live(state, loser)];
  const { values: own } = kept.now;
  const values = new Map<string, string>();
  for (const [property, value] of dropped.now.values) {
    if (state.schema.isWritable(property) && !own.has(property)) values.set(property, value);
  }
  const stages = state.schema.property("lifecyclestage")?.options ?? [];
  const stage = dropped.now.values.get("lifecyclestage") ?? "";
  if (stages.indexOf(stage) > stages.indexOf(own.get("lifecyclestage") ?? "")) values.set("lifecyclestage", stage);
  const addresses = [own, dropped.now.values].flatMap((each) => [
    each.get("email") ?? "",
    ...listed(each.get("hs_additional_emails")),
  ]);
  const [primary, ...rest] = new Set(addresses.filter(Boolean));
  if (rest.length > 0) values.set("hs_additional_emails", rest.join(";"));
  if (primary !== undefined && !own.has("email")) {
    values.set("email", primary);
    for (const [property, value] of state.preferences.told(primary, own)) values.set(property, value);
  }
  return state.contacts.merge(kept, dropped, values, state.person);
}

export function forgetByHand(state: State, id: string): void {
  const contact = state.contacts.get(id);
  if (contact === null) throw new Error(`there is no contact ${id}`);
  state.contacts.forget(contact, state.person);
}
