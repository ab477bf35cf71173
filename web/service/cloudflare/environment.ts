/** What `wrangler.jsonc` binds, and the secrets; their names are those of docs/service.md. */
import type { Clock } from "../clock.js";
import type { ServiceOptions } from "../create-service.js";
import { EnvironmentMistake, told } from "../environment.js";
import type { Incoming } from "../store/store.js";
import type { D1Database, Namespace, Queue } from "./runtime.js";
import type { TenantObject } from "./tenant-object.js";

export interface Env {
  DIRECTORY: D1Database;
  TENANTS: Namespace<Pick<TenantObject, "fetch" | "receive" | "integrationAt" | "look">>;
  WEBHOOKS: Queue<Message>;
  [variable: string]: unknown;
}

/** A delivery that has been verified, or that a tenant is to be looked after. No values of persons: ids and times. */
export type Message =
  | { kind: "delivery"; tenant: string; integration: string; incoming: Incoming }
  | { kind: "look"; tenant: string };

/** One line of JSON an event. */
export function log(event: string, detail: Record<string, unknown>): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), event, ...detail }));
}

export function optionsOf(env: Env, clock: Clock) {
  const { keyring, apps, publicUrl, hubspot, retention } = told(env);
  if (keyring === null)
    throw new EnvironmentMistake(
      "CRM_SYNC_KEYS has to say the keys that tokens are sealed under",
      'such as "one:$(openssl rand -base64 32)", by npx wrangler secret put CRM_SYNC_KEYS; keep a copy',
    );
  const options: ServiceOptions = {
    ...{ keyring, apps, clock, log },
    ...(publicUrl !== null && { publicUrl }),
    ...(hubspot !== null && { hubspot }),
    addressOf: (request) => request.headers.get("cf-connecting-ip") ?? "",
  };
  return { options, keyring, retention };
}
