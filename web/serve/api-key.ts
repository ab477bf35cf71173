/** Who may call: API keys that are made beside the service, since there is a first one. */
import { createHash, randomBytes } from "node:crypto";
import type { SyncStore } from "../service/index.js";

/** `serve` has one. */
const tenant = "default";

/** Null where there is a key already. */
export async function apiKey(store: SyncStore, { another = false } = {}): Promise<string | null> {
  await store.addTenant(tenant);
  if (!another && (await store.hasApiKey(tenant))) return null;
  return addKey(store, tenant);
}

/** The key, which nobody can read again: only its hash is kept. It may do everything. */
export async function addKey(store: Pick<SyncStore, "addApiKey">, tenant: string): Promise<string> {
  const key = `cs_${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(key).digest("hex");
  await store.addApiKey(tenant, hash, "administrator", ["reader", "editor", "host", "admin"]);
  return key;
}
