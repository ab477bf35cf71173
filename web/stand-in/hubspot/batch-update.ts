/** Changed contacts; what is wrong with one may refuse them all. */
import { behaves } from "../behaviours.js";
import { type Answered, answered, find, idsOf, inputsOf, missing, traced } from "./batch.js";
import { throwHeld, uniqueAmong } from "./conflicts.js";
import type { Contact } from "./contacts.js";
import { type Refusal, throwRefusals } from "./errors.js";
import { left } from "./presentation.js";
import { type State, urlOf } from "./state.js";
import { type Prepared, prepare, propertiesOf } from "./writes.js";

behaves("hubspot", "documented", "Batch updates do not know merged-away ids.", "HubSpot, CRM object APIs: update");
behaves(
  "hubspot",
  "assumed",
  "A unique value that another contact holds refuses a whole batch of updates with 400.",
  "the message is recorded for single updates of an address",
);

export function batchUpdate(state: State, body: unknown): Answered {
  const began = state.clock.now();
  const inputs = inputsOf(body, 100);
  const ids = idsOf(inputs);
  const lost: string[] = [];
  const parts: { contact: Contact; prepared: Prepared; trace: unknown }[] = [];
  const refusals: Refusal[] = [];
  for (const [index, { properties, idProperty, objectWriteTraceId: trace }] of inputs.entries()) {
    const id = ids[index] as string;
    const contact = find(state, id, idProperty);
    if (contact === null) lost.push(id);
    const prepared = prepare(state, contact, propertiesOf(properties), state.app);
    refusals.push(...prepared.refusals);
    if (contact !== null) parts.push({ contact, prepared, trace });
  }
  throwRefusals(refusals);
  for (const { contact, prepared } of parts) throwHeld(state, contact, prepared.values);
  uniqueAmong(
    state,
    parts.map(({ contact, prepared }) => ({ id: contact.now.id, values: prepared.values })),
  );
  const results = parts.map(({ contact, prepared: { values }, trace }) => {
    state.contacts.update(contact, values, state.app);
    return traced(left(state.schema, contact.now, values.keys(), urlOf(state.id, contact.now.id)), trace);
  });
  return answered(state, began, results, lost.length > 0 ? [missing(lost)] : []);
}
