/** What the service is told by environment variables, the same wherever it runs; docs/service.md has them all. */
import type { ServiceOptions } from "./create-service.js";
import { bytesOf, type Keyring } from "./crm/sealing.js";
import { type Retention, usualRetention } from "./store/retention.js";

export type Environment = Readonly<Record<string, unknown>>;

/** A variable is not as it should be; of what it holds instead nothing is said. */
export class EnvironmentMistake extends Error {
  override readonly name = "EnvironmentMistake";
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

export interface Told {
  /** Null: not set. */
  keyring: Keyring | null;
  apps: NonNullable<ServiceOptions["apps"]>;
  /** Null: nobody is led to a CRM to connect it. */
  publicUrl: string | null;
  /** Null: HubSpot's webhooks are not taken. */
  hubspot: NonNullable<ServiceOptions["hubspot"]> | null;
  retention: Partial<Retention>;
}

export function told(environment: Environment): Told {
  const of = variablesOf(environment);
  const keys = of("CRM_SYNC_KEYS");
  const hubspot = appOf(of, "HUBSPOT");
  const salesforce = appOf(of, "SALESFORCE");
  const developerKey = of("HUBSPOT_DEVELOPER_KEY");
  const loginUrl = of("SALESFORCE_LOGIN_URL");
  const publicUrl = publicUrlOf(of("CRM_SYNC_PUBLIC_URL"));
  return {
    keyring: keys === undefined ? null : parseKeys(keys, "CRM_SYNC_KEYS"),
    apps: {
      ...(hubspot && { hubspot: { ...hubspot, ...(developerKey !== undefined && { developerKey }) } }),
      ...(salesforce && { salesforce: { ...salesforce, ...(loginUrl !== undefined && { loginUrl }) } }),
    },
    publicUrl,
    hubspot:
      hubspot === null || publicUrl === null
        ? null
        : { secrets: [hubspot.clientSecret], publicUrl: `${publicUrl}/webhooks/hubspot` },
    retention: retentionOf(of("CRM_SYNC_RETENTION")),
  };
}

/** Blank is as good as not set. */
export const variablesOf = (environment: Environment) => (name: string) => {
  const value = environment[name];
  return (typeof value === "string" && value.trim()) || undefined;
};

/** `name:key`, the keys of 32 bytes in base64, with commas between them. The first one seals, all of them open. */
export function parseKeys(text: string, where: string): Keyring {
  const entries = text.split(",").map((entry): [string, Uint8Array] => {
    const [, name = "", key = ""] = /^\s*([\w-]{1,40}):([A-Za-z0-9+/]{43}=)\s*$/.exec(entry) ?? [];
    if (name === "") throw new EnvironmentMistake(`${where} is name:key, the key being 32 bytes in base64`, create);
    return [name, bytesOf(key)];
  });
  return { current: entries[0]?.[0] ?? "", keys: Object.fromEntries(entries) };
}

const create = 'such as "one:$(openssl rand -base64 32)"; another one after a comma opens what is older';

function appOf(of: (name: string) => string | undefined, crm: "HUBSPOT" | "SALESFORCE") {
  const [id, secret] = [`${crm}_CLIENT_ID`, `${crm}_CLIENT_SECRET`];
  const [clientId, clientSecret] = [of(id), of(secret)];
  if (clientId === undefined && clientSecret === undefined) return null;
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret };
  throw new EnvironmentMistake(`${id} and ${secret} belong together, and one of them is not set`);
}

/** `name:days`, with commas between them. */
function retentionOf(text: string | undefined): Partial<Retention> {
  const entries = (text?.split(",") ?? []).map((entry) => {
    const [, name = "", days = ""] = /^\s*(\w+):([1-9]\d{0,4})\s*$/.exec(entry) ?? [];
    if (!Object.hasOwn(usualRetention, name))
      throw new EnvironmentMistake(
        "CRM_SYNC_RETENTION is name:days, with commas between them",
        `the names are ${Object.keys(usualRetention).join(", ")}`,
      );
    return [name, Number(days)];
  });
  return Object.fromEntries(entries);
}

/** Without a slash at its end. */
function publicUrlOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, "");
  throw new EnvironmentMistake("CRM_SYNC_PUBLIC_URL is a URL such as https://sync.example.com");
}
