/** The properties of contacts: the standard ones that mappings are about, and those that a portal defines. */
import { behaves } from "../behaviours.js";

export type PropertyType = "string" | "number" | "bool" | "enumeration" | "date" | "datetime" | "phone_number";

export interface Definition {
  type: PropertyType;
  /** Several options at once, with ";" between them. */
  multiple?: boolean;
  /** An enumeration's internal values; any value is taken where none are given. */
  options?: readonly string[];
  unique?: boolean;
  /** Set by HubSpot only. */
  readOnly?: boolean;
  /** By the other properties, after each write; read-only then. */
  calculated?: (values: ReadonlyMap<string, string>) => string;
}
export type Property = Definition & { name: string };

behaves(
  "hubspot",
  "recorded",
  "A contact tells where it is from: hs_object_source, hs_object_source_id and hs_object_source_label.",
  "sample hs-contact-created-response.json",
);
behaves(
  "hubspot",
  "documented",
  "There is one read-only property of an opt-out of everything, hs_email_optout, and one for each subscription type.",
  "HubSpot Knowledge Base, default contact properties: email information",
);

const text: Definition = { type: "string" };
const phone: Definition = { type: "phone_number" };
const choice = (...options: string[]): Definition => ({ type: "enumeration", options });
const system = (type: PropertyType): Definition => ({ type, readOnly: true });

/** In the order in which contacts move on. */
export const lifecycleStages = [
  ...["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist"],
  "other",
];

export const keyProperty = "penguinmails_id";
export const optOutOfAll = "hs_email_optout";
export const optOutOf = (subscription: string) => `${optOutOfAll}_${subscription}`;

const standard: Record<string, Definition> = {
  ...{ email: text, hs_additional_emails: { type: "enumeration", multiple: true }, work_email: text },
  ...{ firstname: text, lastname: text, salutation: text, date_of_birth: text, hs_language: { type: "enumeration" } },
  ...{ phone, mobilephone: phone, fax: phone },
  ...{ company: text, jobtitle: text, website: text, industry: text, annualrevenue: text, message: text },
  ...{ address: text, city: text, state: text, zip: text, country: text },
  lifecyclestage: choice(...lifecycleStages),
  hs_lead_status: choice(
    ...["NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "ATTEMPTED_TO_CONTACT", "CONNECTED", "BAD_TIMING"],
  ),
  hs_persona: { type: "enumeration" },
  hs_buying_role: { type: "enumeration", multiple: true },
  hubspot_owner_id: { type: "enumeration" },
  [keyProperty]: { type: "string", unique: true },
  [optOutOfAll]: system("bool"),
  hs_email_domain: {
    type: "string",
    calculated: (values) => (values.get("email") ?? "").split("@")[1] ?? "",
  },
  hs_full_name_or_email: {
    type: "string",
    calculated: (values) =>
      [values.get("firstname"), values.get("lastname")].filter(Boolean).join(" ") || (values.get("email") ?? ""),
  },
  ...{ createdate: system("datetime"), lastmodifieddate: system("datetime"), hs_object_id: system("number") },
  hs_merged_object_ids: { type: "enumeration", multiple: true, readOnly: true },
  hs_object_source: system("string"),
  hs_object_source_id: system("string"),
  hs_object_source_label: system("string"),
  hs_pipeline: system("enumeration"),
  hs_is_unworked: system("bool"),
  notes_last_contacted: system("datetime"),
  num_notes: system("number"),
};

export class Schema {
  readonly #properties = new Map<string, Property>();
  /** Each of these is asked for with every write. */
  readonly unique: string[] = [];
  readonly readOnly: string[] = [];
  readonly calculated: Property[] = [];

  constructor() {
    for (const [name, definition] of Object.entries(standard)) this.define(name, definition);
  }

  define(name: string, definition: Definition): void {
    const readOnly = definition.readOnly === true || definition.calculated !== undefined;
    this.#properties.set(name, { name, ...definition, ...(readOnly && { readOnly }) });
    this.#sort();
  }

  remove(name: string): void {
    this.#properties.delete(name);
    this.#sort();
  }

  #sort(): void {
    for (const list of [this.unique, this.readOnly, this.calculated]) list.length = 0;
    for (const property of this.#properties.values()) {
      if (property.unique === true) this.unique.push(property.name);
      if (property.readOnly === true) this.readOnly.push(property.name);
      if (property.calculated !== undefined) this.calculated.push(property);
    }
  }

  /** Null: there is no such property. */
  property(name: string): Property | null {
    const known = this.#properties.get(name);
    if (known !== undefined) return known;
    return /^hs_email_optout_\d+$/.test(name) ? { name, type: "bool", readOnly: true } : null;
  }

  isWritable(name: string): boolean {
    const property = this.property(name);
    return property !== null && property.readOnly !== true;
  }

  properties(): Property[] {
    return [...this.#properties.values()];
  }
}
