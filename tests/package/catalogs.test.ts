/** Catalogs out of what a CRM answers about its fields. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CatalogField, loadEngine } from "@penguinmails/crm-sync";
import { failing, utf8 } from "./support.js";

const engine = await loadEngine();

/** A field as Salesforce describes it; what a test does not say is a plain text that may be written. */
const field = (name: string, facts: object = {}) => ({
  name,
  type: "string",
  length: 0,
  nillable: true,
  createable: true,
  updateable: true,
  unique: false,
  idLookup: false,
  defaultedOnCreate: false,
  calculated: false,
  restrictedPicklist: false,
  picklistValues: [],
  referenceTo: [],
  ...facts,
});
const open: CatalogField = { nullable: true, createable: true, updateable: true };
const readOnly: CatalogField = { nullable: true, createable: false, updateable: false };
const picklistValues = [
  { active: true, defaultValue: false, label: "Heiß", value: "Hot" },
  { active: false, defaultValue: false, label: "Tepid", value: "Tepid" },
  { active: true, defaultValue: false, label: "Warm", value: "Warm" },
];

const described: Record<string, [object, CatalogField]> = {
  FirstName: [{ length: 40 }, { ...open, type: "string", max_length: 40 }],
  LastName: [
    { length: 80, nillable: false },
    { ...open, type: "string", max_length: 80, nullable: false, required: true },
  ],
  Description: [
    { type: "textarea", length: 32000 },
    { ...open, type: "string", max_length: 32000 },
  ],
  Email: [
    { type: "email", length: 80, idLookup: true },
    { ...open, type: "email", max_length: 80 },
  ],
  Phone: [
    { type: "phone", length: 40 },
    { ...open, type: "phone", max_length: 40 },
  ],
  Site__c: [
    { type: "url", length: 255 },
    { ...open, type: "url", max_length: 255 },
  ],
  Secret__c: [
    { type: "encryptedstring", length: 175 },
    { ...open, type: "string", max_length: 175 },
  ],
  Topic: [
    { type: "combobox", length: 255, picklistValues },
    { ...open, type: "string", max_length: 255 },
  ],
  Key__c: [
    { length: 20, unique: true },
    { ...open, type: "string", max_length: 20, unique: true },
  ],
  LeadSource: [
    { type: "picklist", length: 255, picklistValues },
    { ...open, type: "enum" },
  ],
  Status__c: [
    { type: "picklist", length: 255, restrictedPicklist: true, picklistValues },
    { ...open, type: "enum", values: ["Hot", "Warm"] },
  ],
  Tags__c: [
    { type: "multipicklist", length: 4099, restrictedPicklist: true, picklistValues },
    { ...open, type: "multi_enum", values: ["Hot", "Warm"] },
  ],
  DoNotCall: [
    { type: "boolean", nillable: false, defaultedOnCreate: true },
    { ...open, type: "boolean", nullable: false },
  ],
  HasOptedOutOfEmail: [
    { type: "boolean", nillable: false, defaultedOnCreate: true },
    { ...open, type: "suppression", nullable: false },
  ],
  Employees__c: [{ type: "int" }, { ...open, type: "integer" }],
  Score__c: [{ type: "double" }, { ...open, type: "number" }],
  Share__c: [{ type: "percent" }, { ...open, type: "number" }],
  Worth__c: [{ type: "currency" }, { ...open, type: "currency" }],
  Birthdate: [{ type: "date" }, { ...open, type: "date" }],
  Seen__c: [{ type: "datetime" }, { ...open, type: "datetime" }],
  Hour__c: [{ type: "time" }, { ...open, type: "string" }],
  AccountId: [
    { type: "reference", length: 18, referenceTo: ["Account"] },
    { ...open, type: "reference" },
  ],
  OwnerId: [
    { type: "reference", length: 18, nillable: false, defaultedOnCreate: true },
    { ...open, type: "reference", nullable: false },
  ],
  Id: [
    { type: "id", length: 18, nillable: false, createable: false, updateable: false, defaultedOnCreate: true },
    { ...readOnly, type: "id", nullable: false },
  ],
  MailingAddress: [{ type: "address" }, { ...readOnly, type: "map" }],
  Place__c: [{ type: "location" }, { ...readOnly, type: "map" }],
  Total__c: [
    { type: "double", calculated: true },
    { ...readOnly, type: "number" },
  ],
  CreatedKey__c: [
    { length: 10, updateable: false },
    { ...open, type: "string", max_length: 10, updateable: false },
  ],
  Whatever__c: [{ type: "anyType" }, open],
  Odd__c: [{ type: "constructor" }, open],
};

test("Salesforce's describe, field by field", () => {
  const fields = Object.entries(described).map(([name, [facts]]) => field(name, facts));
  const expected = { crm: Object.fromEntries(Object.entries(described).map(([name, [, facts]]) => [name, facts])) };
  const answer = { name: "Contact", fields };
  assert.deepEqual(engine.importCatalog("salesforce", answer), expected);
  assert.deepEqual(engine.importCatalog("salesforce", utf8(JSON.stringify(answer))), expected);
});

/** A property as HubSpot lists it. */
const property = (name: string, facts: object = {}) => ({
  name,
  type: "string",
  fieldType: "text",
  options: [],
  calculated: false,
  externalOptions: false,
  hasUniqueValue: false,
  hidden: false,
  archived: false,
  modificationMetadata: { archivable: true, readOnlyDefinition: true, readOnlyValue: false },
  ...facts,
});
const options = [
  { label: "New", value: "NEW", hidden: false },
  { label: "Open", value: "OPEN", hidden: true },
];
const enumeration = (fieldType: string, facts: object = {}) => ({ type: "enumeration", fieldType, options, ...facts });
const bool = { fieldType: "booleancheckbox", options: [{ value: "true" }, { value: "false" }] };

const listed: Record<string, [object, CatalogField]> = {
  firstname: [{}, { ...open, type: "string" }],
  email: [{}, { ...open, type: "email" }],
  website: [{}, { ...open, type: "url" }],
  phone: [{ fieldType: "phonenumber" }, { ...open, type: "phone" }],
  second_phone: [{ fieldType: "phonenumber" }, { ...open, type: "phone" }],
  third_phone: [
    { type: "phone_number", fieldType: "phonenumber" },
    { ...open, type: "phone" },
  ],
  about: [{ fieldType: "html" }, { ...open, type: "string" }],
  visits: [
    { type: "number", fieldType: "number" },
    { ...open, type: "number" },
  ],
  born: [
    { type: "date", fieldType: "date" },
    { ...open, type: "date" },
  ],
  seen: [
    { type: "datetime", fieldType: "date" },
    { ...open, type: "datetime" },
  ],
  vip: [
    { type: "bool", ...bool },
    { ...open, type: "boolean" },
  ],
  autogen: [
    { type: "enumeration", ...bool },
    { ...open, type: "boolean" },
  ],
  hs_lead_status: [enumeration("radio"), { ...open, type: "enum", values: ["NEW", "OPEN"] }],
  topics: [enumeration("checkbox"), { ...open, type: "multi_enum", values: ["NEW", "OPEN"] }],
  hs_pipeline: [enumeration("select", { options: [], externalOptions: true }), { ...open, type: "enum" }],
  hubspot_owner_id: [
    enumeration("select", { options: [], externalOptions: true, referencedObjectType: "OWNER" }),
    { ...open, type: "reference" },
  ],
  hs_all_owner_ids: [
    enumeration("checkbox", { options: [], externalOptions: true, referencedObjectType: "OWNER" }),
    { ...open, type: "multi_enum" },
  ],
  hs_object_id: [
    { type: "number", fieldType: "number", modificationMetadata: { readOnlyValue: true } },
    { ...readOnly, type: "id" },
  ],
  score: [
    { type: "number", fieldType: "calculation_score", calculated: true },
    { ...readOnly, type: "number" },
  ],
  customer_key: [{ hasUniqueValue: true }, { ...open, type: "string", unique: true }],
  hs_email_optout: [
    { type: "bool", ...bool, modificationMetadata: { readOnlyValue: true } },
    { ...readOnly, type: "suppression" },
  ],
  hs_email_optout_283042: [enumeration("booleancheckbox"), { ...open, type: "suppression" }],
  hs_email_optouts_counted: [
    { type: "number", fieldType: "number" },
    { ...open, type: "number" },
  ],
  payload: [{ type: "json" }, open],
};

test("HubSpot's properties, one by one; what is archived is not there", () => {
  const results = Object.entries(listed).map(([name, [facts]]) => property(name, facts));
  const expected = { crm: Object.fromEntries(Object.entries(listed).map(([name, [, facts]]) => [name, facts])) };
  const answer = { results: [...results, property("gone", { archived: true })] };
  assert.deepEqual(engine.importCatalog("hubspot", answer), expected);
  assert.deepEqual(engine.importCatalog("hubspot", utf8(JSON.stringify(answer))), expected);
});

test("names are written as paths", () => {
  const names = ["a b", "a.b", "naïve", "closed", "__proto__", "with`tick"];
  const { crm = {} } = engine.importCatalog("hubspot", { results: names.map((name) => property(name)) });
  assert.deepEqual(Object.keys(crm), ["`a b`", "`a.b`", "naïve", "closed", "__proto__"]);
});

const refused: Record<string, ["salesforce" | "hubspot", unknown, RegExp]> = {
  "nothing at all": ["salesforce", undefined, /a Salesforce describe answer.*found nothing/],
  "no JSON": ["hubspot", utf8("<html>"), /HubSpot's answer.*no JSON/],
  "no UTF-8": ["hubspot", new Uint8Array([0xff]), /no JSON in UTF-8/],
  "the other CRM's answer": [
    "hubspot",
    { name: "Contact", fields: [] },
    /list `results`, found an object with name, fields/,
  ],
  "the list of all objects": ["salesforce", { sobjects: [] }, /describe one of them/],
  "Salesforce's error": ["salesforce", [{ errorCode: "INVALID_SESSION_ID", message: "x" }], /error INVALID_SESSION_ID/],
  "HubSpot's error": ["hubspot", { status: "error", category: "EXPIRED_AUTHENTICATION" }, /error EXPIRED_AUTH/],
  "a field that is none": ["salesforce", { fields: [field("a"), null] }, /fields\[1\] to be an object, found null/],
  "a field without a name": [
    "salesforce",
    { fields: [{ type: "string" }] },
    /fields\[0\]\.name to be a text, found nothing/,
  ],
  "a property without a type": ["hubspot", { results: [{ name: "a", type: 1 }] }, /results\[0\]\.type to be a text/],
};
for (const [name, [crm, answer, message]] of Object.entries(refused)) {
  test(`${name} is no catalog`, () => {
    assert.throws(() => engine.importCatalog(crm, answer as object), failing("API006", message));
  });
}

test("other CRMs have no importer", () => {
  for (const crm of ["zoho", "constructor"]) {
    assert.throws(() => engine.importCatalog(crm as "hubspot", {}), failing("API004", /"salesforce" or "hubspot"/));
  }
});

test("catalogs that cannot be handed over are refused before anything is compiled", () => {
  const catalogs = { crm: { a: (() => 1) as never } };
  assert.throws(() => engine.compile("", { catalogs }), failing("API006", /the catalogs at \/crm\/a/));
});
