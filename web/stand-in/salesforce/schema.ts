/** The objects' fields: the standard ones that mappings are about, and those that an organisation defines. */
import { behaves } from "../behaviours.js";
import type { ObjectName } from "./ids.js";

export type FieldType =
  | "text"
  | "email"
  | "phone"
  | "number"
  | "boolean"
  | "date"
  | "datetime"
  | "reference"
  | "compound";

export interface Field {
  name: string;
  type: FieldType;
  length?: number;
  required?: boolean;
  unique?: boolean;
  externalId?: boolean;
  /** Of what it refers to. */
  to?: ObjectName;
  /** Set by Salesforce only. */
  readOnly?: boolean;
  /** Of the integration user, by field-level security: neither read nor described. */
  hidden?: boolean;
}
export type Definition = Omit<Field, "name">;

behaves(
  "salesforce",
  "documented",
  "Contacts' texts have these lengths, and LastName is required; Name and MailingAddress are read only, their parts are written.",
  "Object Reference, Contact; SOAP API Developer Guide, Compound Fields",
);
behaves(
  "salesforce",
  "documented",
  "An external id that is unique is compared without regard to case.",
  "Salesforce Help, Custom Field Attributes: unique, case insensitive unless chosen otherwise",
);

const text = (length: number, more: Partial<Definition> = {}): Definition => ({ type: "text", length, ...more });
const system = (type: FieldType, more: Partial<Definition> = {}): Definition => ({ type, readOnly: true, ...more });

const ofAll: Record<string, Definition> = {
  Id: system("reference"),
  IsDeleted: system("boolean"),
  CreatedDate: system("datetime"),
  CreatedById: system("reference", { to: "User" }),
  LastModifiedDate: system("datetime"),
  LastModifiedById: system("reference", { to: "User" }),
  SystemModstamp: system("datetime"),
};

const ofPersons: Record<string, Definition> = {
  Name: system("compound"),
  MasterRecordId: system("reference"),
  FirstName: text(40),
  LastName: text(80, { required: true }),
  Salutation: text(40),
  Email: { type: "email", length: 80 },
  Phone: { type: "phone", length: 40 },
  MobilePhone: { type: "phone", length: 40 },
  Title: text(128),
  LeadSource: text(255),
  Description: text(32_000),
  HasOptedOutOfEmail: { type: "boolean" },
  OwnerId: { type: "reference", to: "User" },
  PenguinMails_Id__c: text(255, { unique: true, externalId: true }),
};

const address = (prefix: string): Record<string, Definition> => ({
  [`${prefix}Street`]: text(255),
  [`${prefix}City`]: text(40),
  [`${prefix}State`]: text(80),
  [`${prefix}PostalCode`]: text(20),
  [`${prefix}Country`]: text(80),
});

const standard: Record<ObjectName, Record<string, Definition>> = {
  Contact: {
    ...ofAll,
    ...ofPersons,
    ...address("Mailing"),
    MailingAddress: system("compound"),
    MailingStateCode: text(10),
    MailingCountryCode: text(10),
    Department: text(80),
    AssistantName: text(40),
    Birthdate: { type: "date" },
    AccountId: { type: "reference", to: "Account" },
  },
  Lead: {
    ...ofAll,
    ...ofPersons,
    ...address(""),
    Company: text(255, { required: true }),
    Status: text(255),
    IsConverted: system("boolean"),
    ConvertedDate: system("date"),
    ConvertedContactId: system("reference", { to: "Contact" }),
    ConvertedAccountId: system("reference", { to: "Account" }),
  },
  User: {
    ...ofAll,
    Name: system("compound"),
    FirstName: text(40),
    LastName: text(80, { required: true }),
    Username: { type: "email", length: 80 },
    Email: { type: "email", length: 128 },
    IsActive: { type: "boolean" },
  },
  Account: {
    ...ofAll,
    MasterRecordId: system("reference"),
    Name: text(255, { required: true }),
    Website: text(255),
    Industry: text(255),
    OwnerId: { type: "reference", to: "User" },
  },
};

export class Schema {
  readonly #objects = new Map<string, { name: ObjectName; fields: Map<string, Field> }>();

  constructor() {
    for (const [name, fields] of Object.entries(standard)) {
      this.#objects.set(name.toLowerCase(), { name: name as ObjectName, fields: new Map() });
      for (const [field, definition] of Object.entries(fields)) this.define(name as ObjectName, field, definition);
    }
  }

  define(object: ObjectName, name: string, definition: Definition): void {
    this.#objects.get(object.toLowerCase())?.fields.set(name.toLowerCase(), { name, ...definition });
  }

  /** By a name in whatever case; null: no such object. */
  object(name: string): ObjectName | null {
    return this.#objects.get(name.toLowerCase())?.name ?? null;
  }

  field(object: ObjectName, name: string): Field | null {
    const field = this.#objects.get(object.toLowerCase())?.fields.get(name.toLowerCase());
    return field === undefined || field.hidden === true ? null : field;
  }

  fields(object: ObjectName): Field[] {
    return [...(this.#objects.get(object.toLowerCase())?.fields.values() ?? [])];
  }

  /** The field behind a relationship: AccountId of "Account", Parent__c of "Parent__r". */
  relationship(object: ObjectName, name: string): Field | null {
    const field = this.field(object, /__r$/i.test(name) ? name.replace(/__r$/i, "__c") : `${name}Id`);
    return field?.to === undefined ? null : field;
  }
}
