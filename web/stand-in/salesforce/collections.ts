/** sObject Collections: upserts by an external id, and deletions; each record has its own result, in the request's order. */
import { behaves } from "../behaviours.js";
import { Refused, refuse, resultErrors } from "./errors.js";
import { eighteen, type ObjectName, objectOf } from "./ids.js";
import type { Session, State } from "./state.js";
import { create, remove, update } from "./writes.js";

behaves(
  "salesforce",
  "documented",
  "Collections take 200 records and answer 200 with a result each, in the request's order; allOrNone is false unless said.",
  "REST API Developer Guide, sObject Collections",
);
behaves(
  "salesforce",
  "recorded",
  "An empty collection is refused with REQUIRED_FIELD_MISSING.",
  "sample sf-collections-400-empty.json",
);
behaves(
  "salesforce",
  "documented",
  "An upsert whose key several records of the request have is refused with DUPLICATE_EXTERNAL_ID.",
  "SOAP API Developer Guide, StatusCode",
);
behaves(
  "salesforce",
  "assumed",
  "What the document says to too long a collection is taken to be EXCEEDED_MAX_SIZE_REQUEST.",
  "the code is not documented for it",
);

const most = 200;

function sized(count: number): void {
  if (count === 0) throw refuse(400, "REQUIRED_FIELD_MISSING", "At least 1 record is required");
  if (count > most)
    throw refuse(400, "EXCEEDED_MAX_SIZE_REQUEST", `Record limit reached. At most ${most} are allowed.`);
}

function notAllOrNone(allOrNone: unknown): void {
  if (allOrNone === true || allOrNone === "true")
    throw refuse(400, "FEATURE_NOT_ENABLED", "allOrNone is not known here");
}

export function upsert(state: State, session: Session, object: ObjectName, keyField: string, body: unknown): unknown {
  const { schema, records } = state;
  const field = schema.field(object, keyField);
  if (field?.externalId !== true) {
    throw refuse(404, "NOT_FOUND", `Provided external ID field does not exist or is not accessible: ${keyField}`);
  }
  const { records: given, allOrNone } = (body ?? {}) as { records?: unknown; allOrNone?: unknown };
  if (!Array.isArray(given)) throw refuse(400, "JSON_PARSER_ERROR", "records is no list");
  notAllOrNone(allOrNone);
  sized(given.length);
  const keys = given.map((one) => {
    const name = Object.keys(one as object).find((key) => key.toLowerCase() === field.name.toLowerCase());
    return name === undefined ? null : (one as Record<string, unknown>)[name];
  });
  const parts = given.map((one, index) => {
    const { attributes, ...values } = one as { attributes?: { type?: unknown } };
    if (schema.object(String(attributes?.type)) !== object) {
      throw refuse(400, "INVALID_TYPE", "the records are not all of the type that the path names");
    }
    for (const name of Object.keys(values)) {
      if (schema.field(object, name) === null) {
        throw refuse(400, "INVALID_FIELD", `No such column '${name}' on sobject of type ${object}`);
      }
    }
    return { values, key: keys[index] };
  });
  return parts.map(({ values, key }) => {
    if (typeof key !== "string" || key === "") {
      return failed([{ statusCode: "MISSING_ARGUMENT", message: `${field.name} not specified` }]);
    }
    const isRepeated = keys.filter((one) => String(one).toLowerCase() === key.toLowerCase()).length > 1;
    if (isRepeated) {
      const message = `Duplicate external id specified: ${key}`;
      return failed([{ statusCode: "DUPLICATE_EXTERNAL_ID", message, fields: [field.name] }]);
    }
    return result(() => {
      const held = records.holder(object, field.name, key);
      if (held === null) {
        const id = create(state, { object, given: values, author: session.author, headers: session.headers });
        return { id, success: true, errors: [], created: true };
      }
      update(state, held.Id, values, session.author);
      return { id: held.Id, success: true, errors: [], created: false };
    });
  });
}

export function removeAll(state: State, session: Session, query: URLSearchParams): unknown {
  notAllOrNone(query.get("allOrNone"));
  const ids = (query.get("ids") ?? "").split(",").filter(Boolean);
  sized(ids.length);
  return ids.map((given) => {
    const id = eighteen(given);
    if (id === null || objectOf(id) === null) {
      return { id: given, ...failed([{ statusCode: "MALFORMED_ID", message: `malformed id ${given}` }]) };
    }
    const removed = result(() => {
      remove(state, id, session.author);
      return { id, success: true, errors: [] };
    });
    return { id, ...removed };
  });
}

const failed = (refusals: Parameters<typeof resultErrors>[0]) => ({ success: false, errors: resultErrors(refusals) });

function result<T extends object>(work: () => T): T | ReturnType<typeof failed> {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refused) return failed(error.refusals);
    throw error;
  }
}
