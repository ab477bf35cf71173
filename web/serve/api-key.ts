/** Who may call: `serve` has one tenant, whose first API key is made when there is none. */
import { createHash, randomBytes } from "node:crypto";
import type { SyncStore } from "../service/index.js";

const tenant = "default";

/** The key, which nobody can read again: only its hash is kept. Null where there is one already. */
export async function apiKey(store: SyncStore, { another = false } = {}): Promise<string | null> {
  await store.addTenant(tenant);
  if (!another && (await store.hasApiKey(tenant))) return null;
  const key = `cs_${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(key).digest("hex");
  await store.addApiKey(tenant, hash, "administrator", ["reader", "editor", "host", "admin"]);
  return key;
}
