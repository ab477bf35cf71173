/**
 * The catalog in the answer of Salesforce's `sobjects/<object>/describe` (REST API Developer Guide, "sObject Describe";
 * the types are those of "Field Types" in the Object Reference).
 */
import type { Catalog, CatalogField, CatalogType } from "../types.js";
import { fieldsIn, type Json, lookedUp, pathOf, valuesIn } from "./answer.js";

/** Other types, such as `anyType`, have fields that pass as they are. */
const types: Record<string, CatalogType> = {
  string: "string",
  textarea: "string",
  encryptedstring: "string",
  // Of a combo box the list only proposes.
  combobox: "string",
  time: "string",
  base64: "string",
  email: "email",
  phone: "phone",
  url: "url",
  picklist: "enum",
  multipicklist: "multi_enum",
  boolean: "boolean",
  int: "integer",
  long: "integer",
  double: "number",
  percent: "number",
  currency: "currency",
  date: "date",
  datetime: "datetime",
  id: "id",
  reference: "reference",
  address: "map",
  location: "map",
};

const texts = new Set<CatalogType | undefined>(["string", "email", "phone", "url"]);

export const expected = "a Salesforce describe answer, an object with the list `fields`";

export function salesforceCatalog(answer: unknown): Catalog {
  return Object.fromEntries(fieldsIn(answer, "fields", expected).map((field) => [pathOf(field.name), factsOf(field)]));
}

function factsOf(field: Json & { name: string; type: string }): CatalogField {
  const type = field.name === "HasOptedOutOfEmail" ? "suppression" : lookedUp(types, field.type.toLowerCase());
  const { length } = field;
  // A picklist that is not restricted takes other values too.
  const listed = (type === "enum" || type === "multi_enum") && field.restrictedPicklist !== false;
  const values = listed ? valuesIn(field.picklistValues, ({ active }) => active !== false) : [];
  // The parts of a compound field are written, not the field.
  const writable = type !== "map" && field.calculated !== true;
  const createable = writable && field.createable === true;
  const nullable = field.nillable !== false;
  return {
    ...(type !== undefined && { type }),
    ...(values.length > 0 && { values }),
    ...(texts.has(type) && typeof length === "number" && length > 0 && { max_length: length }),
    nullable,
    createable,
    updateable: writable && field.updateable === true,
    ...(field.unique === true && { unique: true }),
    ...(createable && !nullable && field.defaultedOnCreate !== true && { required: true }),
  };
}
