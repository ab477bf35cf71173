/** Salesforce's errors: lists of codes, messages and fields. The messages may hold values, so only parts are taken over. */
import { CrmUnavailable, type CrmWritten } from "../client.js";
import { isPath } from "./soql.js";

export interface SalesforceError {
  code: string;
  /** For our own reading only; never handed on. */
  message: string;
  fields: string[];
  /** Records that a duplicate rule has matched. */
  matches: unknown[];
}

/** Of a body `[{errorCode, message, fields}]`, or of the `errors` of one record, where the code is `statusCode`. */
export function errorsOf(body: unknown): SalesforceError[] {
  if (!Array.isArray(body)) return [];
  return body.flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null) return [];
    const given = one as Record<string, unknown>;
    const code = given.errorCode ?? given.statusCode;
    if (typeof code !== "string") return [];
    return [
      {
        code: /^\w{1,80}$/.test(code) ? code : "UNKNOWN",
        message: typeof given.message === "string" ? given.message : "",
        fields: Array.isArray(given.fields)
          ? given.fields.filter((name) => typeof name === "string" && isPath(name))
          : [],
        matches: matchesIn(given),
      },
    ];
  });
}

/** `duplicateResult`; some versions of the API spell it `duplicateResut`. */
function matchesIn(error: Record<string, unknown>): unknown[] {
  const result = (error.duplicateResult ?? error.duplicateResut) as { matchResults?: unknown } | null | undefined;
  const found = list(result?.matchResults).flatMap((match) =>
    list((match as { matchRecords?: unknown })?.matchRecords),
  );
  return found.map((match) => (match as { record?: { Id?: unknown } } | null)?.record?.Id);
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Not taken because of what else goes on, not because of what was asked; in milliseconds. */
const passing: Record<string, number> = {
  UNABLE_TO_LOCK_ROW: 2_000,
  QUERY_TIMEOUT: 10_000,
  SERVER_UNAVAILABLE: 30_000,
  REQUEST_RUNNING_TOO_LONG: 30_000,
  TXN_SECURITY_METERING_ERROR: 30_000,
  STORAGE_LIMIT_EXCEEDED: 3_600_000,
};

/** How long to wait where Salesforce asks for it, whether of one record or of the whole; null: it does not. */
export function waitFor(status: number, errors: readonly SalesforceError[]): number | null {
  for (const { code, message } of errors) {
    // The day's calls come back bit by bit over 24 hours; too many at a time are soon over.
    if (code === "REQUEST_LIMIT_EXCEEDED") return /TotalRequests/i.test(message) ? 900_000 : 10_000;
    const after = passing[code];
    if (after !== undefined) return after;
  }
  return status === 420 || status === 429 || status === 503 ? 30_000 : null;
}

/** Why a request as a whole was not answered. */
export function unavailable(status: number, errors: readonly SalesforceError[]): CrmUnavailable {
  const said = `HTTP ${status} ${errors.map(({ code }) => code).join(" ")}`.trim();
  const after = waitFor(status, errors);
  return after === null ? new CrmUnavailable("broken", said) : new CrmUnavailable("later", said, after);
}

const hints: Record<string, string> = {
  REQUIRED_FIELD_MISSING: "a required field has no value",
  FIELD_CUSTOM_VALIDATION_EXCEPTION: "a validation rule of the organisation refuses it",
  FIELD_FILTER_VALIDATION_EXCEPTION: "a lookup filter refuses it",
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: "a trigger or a flow of the organisation fails",
  CANNOT_EXECUTE_FLOW_TRIGGER: "a flow of the organisation fails",
  INVALID_FIELD_FOR_INSERT_UPDATE: "the field may not be written: field-level security, or the field is calculated",
  INVALID_FIELD: "the object has no such field, or the user may not see it",
  STRING_TOO_LONG: "a text is longer than its field",
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: "a value is not one of the picklist's",
  INVALID_EMAIL_ADDRESS: "the address is not one that Salesforce takes",
  DUPLICATES_DETECTED: "a duplicate rule matches another record",
  DUPLICATE_VALUE: "another record holds a value that is to be unique",
  DUPLICATE_EXTERNAL_ID: "several records have this key",
  INSUFFICIENT_ACCESS_OR_READONLY: "the user may not write this record",
  DELETE_FAILED: "other records or a trigger keep it from being deleted",
};

type Outcome = CrmWritten extends infer Written ? (Written extends CrmWritten ? Omit<Written, "ref"> : never) : never;

/** What errors of one record mean for its write. `written` are the fields that were sent. */
export function outcomeOf(status: number, errors: readonly SalesforceError[], written: readonly string[]): Outcome {
  const [first] = errors;
  if (status === 412) return { state: "changed" };
  const codes = errors.map(({ code }) => code);
  if (status === 404 || codes.includes("ENTITY_IS_DELETED") || codes.includes("NOT_FOUND")) return { state: "gone" };
  const after = waitFor(status, errors);
  if (after !== null) return { state: "later", after, why: first?.code ?? `HTTP ${status}` };
  if (first === undefined) return { state: "unknown", why: `HTTP ${status} without an error` };
  if (status >= 500 || first.code === "UNKNOWN_EXCEPTION") return { state: "unknown", why: first.code };
  const fields = [...new Set(errors.flatMap((error) => [...error.fields, ...namedIn(error, written)]))];
  return { state: "refused", code: first.code, fields, hint: hints[first.code] ?? "" };
}

/** Fields that a message says are unknown, such as "No such column 'Level__c' on entity 'Contact'". */
export function namedIn({ code, message }: SalesforceError, asked: readonly string[]): string[] {
  if (code !== "INVALID_FIELD") return [];
  // The message repeats the query, whose own quotes are escaped or follow no such words.
  const unknown = /(?:no such column|no such relation|understand relationship) '([A-Za-z][\w.]*)'/gi;
  const names = [...message.matchAll(unknown)].map(([, name = ""]) => name.toLowerCase());
  return asked.filter((field) => {
    const path = field.toLowerCase();
    return names.includes(path) || path.split(".").some((part) => names.includes(part));
  });
}
