/** sObject Describe: the fields of an object, as the integration user sees them. */
import { behaves } from "../behaviours.js";
import type { ObjectName } from "./ids.js";
import type { Field, Schema } from "./schema.js";

behaves(
  "salesforce",
  "documented",
  "A description has the fields that the user may see, and says of each whether the user may create and update it, and whether it is unique and an external id.",
  "REST API Developer Guide, sObject Describe; Object Reference, field properties",
);

const types: Partial<Record<Field["type"], string>> = { text: "string", number: "double", compound: "address" };

export const described = (schema: Schema, object: ObjectName) => ({
  name: object,
  fields: schema
    .fields(object)
    .filter(({ hidden }) => hidden !== true)
    .map(({ name, type, length = 0, required, unique, externalId, to, readOnly }) => ({
      ...{ name, label: name, type: types[type] ?? type, length, custom: name.endsWith("__c") },
      ...{ nillable: required !== true, unique: unique === true, externalId: externalId === true },
      ...{ createable: readOnly !== true, updateable: readOnly !== true, filterable: true },
      ...{ referenceTo: to === undefined ? [] : [to] },
      relationshipName: to === undefined ? null : name.replace(/Id$/, "").replace(/__c$/, "__r"),
    })),
});
