/** HubSpot's side of the doctor: the list of properties, and what HubSpot says of the token. Two calls. */
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
} from "../examine.js";
import type { Http } from "../http.js";
import { objectsVersion } from "./api.js";
import { listOf, objectOf } from "./hubspot-error.js";

export interface Examined {
  http: Http;
  baseUrl: string;
  credentials: Credentials;
  keyField: string;
  consentFields: readonly string[];
  /** Absent: the token is a private app's. */
  introspect?: (token: string) => Promise<Record<string, unknown>>;
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
  return [
    ...(await tokenChecks(given, wanted)),
    ...(status === 200
      ? propertyChecks(given, wanted, listOf(objectOf(body).results).map(objectOf))
      : ["fields", "writable", "types", "key_field"].map((code) =>
          notChecked(code, `HubSpot does not show the app its properties: HTTP ${status}`),
        )),
    dailyQuota(headers),
    ok("duplicates", "HubSpot has each address once"),
    notChecked(
      "subscriptions",
      `subscribe the app to contact.creation, deletion, merge, restore, privacyDeletion, and propertyChange of: ${wanted.reads.join(", ")}`,
    ),
  ];
}

async function tokenChecks({ credentials, introspect }: Examined, wanted: Wanted): Promise<Check[]> {
  if (introspect === undefined) {
    const why = "without HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET HubSpot does not tell it";
    return [ok("token", `HubSpot takes the token; of which account: ${why}`), notChecked("scopes", why)];
  }
  const { active, hub_id: portal, scopes } = await introspect(await credentials.token());
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

/** Told to private apps; an app of several accounts has no daily limit of its own here. */
function dailyQuota(headers: Headers): Check {
  const [limit, left] = ["daily", "daily-remaining"].map((name) => headers.get(`x-hubspot-ratelimit-${name}`));
  if (!limit || !left) return notChecked("quota", "HubSpot does not tell this app the day's limit");
  return quotaCheck(Number(left), Number(limit));
}
