/** What a person can edit, by the names of the element's properties; and what of it a link holds and gives. */
import { modes, recordModes } from "./modes.js";
import type { Input } from "./protocol.js";
import type { Shared } from "./shared-link.js";

export const inputNames = [
  "mapping",
  "mode",
  "each",
  "local",
  "crm",
  "base",
  "records",
  "payload",
  "localChangedAt",
  "crmChangedAt",
  "now",
] as const;

/** The mapping and how it is looked at; with the records, whatever the mode reads. */
export function sharedOf(input: Input, withRecords: boolean): Shared {
  const read = inputNames.filter(
    (name) => (name !== "records" || input.mode === "many") && (name !== "payload" || input.mode === "webhook"),
  );
  const names = withRecords ? read : (["mapping", "mode"] as const);
  return Object.fromEntries(names.map((name) => [name, input[name]]));
}

/** A link's values that can be those of the properties. */
export function inputOf(shared: Shared): Partial<Input> {
  return Object.fromEntries(
    inputNames.flatMap((name) => {
      const value = shared[name];
      return value !== undefined && isFit(name, value) ? [[name, value]] : [];
    }),
  );
}

function isFit(name: string, value: string): boolean {
  if (name === "mode") return Object.hasOwn(modes, value);
  return name !== "each" || Object.hasOwn(recordModes, value);
}
