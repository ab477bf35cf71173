/** The JSON Schema of the mapping file, for editors: dist/schema.json. Generated from the engine's own tables. */
import { requiredByKind, sections, wordLists } from "./language-tables.mjs";

const ref = (section) => ({ $ref: `#/$defs/${section}` });
const words = wordLists();

const text = { type: "string" };
const notBlank = { type: "string", pattern: "\\S" };
const scalar = { type: ["string", "number", "boolean"] };
const valueMap = {
  type: "object",
  minProperties: 1,
  additionalProperties: { anyOf: [scalar, { type: "array", items: scalar, minItems: 1 }] },
};

/** What is neither a list nor a map of known keys. */
const forms = {
  text: () => text,
  boolean: () => ({ type: "boolean" }),
  number: () => ({ type: "integer", minimum: 0 }),
  literal: () => true,
  version: () => ({ const: 1 }),
  word: ({ list }) => ({ enum: words[list] }),
  suggestion: ({ list }) => ({ anyOf: [{ enum: words[list] }, text] }),
  local_path: () => notBlank,
  crm_path: () => notBlank,
  value_map: () => ({ anyOf: [notBlank, valueMap] }),
  expression: () => notBlank,
  formula: () => notBlank,
  reverse: () => notBlank,
  branch: () => true,
};

function single({ form, list, section }) {
  const alternatives = [];
  if (form !== undefined) alternatives.push(forms[form]({ list }));
  if (section !== undefined) alternatives.push(ref(section));
  return alternatives.length === 1 ? alternatives[0] : { anyOf: alternatives };
}

function schemaOf(shape) {
  const one = single(shape);
  const list = { type: "array", items: one };
  const mapOf = (values) => ({ type: "object", additionalProperties: values });
  switch (shape.around) {
    case undefined:
      return one;
    case "list":
      return list;
    case "lists":
      return { type: "array", items: list };
    case "one_or_list":
      return { anyOf: [one, { ...list, minItems: 1 }] };
    case "entries":
      return { anyOf: [list, mapOf(one)] };
    case "names":
      return mapOf(shape.form === "value_map" ? valueMap : one);
    case "local_fields":
    case "crm_fields":
      if (shape.section !== "catalog_field") return mapOf(one);
      return { ...mapOf(one), properties: { closed: { anyOf: [{ type: "boolean" }, one] } } };
    default:
      throw new Error(`the schema knows nothing of ${shape.around}`);
  }
}

/** The camelCase of a key, in whole or in part. Under a pattern, so that editors offer the one spelling only. */
const aliasPattern = (key) =>
  `^(?!${key}$)${key.replace(/_([a-z])/g, (_, letter) => `(_${letter}|${letter.toUpperCase()})`)}$`;
const camelCase = (key) => key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

function sectionSchema({ name, keys }) {
  const properties = Object.fromEntries(
    keys.map(({ name: key, shape, sentence }) => {
      const schema = schemaOf(shape);
      return [key, { description: sentence, ...(schema === true ? {} : schema) }];
    }),
  );
  const aliases = keys.filter((key) => key.name.includes("_") && name !== "strategies");
  return {
    type: "object",
    properties,
    ...(aliases.length > 0 && {
      patternProperties: Object.fromEntries(
        aliases.map(({ name: key }) => [aliasPattern(key), { $ref: `#/$defs/${name}/properties/${key}` }]),
      ),
    }),
    additionalProperties: false,
  };
}

/** By their names and in camelCase, the keys without which an entry is of no kind. */
const isOfAKind = () => ({
  anyOf: requiredByKind().map((keys) => ({
    allOf: keys.map((key) => ({ anyOf: [...new Set([key, camelCase(key)])].map((name) => ({ required: [name] })) })),
  })),
});

export function mappingSchema() {
  const all = sections();
  const $defs = Object.fromEntries(all.map((section) => [section.name, sectionSchema(section)]));
  Object.assign($defs.entry, isOfAKind());
  // The form of the PenguinMails design document.
  $defs.field_mapping_examples.required = ["examples"];
  const { properties } = $defs.file;
  properties.field_mapping.anyOf.push(ref("field_mapping_examples"));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Mapping file of @penguinmails/crm-sync",
    ...$defs.file,
    patternProperties: Object.fromEntries(
      Object.keys($defs.file.patternProperties).map((pattern) => [
        pattern,
        { $ref: $defs.file.patternProperties[pattern].$ref.replace("#/$defs/file", "#") },
      ]),
    ),
    $defs: Object.fromEntries(Object.entries($defs).filter(([name]) => name !== "file")),
  };
}
