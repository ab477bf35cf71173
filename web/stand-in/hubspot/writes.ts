/** What becomes of values that are written to one contact, before anything is written at all. */
import { behaves } from "../behaviours.js";
import type { Contact, Source } from "./contacts.js";
import { badRequest, locked, notFound, type Refusal } from "./errors.js";
import { uniqueValues } from "./holders.js";
import type { State } from "./state.js";
import { checked, listed } from "./values.js";

export interface Prepared {
  values: Map<string, string>;
  refusals: Refusal[];
  /** "CONFLICT": said to be there already, though it may not be. */
  once: string | null;
}

const nobody: ReadonlyMap<string, string> = new Map();

export function propertiesOf(given: unknown): Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw badRequest("properties are missing");
  return given as Record<string, unknown>;
}

/** `contact`: null for a new one. Throws where the record is locked. */
export function prepare(state: State, contact: Contact | null, given: Record<string, unknown>, by: Source): Prepared {
  const { schema, owners } = state;
  const now = contact?.now.values ?? nobody;
  const refusals: Refusal[] = [];
  const byHand = by.type === "CRM_UI";
  const values = checked(given, { schema, now, isOwner: (id) => owners.has(id), byHand }, refusals);
  const email = values.get("email");
  if (email !== undefined && email !== (now.get("email") ?? "")) {
    swapAddress(values, now, email);
    for (const [property, value] of state.preferences.told(email, now)) values.set(property, value);
  }
  if (byHand) return { values, refusals, once: null };
  const names = [...uniqueValues(schema, now), ...uniqueValues(schema, values)].map(([, value]) => value);
  return { values, ...blocked(state, contact?.now.id ?? null, names, refusals) };
}

behaves(
  "hubspot",
  "assumed",
  "An additional address that becomes the primary one changes places with it.",
  "so it is in the app; of the API it is not said",
);

function swapAddress(values: Map<string, string>, now: ReadonlyMap<string, string>, email: string): void {
  const additional = listed(values.get("hs_additional_emails") ?? now.get("hs_additional_emails"));
  if (!additional.includes(email)) return;
  const rest = [...additional.filter((each) => each !== email), now.get("email") ?? ""].filter(Boolean);
  values.set("hs_additional_emails", rest.join(";"));
}

/** What stands against a write of ours. */
function blocked(state: State, id: string | null, names: readonly string[], refusals: Refusal[]) {
  const all = [...(id === null ? [] : [id]), ...names];
  const poison = all.map((name) => state.poisoned.get(name)).find((one) => one !== undefined);
  if (id !== null) unlocked(state, id);
  const onceName = all.find((name) => state.refusedOnce.has(name));
  const once = onceName === undefined ? null : (state.refusedOnce.get(onceName) as string);
  if (onceName !== undefined) state.refusedOnce.delete(onceName);
  if (once === "LOCKED") throw locked(onceName as string);
  if (once === "OBJECT_NOT_FOUND") throw notFound(onceName as string);
  const isKind = once === "CONFLICT";
  const more = once === null || isKind ? [] : [{ code: once, message: "refused once" }];
  return { refusals: [...(poison === undefined ? [] : [poison]), ...more, ...refusals], once: isKind ? once : null };
}

/** Throws where somebody else writes the record now. */
export function unlocked(state: State, id: string): void {
  const until = state.locks.get(id);
  if (until === undefined) return;
  if (until > state.clock.now()) throw locked(id);
  state.locks.delete(id);
}

/** Archiving and forgetting are refused as other writes are. */
export function poisonOf(state: State, contact: Contact): Refusal[] {
  const names = [contact.now.id, ...uniqueValues(state.schema, contact.now.values).map(([, value]) => value)];
  return blocked(state, contact.now.id, names, []).refusals;
}
