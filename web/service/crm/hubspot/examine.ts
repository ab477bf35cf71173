/** HubSpot's side of the doctor: the list of properties, and what HubSpot says of the token and of the app. Two or three calls. */
import { type Credentials, CrmUnavailable } from "../client.js";
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
import type { Http } from "../http.js";
import { dailyQuota, objectsVersion } from "./api.js";
import { listOf, objectOf } from "./hubspot-error.js";

export interface Examined {
  http: Http;
  baseUrl: string;
  credentials: Credentials;
  keyField: string;
  consentFields: readonly string[];
  /** Absent: the token is a private app's. */
  introspect?: (token: string) => Promise<Record<string, unknown>>;
  subscriptions?: (appId: string) => Promise<unknown[] | null>;
}

const fitting: Fitting = {
  suppression: ["bool", "enumeration"],
  boolean: ["bool", "enumeration"],
  number: ["number"],
  integer: ["number"],
  date: ["date", "datetime"],
  datetime: ["date", "datetime"],
};

const hints = {
  missing:
    "HubSpot has no such property, or holds it as sensitive and keeps it from the app: create it, or take it out of the mapping",
  readOnly: "HubSpot sets this property itself: map it from the CRM only",
};

export async function examine(given: Examined, wanted: Wanted): Promise<Check[]> {
  const url = new URL(`/crm/properties/${objectsVersion}/contacts`, given.baseUrl).href;
  const result = await given.http.request("GET", url, { idempotent: true });
  if (result.sent !== true) throw new CrmUnavailable("later", result.why, 1_000);
  const { status, headers, body } = result;
  const token = await given.introspect?.(await given.credentials.token());
  return [
    ...tokenChecks(token, wanted),
    ...(status === 200
      ? propertyChecks(given, wanted, listOf(objectOf(body).results).map(objectOf))
      : ["fields", "writable", "types", "key_field"].map((code) =>
          notChecked(code, `HubSpot does not show the app its properties: HTTP ${status}`),
        )),
    dailyCheck(headers),
    ok("duplicates", "HubSpot has each address once"),
    subscriptionsCheck(token?.active === true ? await given.subscriptions?.(String(token.app_id)) : null, wanted),
  ];
}

function tokenChecks(token: Record<string, unknown> | undefined, wanted: Wanted): Check[] {
  if (token === undefined) {
    const why = "without HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET HubSpot does not tell it";
    return [ok("token", `HubSpot takes the token; of which account: ${why}`), notChecked("scopes", why)];
  }
  const { active, hub_id: portal, scopes } = token;
  if (active !== true) {
    const why = "the token is not of the app that is configured, so HubSpot does not tell it";
    return [ok("token", `HubSpot takes the token; ${why}`), notChecked("scopes", why)];
  }
  const missing = wanted.scopes.filter((scope) => !listOf(scopes).includes(scope));
  return [
    String(portal) === wanted.account
      ? ok("token", `of account ${wanted.account}`)
      : failed("token", "the token is another account's: connect this integration's account anew"),
    unless(missing, "scopes", "add these scopes to the app, then connect anew"),
  ];
}

const kinds = ["creation", "deletion", "merge", "restore", "privacyDeletion"];

/** Changes of a property that nothing subscribes to are found once an hour only. */
function subscriptionsCheck(found: unknown[] | null | undefined, wanted: Wanted): Check {
  if (found === null || found === undefined) {
    const all = `${kinds.map((kind) => `contact.${kind}`).join(", ")}, and contact.propertyChange of ${wanted.reads.join(", ")}`;
    return notChecked(
      "subscriptions",
      `HubSpot tells it of legacy public apps only, with HUBSPOT_DEVELOPER_KEY; see that the app has ${all}`,
    );
  }
  const live = found.map(objectOf).filter(({ active }) => active === true);
  const has = (kind: string, property?: string) =>
    live.some(
      ({ eventType, propertyName }) =>
        (eventType === `contact.${kind}` || eventType === `object.${kind}`) &&
        (property ?? propertyName) === propertyName,
    );
  const missing = kinds.filter((kind) => !has(kind)).map((kind) => `contact.${kind}`);
  const fields = wanted.reads.filter((property) => !has("propertyChange", property));
  if (missing.length === 0 && fields.length === 0) return ok("subscriptions");
  const properties = fields.length === 0 ? [] : ["contact.propertyChange of these properties"];
  return warning("subscriptions", `subscribe the app to ${[...missing, ...properties].join(", ")}`, fields);
}

function propertyChecks(
  { keyField, consentFields }: Examined,
  wanted: Wanted,
  found: Record<string, unknown>[],
): Check[] {
  const byName = new Map(found.map((one) => [String(one.name), one]));
  const described = (name: string): Described | null => {
    const property = byName.get(name);
    if (property === undefined) return null;
    const isReadOnly = objectOf(property.modificationMetadata).readOnlyValue === true || property.calculated === true;
    return { type: String(property.type), isWritable: !isReadOnly };
  };
  const key = byName.get(keyField);
  const isKey = key?.hasUniqueValue === true && described(keyField)?.isWritable === true;
  return [
    ...fieldChecks(wanted, described, fitting, hints, consentFields),
    unless(
      isKey ? [] : [keyField],
      "key_field",
      key === undefined
        ? "create this property of contacts: single-line text that requires unique values"
        : "the property has to be writable and to require unique values, which is set when it is created: create another one, and name it as keyField",
    ),
  ];
}

function dailyCheck(headers: Headers): Check {
  const quota = dailyQuota(headers);
  if (quota === null) return notChecked("quota", "HubSpot does not tell this app the day's limit");
  return quotaCheck(quota.left, quota.limit);
}
