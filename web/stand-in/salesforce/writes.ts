/** Creating, updating and deleting one record, as the rules of the organisation have it. */
import { behaves } from "../behaviours.js";
import { type Refusal, Refused, refuse } from "./errors.js";
import { type ObjectName, objectOf } from "./ids.js";
import { attributes } from "./presentation.js";
import { type Author, wholeSecond } from "./records.js";
import type { State } from "./state.js";
import { checked, named } from "./validation.js";

behaves(
  "salesforce",
  "documented",
  "A record that another transaction holds cannot be written: UNABLE_TO_LOCK_ROW.",
  "SOAP API Developer Guide, StatusCode; here at once, there after ten seconds",
);

const locked: Refusal = {
  statusCode: "UNABLE_TO_LOCK_ROW",
  message: "unable to obtain exclusive access to this record",
  fields: [],
};

/** What stands against our writing a record, or a new one with a key. */
function inTheWay(
  { records, poisoned, refusedOnce, integrationUser }: State,
  name: string,
  by: Author,
): Refusal | null {
  if (by.id !== integrationUser) return null;
  const once = refusedOnce.get(name);
  refusedOnce.delete(name);
  return once ?? poisoned.get(name) ?? (records.isLocked(name) ? locked : null);
}

export interface Creating {
  object: ObjectName;
  given: Record<string, unknown>;
  author: Author;
  /** Of the request, where a duplicate rule may have something to say. */
  headers?: Headers;
}

/** The new record's id; throws `Refused` where it is not taken. */
export function create(state: State, { object, given, author, headers }: Creating, late = 0): string {
  const { schema, records } = state;
  const values = named(schema, object, given);
  const refusals: Refusal[] = [];
  const taken = checked(values, { schema, records, object, id: null }, refusals);
  const keys = [...values].flatMap(([{ externalId }, value]) => (externalId === true ? [String(value)] : []));
  const blocking = keys.map((key) => inTheWay(state, key, author)).find((one) => one !== null);
  if (blocking) refusals.unshift(blocking);
  if (refusals.length === 0 && headers !== undefined) refusals.push(...duplicates(state, object, taken, headers));
  if (refusals.length > 0) throw new Refused(400, refusals);
  const id = records.newId(object);
  const owner = schema.field(object, "OwnerId") !== null && taken.OwnerId == null ? { OwnerId: author.id } : {};
  records.write([{ type: "CREATE", id, values: { ...taken, ...owner } }], author, late);
  return id;
}

/** `given` is by any names; throws `Refused`. */
export function update(state: State, id: string, given: Record<string, unknown>, author: Author, late = 0): void {
  const { schema, records } = state;
  const object = objectOf(id) as ObjectName;
  const values = named(schema, object, given);
  const held = records.get(id);
  if (held?.IsDeleted === true) throw refuse(404, "ENTITY_IS_DELETED", "entity is deleted", []);
  if (held === null) throw notFound();
  if (held.IsConverted === true)
    throw refuse(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", []);
  const refusals: Refusal[] = [];
  const blocking = inTheWay(state, id, author);
  if (blocking !== null) refusals.push(blocking);
  const taken = checked(values, { schema, records, object, id }, refusals);
  if (refusals.length > 0) throw new Refused(400, refusals);
  records.write([{ type: "UPDATE", id, values: taken }], author, late);
}

export const notFound = () =>
  refuse(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: Id", []);

behaves(
  "salesforce",
  "documented",
  "If-Unmodified-Since is compared with LastModifiedDate in whole seconds: 412 where the record is younger, 400 where it is no date.",
  "REST API Developer Guide, Conditional Request Headers",
);

/** Throws where the record has changed after the header's time. */
export function conditioned({ records }: State, id: string, header: string | null): void {
  if (header === null) return;
  const since = Date.parse(header);
  if (Number.isNaN(since)) throw refuse(400, "INVALID_HEADER", "If-Unmodified-Since is no date");
  const held = records.get(id);
  const changed = held !== null && wholeSecond(held.LastModifiedDate as number) > since;
  if (changed) throw refuse(412, "PRECONDITION_FAILED", "The record was changed since.");
}

/** Throws `Refused`. */
export function remove(state: State, id: string, author: Author): void {
  const held = state.records.get(id);
  if (held === null) throw refuse(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", []);
  if (held.IsDeleted === true) throw refuse(404, "ENTITY_IS_DELETED", "entity is deleted", []);
  const blocking = inTheWay(state, id, author);
  if (blocking !== null) throw new Refused(400, [blocking]);
  state.records.write([{ type: "DELETE", id, values: {} }], author);
}

behaves(
  "salesforce",
  "documented",
  "A duplicate rule refuses a new record with DUPLICATES_DETECTED and the records that match, unless allowSave=true.",
  "REST API Developer Guide, Duplicate Rule Header; sample sf-collections-partial-duplicate.json",
);

function duplicates(state: State, object: ObjectName, values: Record<string, unknown>, headers: Headers): Refusal[] {
  const asked = headers.get("sforce-duplicate-rule-header") ?? "";
  const isRuled = object === "Contact" || object === "Lead";
  if (!state.duplicateRule || !isRuled || /allowSave\s*=\s*true/i.test(asked)) return [];
  const email = values.Email;
  const holder = typeof email === "string" ? state.records.holder(object, "Email", email) : null;
  if (holder === null) return [];
  const record = { attributes: attributes("v66.0", object, holder.Id), Id: holder.Id };
  const match = {
    entityType: object,
    errors: [],
    matchEngine: "ExactMatchEngine",
    matchRecords: [{ additionalInformation: [], fieldDiffs: [], matchConfidence: 100, record }],
    rule: "Same_Email",
    size: 1,
    success: true,
  };
  const duplicateResult = {
    allowSave: false,
    duplicateRule: "Same_Email",
    duplicateRuleEntityType: object,
    errorMessage: "Use one of these records?",
    matchResults: [match],
  };
  const told = /includeRecordDetails\s*=\s*true/i.test(asked) ? { duplicateResult } : {};
  return [{ statusCode: "DUPLICATES_DETECTED", message: "Use one of these records?", fields: [], ...told }];
}
