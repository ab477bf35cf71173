/** Salesforce's side of the doctor: the organisation's id, the object's description, and one count. Three calls. */
import { CrmUnavailable } from "../client.js";
import {
  type Check,
  type Described,
  type Fitting,
  failed,
  fieldChecks,
  notChecked,
  ok,
  quotaCheck,
  unless,
  type Wanted,
  warning,
} from "../examine.js";
import { dataPath } from "./api.js";
import type { Context } from "./context.js";
import { unavailable } from "./errors.js";
import { longId } from "./ids.js";
import { inUri } from "./query.js";

const numbers = ["double", "currency", "percent", "int", "long"];
const fitting: Fitting = {
  suppression: ["boolean"],
  boolean: ["boolean"],
  number: numbers,
  integer: numbers,
  date: ["date"],
  datetime: ["datetime"],
};

const hints = {
  missing:
    "the object has no such field, or field-level security hides it: let the integration user see it, or take it out of the mapping",
  readOnly: "the integration user may not edit this field: field-level security, or Salesforce calculates it",
};

/** So many groups of records with one address are counted, and no more. */
const mostDuplicates = 200;

export async function examine(context: Context, wanted: Wanted): Promise<Check[]> {
  const { requests, object } = context;
  const organisation = await rows(context, "SELECT Id FROM Organization LIMIT 1");
  const { status, body, errors } = await requests.read("GET", `${dataPath}/sobjects/${object}/describe`);
  if (status !== 200 && status !== 404) throw unavailable(status, errors);
  const quota = requests.quota();
  return [
    longId((organisation[0] as { Id?: unknown } | undefined)?.Id) === wanted.account
      ? ok("token", `of organisation ${wanted.account}`)
      : failed("token", "the token is another organisation's: connect this integration's anew"),
    ok("scopes", "api; refresh_token shows when the token is renewed"),
    ...(status === 200 ? describedChecks(context, wanted, body) : noObject(object)),
    quota === null ? notChecked("quota", "Salesforce has not told it") : quotaCheck(quota.left, quota.limit),
    await duplicates(context).catch((error) => {
      if (error instanceof CrmUnavailable) return notChecked("duplicates", error.message);
      throw error;
    }),
  ];
}

const noObject = (object: string) => [
  failed("fields", "the integration user may not see this object", [object]),
  ...["writable", "types", "key_field"].map((code) => notChecked(code, "the object is not seen")),
];

async function rows({ requests }: Context, query: string): Promise<unknown[]> {
  const { status, body, errors } = await requests.read("GET", `${dataPath}/query?q=${inUri(query)}`);
  if (status !== 200) throw unavailable(status, errors);
  const { records } = (body ?? {}) as { records?: unknown };
  if (!Array.isArray(records)) throw new CrmUnavailable("broken", "a query's answer has no records");
  return records;
}

function describedChecks({ keyField, object }: Context, wanted: Wanted, body: unknown): Check[] {
  const { fields = [] } = body as { fields?: Record<string, unknown>[] };
  const byName = new Map(fields.map((field) => [String(field.name).toLowerCase(), field]));
  const relationships = new Set(fields.map(({ relationshipName }) => String(relationshipName).toLowerCase()));
  const described = (path: string): Described | null => {
    const [first = "", ...rest] = path.toLowerCase().split(".");
    // What is read of another record is that one's; whether it is led to is all that is seen here.
    if (rest.length > 0) return relationships.has(first) ? { type: "", isWritable: false } : null;
    const field = byName.get(first);
    return field === undefined
      ? null
      : { type: String(field.type), isWritable: field.updateable === true && field.createable === true };
  };
  const own = { ...wanted, types: withoutPaths(wanted.types) };
  const key = byName.get(keyField.toLowerCase());
  const isKey = key?.unique === true && key.externalId === true && described(keyField)?.isWritable === true;
  return [
    ...fieldChecks(own, described, fitting, hints),
    unless(
      isKey ? [] : [keyField],
      "key_field",
      key === undefined
        ? `create this field of ${object}: text, external id, unique; and let the integration user see and edit it`
        : "the field has to be an external id and unique, and the integration user has to be allowed to edit it",
    ),
  ];
}

const withoutPaths = (types: Wanted["types"]) =>
  Object.fromEntries(Object.entries(types).filter(([field]) => !field.includes(".")));

/** Counted by Salesforce: no address is asked for. */
async function duplicates(context: Context): Promise<Check> {
  const { object } = context;
  const query = `SELECT COUNT(Id) FROM ${object} WHERE Email != null GROUP BY Email HAVING COUNT(Id) > 1 LIMIT ${mostDuplicates}`;
  const { length } = await rows(context, query);
  if (length === 0) return ok("duplicates");
  const several =
    length === mostDuplicates ? `${length} addresses or more` : `${length} ${length === 1 ? "address" : "addresses"}`;
  return warning(
    "duplicates",
    `${several} that several records share: merge those, or each will be a question to a person`,
    ["Email"],
  );
}
