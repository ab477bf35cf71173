/** What `serve` is told: by its options, and by the environment. */

import type { Values } from "../cli/command.js";
import { Misuse } from "../cli/failure.js";
import { type Environment, EnvironmentMistake, type Told, told, variablesOf } from "../service/environment.js";

export interface Configuration {
  host: string;
  /** Null: `usualPort`, or the next one that is free. */
  port: number | null;
  /** Null: no CRM is configured, so that it is only tried out. */
  real: RealConfiguration | null;
}

export interface RealConfiguration extends Told {
  /** Null: the embedded database. */
  databaseUrl: string | null;
  /** Of the embedded database, and of the keys where the environment has none. */
  folder: string;
  /** Null: there are no metrics. */
  metricsToken: string | null;
  /** Another API key is wanted. */
  newKey: boolean;
  /** Only the upgrade is to be finished. */
  finishUpgrade: boolean;
}

export function configurationOf(values: Values, environment: Environment): Configuration {
  const text = (option: string) => (typeof values[option] === "string" ? values[option] : undefined);
  const of = variablesOf(environment);
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
  const { keyring, ...rest } = orMisuse(() => told(environment));
  if (keyring === null && databaseUrl !== null)
    throw new Misuse(
      "CLI001",
      "serve: with a PostgreSQL, CRM_SYNC_KEYS has to say the keys that tokens are sealed under",
      'such as CRM_SYNC_KEYS="one:$(openssl rand -base64 32)"; keep it, since nothing opens them without it',
    );
  return {
    ...configured,
    real: {
      ...rest,
      databaseUrl,
      folder: text("folder") ?? ".crm-sync",
      keyring,
      metricsToken: metricsTokenOf(of("CRM_SYNC_METRICS_TOKEN")),
      newKey: values["new-key"] === true,
      finishUpgrade: values["finish-upgrade"] === true,
    },
  };
}

const hint = "crm-sync serve --help says how a CRM is configured";

/** A mistake in what the environment says is one of whoever has called the command. */
export function orMisuse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof EnvironmentMistake) throw new Misuse("CLI001", `serve: ${error.message}`, error.hint);
    throw error;
  }
}

function portOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port > 0 && port < 65_536) return port;
  throw new Misuse("CLI001", `serve: --port is a number from 1 to 65535, not "${text}"`);
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
