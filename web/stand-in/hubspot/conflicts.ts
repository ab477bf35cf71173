/** Values that another contact holds already. */
import type { Contact } from "./contacts.js";
import { held } from "./errors.js";
import { uniqueValues } from "./holders.js";
import type { State } from "./state.js";

export function throwHeld(state: State, contact: Contact, values: ReadonlyMap<string, string>): void {
  const { id } = contact.now;
  const conflict = state.contacts.holders.conflict(values, id);
  if (conflict !== null) throw held(state.id, conflict.property, conflict.value, { id: conflict.id, on: id });
}

/** Two inputs with one unique value refuse the batch. */
export function uniqueAmong(
  state: State,
  parts: readonly { id: string; values: Map<string, string>; existing?: unknown }[],
) {
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

export const alreadyExists = (id: string) => `Contact already exists. Existing ID: ${id}`;
