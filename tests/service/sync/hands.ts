/** What people do in either CRM, in PenguinMails' names of the fields, so that one test holds for both. */
import type { HubSpotPortal } from "../../../web/stand-in/hubspot/portal.js";
import type { SalesforceOrganisation } from "../../../web/stand-in/salesforce/organisation.js";

export type Crm = "hubspot" | "salesforce";
export const crms: readonly Crm[] = ["hubspot", "salesforce"];

/** By PenguinMails' field; `key` is our key. */
export const names = {
  hubspot: {
    ...{ email: "email", first_name: "firstname", last_name: "lastname", phone: "phone", city: "city" },
    ...{ note: "jobtitle", unsubscribed: "hs_email_optout", key: "penguinmails_id" },
  },
  salesforce: {
    ...{ email: "Email", first_name: "FirstName", last_name: "LastName", phone: "Phone", city: "MailingCity" },
    ...{ note: "Title", unsubscribed: "HasOptedOutOfEmail", key: "PenguinMails_Id__c" },
  },
} as const;

export type Field = keyof (typeof names)["hubspot"];

interface Rules {
  /** By PenguinMails' field. */
  strategies: { [field in Field]?: string };
  deletions?: { crm: string; local: string };
}

const usual: Rules = { strategies: { email: "crm_wins", note: "manual" } };

export const mappingOf = (crm: Crm, more = "", { strategies, deletions }: Rules = usual) => `
version: 1
name: ${crm}-test
crm: ${crm}
object: ${crm === "hubspot" ? "contacts" : "Contact"}
sync:
  direction: bidirectional
  frequency: real_time
  conflict_resolution: field_level
  create: {crm: true, penguinmails: true}
identity:
  - {penguinmails_field: email, crm_field: ${names[crm].email}, normalize: [trim, email]}
conflict_resolution:
  default: newest_wins
  fields: {${Object.entries(strategies)
    .map(([field, strategy]) => `${field}: ${strategy}`)
    .join(", ")}}
  tie: crm_wins
  skew: 2s
${deletions === undefined ? "" : `  on_crm_delete: ${deletions.crm}\n  on_local_delete: ${deletions.local}\n`}field_mapping:
${(["email", "first_name", "last_name", "phone", "city", "note", "unsubscribed"] as const)
  .map(
    (field) =>
      `  - {crm_field: ${names[crm][field]}, penguinmails_field: ${field}${field === "email" ? ", normalize: [trim, email]" : ""}}`,
  )
  .join("\n")}
${more}`;

/** A record as it is in the CRM, in PenguinMails' names. */
export type Person = { id: string } & { [field in Field]?: unknown };

export interface Hands {
  readonly crm: Crm;
  create(fields: { [field in Field]?: string }): string;
  edit(id: string, fields: { [field in Field]?: string }): void;
  optOut(id: string): void;
  optIn(id: string): void;
  remove(id: string): void;
  restore(id: string): void;
  /** The id of what is left: in HubSpot a new one. */
  merge(winner: string, loser: string): string;
  /** The person asked to be forgotten. */
  forget(id: string): void;
  /** Our writes of a record's field are refused for good, by the record's id or our key; null: they are taken again. */
  poison(idOrKey: string, field: Field | null): void;
  get(id: string): Person | null;
  all(): Person[];
}

export function handsOf(crm: Crm, portal: HubSpotPortal, organisation: SalesforceOrganisation): Hands {
  const theirs = (fields: { [field in Field]?: string }) =>
    Object.fromEntries(Object.entries(fields).map(([field, value]) => [names[crm][field as Field], value]));
  const person = (id: string, record: Record<string, unknown>): Person => ({
    id,
    ...Object.fromEntries(Object.entries(names[crm]).map(([field, name]) => [field, record[name] ?? null])),
  });
  if (crm === "hubspot") {
    return {
      crm,
      create: (fields) => portal.create(theirs(fields)),
      edit: (id, fields) => portal.edit(id, theirs(fields)),
      optOut: (id) => portal.optOut(portal.get(id)?.properties.email ?? ""),
      optIn: (id) => portal.optIn(portal.get(id)?.properties.email ?? ""),
      remove: (id) => portal.remove(id),
      restore: (id) => portal.restore(id),
      merge: (winner, loser) => portal.merge(winner, loser),
      forget: (id) => portal.privacyDelete(id),
      poison: (idOrKey, field) =>
        portal.poison(idOrKey, field && { code: "INVALID_OPTION", message: "no", property: names.hubspot[field] }),
      get(id) {
        const found = portal.get(id);
        return found === null ? null : person(found.id, found.properties);
      },
      all: () => portal.all().map(({ id, properties }) => person(id, properties)),
    };
  }
  return {
    crm,
    create: (fields) => organisation.create("Contact", { LastName: "Doe", ...theirs(fields) }),
    edit: (id, fields) => organisation.edit(id, theirs(fields)),
    optOut: (id) => organisation.edit(id, { HasOptedOutOfEmail: true }),
    optIn: (id) => organisation.edit(id, { HasOptedOutOfEmail: false }),
    remove: (id) => organisation.remove(id),
    restore: (id) => organisation.restore(id),
    merge(winner, loser) {
      organisation.merge(winner, loser);
      return winner;
    },
    forget: (id) => organisation.privacyDelete(id),
    poison: (idOrKey, field) =>
      organisation.poison(
        idOrKey,
        field && {
          statusCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION",
          message: "no",
          fields: [names.salesforce[field]],
        },
      ),
    get(id) {
      const row = organisation.get(id);
      return row === null ? null : person(row.Id, row);
    },
    all: () => organisation.all("Contact").map((row) => person(row.Id, row)),
  };
}
