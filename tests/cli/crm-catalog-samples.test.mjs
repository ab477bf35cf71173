/** Every standard field in the real answers of HubSpot and Salesforce is in the built-in catalogs, with a type that fits. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { pathOf } from "./support.mjs";

const folder = join(process.env.CRM_SYNC_SAMPLES ?? pathOf("../shared/samples"), "crm");
const skip = existsSync(folder) ? false : `there are no samples in ${folder}; CRM_SYNC_SAMPLES may name another folder`;
const files = skip ? [] : readdirSync(folder);
const read = (file) => readFileSync(join(folder, file), "utf8");
const engine = await loadEngine();

/** The field of that name, or the family (`name_*`) that has it. */
function find(catalog, name) {
  const family = Object.keys(catalog).find((key) => key.endsWith("*") && name.startsWith(key.slice(0, -1)));
  return catalog[name] ?? catalog[family];
}

/** All objects in a JSON value, from the outside in. */
function* objectsIn(value) {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value;
  for (const part of Object.values(value)) yield* objectsIn(part);
}

/** Whether a value that the CRM wrote is one of the type. HubSpot writes all values as texts. */
function fits(type, value) {
  if (value === null) return true;
  const text = String(value);
  switch (type) {
    case "number":
    case "integer":
    case "currency":
      return text.trim() !== "" && Number.isFinite(Number(text));
    case "boolean":
    case "suppression":
      return text === "true" || text === "false";
    case "date":
    case "datetime":
      return !Number.isNaN(new Date(/^\d+$/.test(text) ? Number(text) : text).getTime());
    case "email":
      return text.includes("@");
    case "map":
      return typeof value === "object";
    default:
      return typeof value === "string";
  }
}

test("HubSpot's properties of contacts are known", { skip }, () => {
  const catalog = engine.catalog("hubspot");
  let known = 0;
  for (const file of files.filter((name) => name.startsWith("hs-") && name.endsWith(".json"))) {
    for (const { properties } of objectsIn(JSON.parse(read(file)))) {
      if (typeof properties !== "object" || properties === null || Array.isArray(properties)) continue;
      for (const [name, value] of Object.entries(properties)) {
        const field = find(catalog, name);
        assert.ok(field, `${file}: ${name} is not in the catalog`);
        assert.ok(fits(field.type, value), `${file}: ${name} is ${field.type}, but holds ${JSON.stringify(value)}`);
        known += 1;
      }
    }
  }
  assert.ok(known > 50, `${known} values`);
});

test("HubSpot's own description of its properties agrees", { skip }, () => {
  const catalog = engine.catalog("hubspot");
  const fitting = {
    string: ["string", "email", "phone", "url"],
    phone_number: ["phone"],
    number: ["number", "integer", "currency", "reference", "id"],
    bool: ["boolean", "suppression"],
    date: ["date"],
    datetime: ["datetime"],
    object_coordinates: ["string"],
  };
  const enumerations = { checkbox: ["multi_enum"], booleancheckbox: ["boolean", "suppression"] };
  let known = 0;
  for (const property of JSON.parse(read("hs-contact-properties-metadata.json")).results) {
    if (!property.hubspotDefined) continue;
    const { name, type, fieldType, modificationMetadata } = property;
    const field = find(catalog, name);
    assert.ok(field, `${name} is not in the catalog`);
    const types =
      type === "enumeration" ? (enumerations[fieldType] ?? ["enum", "multi_enum", "reference"]) : fitting[type];
    assert.ok(types?.includes(field.type), `${name} is ${field.type}, but HubSpot says ${type}, ${fieldType}`);
    assert.equal(field.updateable === false, modificationMetadata.readOnlyValue, `${name} is read-only`);
    known += 1;
  }
  assert.ok(known > 8, `${known} properties`);
});

test("Salesforce's fields of Contact are known", { skip }, () => {
  const catalog = engine.catalog("salesforce", "Contact");
  // What stands in a record and is no field of it.
  const besides = new Set(["attributes", "ChangeEventHeader", "ReplayId", "_EventType", "_ObjectType", "id"]);
  const seen = new Set();
  const check = (file, name, value) => {
    if (besides.has(name) || name.endsWith("__c")) return;
    const field = catalog[name];
    assert.ok(field, `${file}: ${name} is not in the catalog`);
    // Change events give compound names in their parts.
    const compound = typeof value === "object" && value !== null && name === "Name";
    assert.ok(compound || fits(field.type, value), `${file}: ${name} is ${field.type}, not ${JSON.stringify(value)}`);
    seen.add(name);
  };
  for (const file of files.filter((name) => name.startsWith("sf-") && name.endsWith(".json"))) {
    for (const record of objectsIn(JSON.parse(read(file)))) {
      const kind = record.ChangeEventHeader?.entityName ?? record.attributes?.type;
      if (kind === "Contact") for (const [name, value] of Object.entries(record)) check(file, name, value);
      for (const name of Array.isArray(record.fields) ? record.fields : []) check(file, name, null);
      // Of a change event the names, compound ones by their parts.
      if (record.entityName !== "Contact") continue;
      for (const name of record.changedFields ?? []) check(file, name.split(".")[0], null);
    }
  }
  for (const [, name, value] of read("sf-outbound-message-contact.xml").matchAll(/<sf:(\w+)>([^<]*)</g)) {
    check("sf-outbound-message-contact.xml", name, value);
  }
  for (const name of ["AccountId", "AssistantName", "MailingAddress", "LastModifiedDate", "MasterRecordId"])
    assert.ok(seen.has(name), `${name} is in the samples`);
});

test("both of the realistic mappings compile", { skip }, async () => {
  for (const file of ["hubspot-contact.yaml", "salesforce-contact.yaml"]) {
    const text = readFileSync(join(folder, "../mappings", file), "utf8");
    await engine.prepare(text);
    const { diagnostics } = engine.compile(text, { fileName: file });
    const mine = /^MAP0(1[589]|2[0-6])$/;
    assert.deepEqual(
      diagnostics.filter(({ code }) => mine.test(code)),
      [],
      "nothing that the catalogs would say",
    );
  }
});
