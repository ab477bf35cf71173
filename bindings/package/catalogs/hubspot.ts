/**
 * The catalog in HubSpot's answer to `GET /crm/v3/properties/<object>`, which has the same form under the dated versions
 * of the interface ("Property type and fieldType values" of the CRM properties guide).
 */
import type { Catalog, CatalogField, CatalogType } from "../types.js";
import { fieldsIn, isObject, type Json, lookedUp, pathOf, valuesIn } from "./answer.js";

/** Other types, such as `json`, have properties that pass as they are. */
const types: Record<string, CatalogType> = {
  bool: "boolean",
  enumeration: "enum",
  date: "date",
  datetime: "datetime",
  phone_number: "phone",
  object_coordinates: "string",
};

/** Default properties that HubSpot calls texts and numbers. */
const known: Record<string, CatalogType> = {
  email: "email",
  work_email: "email",
  website: "url",
  phone: "phone",
  mobilephone: "phone",
  fax: "phone",
  hs_object_id: "id",
};

export const expected = "HubSpot's answer to GET /crm/v3/properties/<object>, an object with the list `results`";

export function hubspotCatalog(answer: unknown): Catalog {
  const properties = fieldsIn(answer, "results", expected).filter(({ archived }) => archived !== true);
  return Object.fromEntries(properties.map((property) => [pathOf(property.name), factsOf(property)]));
}

function factsOf(property: Json & { name: string; type: string }): CatalogField {
  const type = typeOf(property);
  // Hidden options are hidden in forms only; external ones are not listed.
  const listed = (type === "enum" || type === "multi_enum") && property.externalOptions !== true;
  const values = listed ? valuesIn(property.options, () => true) : [];
  const { modificationMetadata: modification } = property;
  const readOnly = isObject(modification) && modification.readOnlyValue === true;
  const writable = !readOnly && property.calculated !== true;
  return {
    ...(type !== undefined && { type }),
    ...(values.length > 0 && { values }),
    nullable: true,
    createable: writable,
    updateable: writable,
    ...(property.hasUniqueValue === true && { unique: true }),
  };
}

function typeOf({ name, type, fieldType, ...more }: Json & { name: string; type: string }): CatalogType | undefined {
  if (/^hs_email_optout(_|$)/.test(name)) return "suppression";
  // Several owners are a multi-select of their ids, one is a reference.
  if (typeof more.referencedObjectType === "string" && fieldType !== "checkbox") return "reference";
  if (type === "enumeration" && fieldType === "checkbox") return "multi_enum";
  if (fieldType === "booleancheckbox") return "boolean";
  if (type !== "string" && type !== "number") return lookedUp(types, type);
  return lookedUp(known, name) ?? (fieldType === "phonenumber" ? "phone" : type);
}
