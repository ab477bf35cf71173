/** What is written, as Salesforce takes it: other names and types refuse the request, other values the record. */
import { behaves } from "../behaviours.js";
import { type Refusal, refuse } from "./errors.js";
import { eighteen, type ObjectName, objectOf } from "./ids.js";
import type { Records, Row } from "./records.js";
import type { Field, Schema } from "./schema.js";

behaves(
  "salesforce",
  "assumed",
  "A field that the object lacks, or a value of another JSON type, refuses the whole request with 400, also in collections.",
  "forum threads on INVALID_FIELD and JSON_PARSER_ERROR; no recording of a collection",
);
behaves(
  "salesforce",
  "recorded",
  "A field that may not be written refuses with INVALID_FIELD_FOR_INSERT_UPDATE and the field's name.",
  "sample sf-400-invalid-field-for-upsert.json",
);
behaves("salesforce", "documented", "An empty text is kept as null.", "SOQL and SOAP guides: empty strings are null");
behaves("salesforce", "assumed", "White space around texts is cut off.", "seen in forums only");

/** By the fields' own names. Throws where the request as a whole is refused. */
export function named(schema: Schema, object: ObjectName, given: Record<string, unknown>): Map<Field, unknown> {
  const values = new Map<Field, unknown>();
  for (const [name, value] of Object.entries(given)) {
    const field = schema.field(object, name);
    if (field === null) throw refuse(400, "INVALID_FIELD", `No such column '${name}' on sobject of type ${object}`);
    values.set(field, typed(field, value));
  }
  return values;
}

function typed(field: Field, value: unknown): unknown {
  if (value === null) return null;
  const wanted = jsonType[field.type] ?? "string";
  const given = typeof value === "bigint" ? "number" : typeof value;
  if (given !== wanted && field.readOnly !== true) {
    throw refuse(400, "JSON_PARSER_ERROR", `Cannot deserialize instance of ${wanted} from a ${given} value`);
  }
  if (typeof value !== "string") return value;
  const text = value.trim();
  return text === "" ? null : text;
}

const jsonType: Partial<Record<Field["type"], string>> = { number: "number", boolean: "boolean" };

/** Times as milliseconds, references with 18 characters; what is wrong with the record goes to `refusals`. */
export function checked(
  values: ReadonlyMap<Field, unknown>,
  context: { schema: Schema; records: Records; object: ObjectName; id: string | null },
  refusals: Refusal[],
): Record<string, unknown> {
  const { schema, records, object, id } = context;
  const readOnly = [...values.keys()].filter((field) => field.readOnly === true).map(({ name }) => name);
  if (readOnly.length > 0) {
    const message =
      `Unable to create/update fields: ${readOnly.join(", ")}. Please check the security settings of this field ` +
      "and verify that it is read/write for your profile or permission set.";
    refusals.push({ statusCode: "INVALID_FIELD_FOR_INSERT_UPDATE", message, fields: readOnly });
  }
  const missing = schema.fields(object).flatMap((field) => {
    const isMissing = field.required === true && (id === null ? values.get(field) == null : values.get(field) === null);
    return isMissing ? [field.name] : [];
  });
  if (missing.length > 0) {
    const message = `Required fields are missing: [${missing.join(", ")}]`;
    refusals.push({ statusCode: "REQUIRED_FIELD_MISSING", message, fields: missing });
  }
  const taken: Record<string, unknown> = {};
  for (const [field, value] of values) {
    const result = valueIn(field, value, records);
    if ("statusCode" in result) refusals.push({ ...result, fields: [field.name] });
    else taken[field.name] = result.value;
    const holder =
      field.unique === true && typeof value === "string"
        ? records.holder(object, field.name, value, id ?? undefined)
        : null;
    if (holder !== null) refusals.push(duplicate(field.name, holder));
  }
  return taken;
}

behaves(
  "salesforce",
  "documented",
  "A value that is to be unique and is not refuses with DUPLICATE_VALUE and the holder's id in the message.",
  "SOAP API Developer Guide, StatusCode; message as commonly reported",
);

const duplicate = (field: string, holder: Row): Refusal => ({
  statusCode: "DUPLICATE_VALUE",
  message: `duplicate value found: ${field} duplicates value on record with id: ${holder.Id.slice(0, 15)}`,
  fields: [],
});

type Checked = { value: unknown } | Refusal;

function valueIn(field: Field, value: unknown, records: Records): Checked {
  if (value === null) {
    if (field.type !== "boolean") return { value };
    return { statusCode: "INVALID_TYPE_ON_FIELD_IN_RECORD", message: `${field.name}: value not of required type: ` };
  }
  if (typeof value !== "string") return { value };
  if (field.length !== undefined && [...value].length > field.length) {
    const message = `${field.name}: data value too large: ${value.slice(0, 20)} (max length=${field.length})`;
    return { statusCode: "STRING_TOO_LONG", message };
  }
  if (field.type === "email" && !/^[^\s@,;]+@[^\s@,;]+\.[^\s@.,;]{2,}$/.test(value)) {
    return { statusCode: "INVALID_EMAIL_ADDRESS", message: `${field.name}: invalid email address: ${value}` };
  }
  if (field.type === "date" && !/^\d{4}-\d\d-\d\d$/.test(value)) return unparsed(field);
  if (field.type === "datetime") {
    const time = Date.parse(value);
    return Number.isNaN(time) ? unparsed(field) : { value: time };
  }
  return field.type === "reference" ? reference(field, value, records) : { value };
}

const unparsed = ({ name, type }: Field): Refusal => ({
  statusCode: "INVALID_TYPE_ON_FIELD_IN_RECORD",
  message: `${name}: value not of required type: ${type}`,
});

behaves(
  "salesforce",
  "documented",
  "References are checked: MALFORMED_ID, INVALID_CROSS_REFERENCE_KEY, and INACTIVE_OWNER_OR_USER for an owner who has left.",
  "SOAP API Developer Guide, StatusCode",
);

function reference(field: Field, value: string, records: Records): Checked {
  const id = eighteen(value);
  if (id === null || (field.to !== undefined && objectOf(id) !== field.to)) {
    return { statusCode: "MALFORMED_ID", message: `${field.name}: id value of incorrect type: ${value}` };
  }
  const row = records.get(id);
  if (row === null || row.IsDeleted === true) {
    return { statusCode: "INVALID_CROSS_REFERENCE_KEY", message: "invalid cross reference id" };
  }
  if (field.to === "User" && row.IsActive === false) {
    return { statusCode: "INACTIVE_OWNER_OR_USER", message: `operation performed with inactive user [${id}]` };
  }
  return { value: id };
}
