/** What `serve` is told: by its options, and by the environment. */

import type { Values } from "../cli/command.js";
import { Misuse } from "../cli/failure.js";
import type { Keyring, ServiceOptions } from "../service/index.js";
import type { ServiceConfiguration } from "../service/node/index.js";
import { usualRetention } from "../service/store/retention.js";
import { parseKeys } from "./keys.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Configuration {
  host: string;
  /** Null: `usualPort`, or the next one that is free. */
  port: number | null;
  /** Null: no CRM is configured, so that it is only tried out. */
  real: RealConfiguration | null;
}

export interface RealConfiguration {
  /** Null: the embedded database. */
  databaseUrl: string | null;
  /** Of the embedded database, and of the keys where the environment has none. */
  folder: string;
  /** Null: those of the folder. */
  keyring: Keyring | null;
  apps: NonNullable<ServiceOptions["apps"]>;
  /** Null: nobody is led to a CRM to connect it. */
  publicUrl: string | null;
  /** Null: HubSpot's webhooks are not taken. */
  hubspot: NonNullable<ServiceOptions["hubspot"]> | null;
  retention: NonNullable<ServiceConfiguration["retention"]>;
  /** Null: there are no metrics. */
  metricsToken: string | null;
  /** Another API key is wanted. */
  newKey: boolean;
  /** Only the upgrade is to be finished. */
  finishUpgrade: boolean;
}

export function configurationOf(values: Values, environment: Environment): Configuration {
  const text = (option: string) => (typeof values[option] === "string" ? values[option] : undefined);
  const of = (name: string) => environment[name]?.trim() || undefined;
  const names = ["HUBSPOT", "SALESFORCE"].flatMap((crm) => [`${crm}_CLIENT_ID`, `${crm}_CLIENT_SECRET`]);
  // DATABASE_URL alone means nothing: many other programs go by it, and trying out must not touch their database.
  const isReal =
    text("database") !== undefined || [...names, "CRM_SYNC_PUBLIC_URL"].some((name) => of(name) !== undefined);
  const configured = { host: text("host") ?? "127.0.0.1", port: portOf(text("port")) };
  if (values["try-out"] === true || !isReal) {
    const unused = ["database", "folder", "new-key", "finish-upgrade"].find((option) => values[option] !== undefined);
    if (unused !== undefined)
      throw new Misuse("CLI001", `serve: --${unused} means nothing while it is tried out`, hint);
    return { ...configured, real: null };
  }
  const databaseUrl = text("database") ?? of("DATABASE_URL") ?? null;
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl))
    throw new Misuse("CLI001", "serve: the database is a URL such as postgres://user@host/name");
  const keys = of("CRM_SYNC_KEYS");
  if (keys === undefined && databaseUrl !== null)
    throw new Misuse(
      "CLI001",
      "serve: with a PostgreSQL, CRM_SYNC_KEYS has to say the keys that tokens are sealed under",
      'such as CRM_SYNC_KEYS="one:$(openssl rand -base64 32)"; keep it, since nothing opens them without it',
    );
  const hubspot = appOf(of, "HUBSPOT");
  const salesforce = appOf(of, "SALESFORCE");
  const developerKey = of("HUBSPOT_DEVELOPER_KEY");
  const loginUrl = of("SALESFORCE_LOGIN_URL");
  const publicUrl = publicUrlOf(of("CRM_SYNC_PUBLIC_URL"));
  return {
    ...configured,
    real: {
      databaseUrl,
      folder: text("folder") ?? ".crm-sync",
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
      metricsToken: metricsTokenOf(of("CRM_SYNC_METRICS_TOKEN")),
      newKey: values["new-key"] === true,
      finishUpgrade: values["finish-upgrade"] === true,
    },
  };
}

const hint = "crm-sync serve --help says how a CRM is configured";

function portOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port > 0 && port < 65_536) return port;
  throw new Misuse("CLI001", `serve: --port is a number from 1 to 65535, not "${text}"`);
}

function appOf(of: (name: string) => string | undefined, crm: "HUBSPOT" | "SALESFORCE") {
  const [id, secret] = [`${crm}_CLIENT_ID`, `${crm}_CLIENT_SECRET`];
  const [clientId, clientSecret] = [of(id), of(secret)];
  if (clientId === undefined && clientSecret === undefined) return null;
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret };
  throw new Misuse("CLI001", `serve: ${id} and ${secret} belong together, and one of them is not set`);
}

/** `name:days`, with commas between them. */
function retentionOf(text: string | undefined): RealConfiguration["retention"] {
  const entries = (text?.split(",") ?? []).map((entry) => {
    const [, name = "", days = ""] = /^\s*(\w+):([1-9]\d{0,4})\s*$/.exec(entry) ?? [];
    if (!Object.hasOwn(usualRetention, name))
      throw new Misuse(
        "CLI001",
        "serve: CRM_SYNC_RETENTION is name:days, with commas between them",
        `the names are ${Object.keys(usualRetention).join(", ")}`,
      );
    return [name, Number(days)];
  });
  return Object.fromEntries(entries);
}

function metricsTokenOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^[\x21-\x7e]{16,}$/.test(text)) return text;
  throw new Misuse(
    "CLI001",
    "serve: CRM_SYNC_METRICS_TOKEN has at least 16 characters, and no spaces",
    'such as CRM_SYNC_METRICS_TOKEN="$(openssl rand -hex 32)"',
  );
}

/** Without a slash at its end. */
function publicUrlOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, "");
  throw new Misuse("CLI001", "serve: CRM_SYNC_PUBLIC_URL is a URL such as https://sync.example.com");
}
