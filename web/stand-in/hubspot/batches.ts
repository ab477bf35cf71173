/** Batches: up to a hundred inputs, each of them once; what is wrong with one may refuse them all. */
import { behaves } from "../behaviours.js";
import type { Contact } from "./contacts.js";
import { badRequest, held, invalid, notFound, type Refusal, refuse } from "./errors.js";
import { uniqueValues } from "./holders.js";
import { left, type Presented, present } from "./presentation.js";
import { type State, urlOf } from "./state.js";
import { type Prepared, poisonOf, prepare, unlocked } from "./writes.js";

behaves(
  "hubspot",
  "documented",
  "A batch has 1 to 100 inputs, 50 where histories are read.",
  "HubSpot, CRM object APIs: batch limits",
);
behaves("hubspot", "recorded", "An id twice in a batch refuses it.", "sample hs-batch-400-duplicate-ids.json");
behaves(
  "hubspot",
  "assumed",
  "An id twice in a batch of reads, or of deletions, refuses it too.",
  "recorded for updates",
);
behaves(
  "hubspot",
  "recorded",
  "Inputs of records that are not there are told as one error among the results, with 207.",
  "sample hs-batch-update-207-not-found.json",
);
behaves(
  "hubspot",
  "recorded",
  "Where every input has an objectWriteTraceId of its own, a contact that is there already is an error among the results of a batch create, with 207; otherwise it refuses them all with 409.",
  "samples hs-batch-create-207-conflict.json, hs-batch-create-409.json; the condition is documented for multi-status errors",
);
behaves(
  "hubspot",
  "recorded",
  "Values that are not taken refuse a whole batch.",
  "sample hs-batch-create-400-invalid-props.json",
);
behaves(
  "hubspot",
  "assumed",
  "A unique property's value that another contact holds refuses a whole batch with 400, also of creates; addresses in creates are conflicts.",
  "the message is recorded for single updates of an address",
);
behaves(
  "hubspot",
  "recorded",
  "Results are in another order than inputs.",
  "sample hs-batch-create-207-conflict.json has the second input first; integrators report it of updates",
);
behaves(
  "hubspot",
  "documented",
  "Batch updates do not know merged-away ids, reads and updates of a single one do.",
  "HubSpot, CRM object APIs: update",
);
behaves("hubspot", "assumed", "Batch reads do not know merged-away ids either.", "seen in forums only");

behaves(
  "hubspot",
  "recorded",
  "An idProperty that is not unique, also hs_object_id, refuses the request with 400.",
  "github.com/segmentio/action-destinations/pull/3957, of updates",
);

type Input = Record<string, unknown>;
export interface Answered {
  status: number;
  body?: unknown;
}

function inputsOf(body: unknown, most: number): Input[] {
  const { inputs } = (body ?? {}) as { inputs?: unknown };
  if (!Array.isArray(inputs) || inputs.length === 0) throw badRequest("inputs must not be empty");
  if (inputs.length > most) throw badRequest(`The number of inputs must be at most ${most}`);
  if (!inputs.every((input) => typeof input === "object" && input !== null)) throw badRequest("an input is no object");
  return inputs as Input[];
}

/** In the request's order, as texts. */
function idsOf(inputs: readonly Input[]): string[] {
  const ids = inputs.map(({ id }) => {
    if (typeof id !== "string" && typeof id !== "number") throw badRequest("an input lacks its id");
    return String(id);
  });
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const id of ids) (seen.has(id.toLowerCase()) ? twice : seen).add(id.toLowerCase());
  if (twice.size > 0) {
    const message = `Duplicate IDs found in batch input: [${[...twice].join(", ")}]. IDs must be unique`;
    throw badRequest(message, { ids: [...twice] });
  }
  return ids;
}

/** The live contact by its own id, or by a unique property. */
export function find(state: State, id: string, idProperty: unknown): Contact | null {
  if (idProperty === undefined) return state.contacts.getLive(id);
  const name = String(idProperty);
  if (name !== "email" && state.schema.property(name)?.unique !== true) {
    throw badRequest(`Unable to perform update/upsert by non-unique 0-1 property ${name} in portal ID ${state.id}`);
  }
  return state.contacts.getLive(state.contacts.holders.find(name, id) ?? "");
}

type Result = Presented & { objectWriteTraceId?: string };

function answered(state: State, began: number, results: Result[], errors: unknown[], created = false): Answered {
  const [startedAt, completedAt] = [began, state.clock.now()].map((time) => new Date(time).toISOString());
  const body = { completedAt, status: "COMPLETE", startedAt, results: results.reverse() };
  if (errors.length === 0) return { status: created ? 201 : 200, body };
  return { status: 207, body: { ...body, errors, numErrors: errors.length } };
}

const missing = (ids: readonly string[]) => ({
  status: "error",
  category: "OBJECT_NOT_FOUND",
  message: "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",
  context: { ids },
});

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

export function batchCreate(state: State, body: unknown): Answered {
  const began = state.clock.now();
  const inputs = inputsOf(body, 100);
  const traces = inputs.map(({ objectWriteTraceId }) => objectWriteTraceId);
  const isTraced = traces.every((trace) => typeof trace === "string") && new Set(traces).size === traces.length;
  const prepared = inputs.map(({ properties }) => prepare(state, null, propertiesOf(properties), state.app));
  throwRefusals(prepared.flatMap(({ refusals }) => refusals));
  // Of one address the first input is a new contact, and the others find it there.
  const reserved = new Map<string, string>();
  const parts = prepared.map(({ values, once }) => {
    const id = state.contacts.newId();
    const email = values.get("email") ?? "";
    const taken = email === "" ? undefined : (state.contacts.holders.find("email", email) ?? reserved.get(email));
    const existing = once === "CONFLICT" ? (taken ?? "0") : taken;
    if (existing === undefined && email !== "") reserved.set(email, id);
    const other = state.contacts.holders.conflict(values);
    if (existing === undefined && other !== null) {
      throw held(state.id, other.property, other.value, { id: other.id, on: id });
    }
    return { id, values, existing };
  });
  uniqueAmong(state, parts);
  if (!isTraced && parts.some(({ existing }) => existing !== undefined)) {
    throw refuse(409, "CONFLICT", "Contact already exists");
  }
  const results: Result[] = [];
  const errors: unknown[] = [];
  for (const [index, { id, values, existing }] of parts.entries()) {
    const trace = traces[index];
    if (existing !== undefined) {
      const context = { objectWriteTraceId: [String(trace)], existingId: [existing] };
      errors.push({ status: "error", category: "CONFLICT", message: alreadyExists(existing), context });
      continue;
    }
    const { now } = state.contacts.create(id, values, state.app);
    results.push(traced(left(state.schema, now, values.keys(), urlOf(state.id, id)), trace));
  }
  return answered(state, began, results, errors, true);
}

export const alreadyExists = (id: string) => `Contact already exists. Existing ID: ${id}`;

const traced = (result: Presented, trace: unknown): Result =>
  typeof trace === "string" ? { ...result, objectWriteTraceId: trace } : result;

export function propertiesOf(given: unknown): Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw badRequest("properties are missing");
  return given as Record<string, unknown>;
}

export function throwRefusals(refusals: readonly Refusal[]): void {
  if (refusals.length > 0) throw invalid(refusals);
}

/** Two inputs with one unique value refuse the batch. */
function uniqueAmong(state: State, parts: readonly { id: string; values: Map<string, string>; existing?: unknown }[]) {
  const seen = new Map<string, string>();
  for (const { id, values, existing } of parts) {
    if (existing !== undefined) continue;
    for (const [property, value] of uniqueValues(state.schema, values)) {
      const name = `${property} ${value.toLowerCase()}`;
      const other = seen.get(name) ?? id;
      if (other !== id) throw held(state.id, property, value, { id: other, on: id });
      seen.set(name, id);
    }
  }
}

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

export function throwHeld(state: State, contact: Contact, values: ReadonlyMap<string, string>): void {
  const { id } = contact.now;
  const conflict = state.contacts.holders.conflict(values, id);
  if (conflict !== null) throw held(state.id, conflict.property, conflict.value, { id: conflict.id, on: id });
}

behaves(
  "hubspot",
  "documented",
  "A batch of deletions is answered with 204.",
  "HubSpot, CRM object APIs: batch archive",
);
behaves("hubspot", "assumed", "It passes over records that are not there.", "seen in forums only");

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
