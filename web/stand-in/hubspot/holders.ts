/** Who holds a value that only one live contact may have: an e-mail address, or a unique property. */
import { behaves } from "../behaviours.js";
import type { Snapshot } from "./contacts.js";
import type { Schema } from "./schema.js";
import { listed } from "./values.js";

behaves(
  "hubspot",
  "documented",
  "An e-mail address is unique among all contacts' addresses, additional ones too.",
  "HubSpot Knowledge Base, additional e-mail addresses of a contact",
);
behaves(
  "hubspot",
  "documented",
  "A property with hasUniqueValue has a value once only.",
  "HubSpot, Properties API guide: unique identifier properties",
);
behaves("hubspot", "assumed", "Unique values are compared without regard to case.", "so addresses are");
behaves(
  "hubspot",
  "assumed",
  "An archived contact holds its unique values no more.",
  "new contacts with the address of a deleted one can be created",
);

/** Everything by which a contact can be held or found, besides its id: property and value. */
export function uniqueValues(schema: Schema, values: ReadonlyMap<string, string>): [string, string][] {
  const found: [string, string][] = [];
  const email = values.get("email") ?? "";
  if (email !== "") found.push(["email", email]);
  for (const additional of listed(values.get("hs_additional_emails"))) found.push(["email", additional]);
  for (const name of schema.unique) {
    const value = values.get(name) ?? "";
    if (value !== "") found.push([name, value]);
  }
  return found;
}

export class Holders {
  readonly #ids = new Map<string, string>();

  constructor(private readonly schema: Schema) {}

  /** The live contact's id. */
  find(property: string, value: string): string | null {
    return this.#ids.get(nameOf(property, value)) ?? null;
  }

  enter({ id, values }: Snapshot): void {
    for (const [property, value] of uniqueValues(this.schema, values)) this.#ids.set(nameOf(property, value), id);
  }

  leave({ id, values }: Snapshot): void {
    for (const [property, value] of uniqueValues(this.schema, values)) {
      const name = nameOf(property, value);
      if (this.#ids.get(name) === id) this.#ids.delete(name);
    }
  }

  /** The first of these values that another contact holds. */
  conflict(
    values: ReadonlyMap<string, string>,
    except?: string,
  ): { property: string; value: string; id: string } | null {
    for (const [property, value] of uniqueValues(this.schema, values)) {
      const id = this.find(property, value);
      if (id !== null && id !== except) return { property, value, id };
    }
    return null;
  }
}

const nameOf = (property: string, value: string) => `${property} ${value.trim().toLowerCase()}`;
