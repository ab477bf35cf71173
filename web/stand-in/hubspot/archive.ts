/** Contacts that go: archived, or for good. */
import { behaves } from "../behaviours.js";
import { type Answered, find, type Input, idsOf, inputsOf } from "./batch.js";
import { notFound, throwRefusals } from "./errors.js";
import type { State } from "./state.js";
import { poisonOf, unlocked } from "./writes.js";

behaves(
  "hubspot",
  "documented",
  "Deleting a contact archives it, and is answered with 204.",
  "HubSpot, CRM object APIs: archive",
);

export function archiveOne(state: State, id: string): Answered {
  const contact = state.contacts.getLive(id);
  if (contact !== null) {
    throwRefusals(poisonOf(state, contact));
    state.contacts.archive(contact, state.app);
  }
  return { status: 204 };
}

behaves(
  "hubspot",
  "documented",
  "A batch of deletions is answered with 204.",
  "HubSpot, CRM object APIs: batch archive",
);
behaves("hubspot", "assumed", "Contacts that are not there are passed over by both.", "seen in forums only");

export function batchArchive(state: State, body: unknown): Answered {
  const contacts = idsOf(inputsOf(body, 100)).flatMap((id) => state.contacts.getLive(id) ?? []);
  throwRefusals(contacts.flatMap((contact) => poisonOf(state, contact)));
  for (const contact of contacts) state.contacts.archive(contact, state.app);
  return { status: 204 };
}

behaves(
  "hubspot",
  "documented",
  "A GDPR deletion deletes a contact for good, by its id or its address, and is answered with 204.",
  "HubSpot, Contacts API guide: permanently delete a contact (GDPR-compliant)",
);

export function forget(state: State, body: unknown): Answered {
  const { objectId, idProperty } = (body ?? {}) as Input;
  const id = String(objectId);
  const contact = idProperty === undefined ? state.contacts.get(id) : find(state, id, idProperty);
  if (contact === null) throw notFound(id);
  unlocked(state, contact.now.id);
  throwRefusals(poisonOf(state, contact));
  state.contacts.forget(contact, state.app);
  return { status: 204 };
}
