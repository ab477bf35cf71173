/** /crm/properties: what an administrator has defined, and HubSpot's own. */
import { behaves } from "../behaviours.js";
import { refuse } from "./errors.js";
import type { Property } from "./schema.js";
import type { State } from "./state.js";

behaves(
  "hubspot",
  "recorded",
  "A property tells its type, its options, whether it is calculated and unique, and in modificationMetadata whether it is read-only.",
  "sample hs-contact-properties-metadata.json",
);

export const properties = ({ schema }: State) => ({ results: schema.properties().map(described) });

export function property({ schema }: State, name: string) {
  const found = schema.property(name);
  if (found === null)
    throw refuse(404, "OBJECT_NOT_FOUND", `Property "${name}" does not exist`, { propertyName: [name] });
  return described(found);
}

const fieldTypes = {
  ...{ string: "text", number: "number", bool: "booleancheckbox", enumeration: "select", date: "date" },
  ...{ datetime: "date", phone_number: "phonenumber" },
} as const;

function described({ name, type, multiple, options = [], unique, readOnly, calculated }: Property) {
  return {
    ...{ name, label: name, description: "", groupName: "contactinformation" },
    type: type === "phone_number" ? "string" : type,
    fieldType: multiple === true ? "checkbox" : calculated === undefined ? fieldTypes[type] : "calculation_equation",
    options: options.map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false })),
    ...{ displayOrder: -1, calculated: calculated !== undefined, externalOptions: name === "hubspot_owner_id" },
    ...{
      hasUniqueValue: unique === true,
      hidden: false,
      hubspotDefined: !name.startsWith("penguinmails"),
      formField: true,
    },
    modificationMetadata: { archivable: true, readOnlyDefinition: false, readOnlyValue: readOnly === true },
  };
}
