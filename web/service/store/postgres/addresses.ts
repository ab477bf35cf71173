/** Addresses as keyed hashes, each tenant with its own key: enough to know one again, too little to learn one. */
import type { Sql } from "../sql.js";

const utf8 = new TextEncoder();

interface WithAddress {
  record: Record<string, unknown>;
  addressHash: string | null;
}

export class Addresses {
  /** A tenant's key never changes. */
  readonly #keys = new Map<string, Promise<CryptoKey>>();

  /** Of each address as it was asked for. */
  async hashes(sql: Sql, tenant: string, emails: Iterable<string>): Promise<Map<string, string>> {
    const hashes = new Map<string, string>();
    for (const email of emails) {
      if (!hashes.has(email)) hashes.set(email, await this.hash(sql, tenant, email));
    }
    return hashes;
  }

  hash(sql: Sql, tenant: string, email: string): Promise<string> {
    return this.#keyed(sql, tenant, email.trim().toLowerCase());
  }

  /** Of a decision with what it was made of; U+0000 stands in no address. */
  hashOfDecision(sql: Sql, tenant: string, input: string, decision: string): Promise<string> {
    return this.#keyed(sql, tenant, `decision\0${input}\0${decision}`);
  }

  async #keyed(sql: Sql, tenant: string, text: string): Promise<string> {
    const key = this.#keys.get(tenant) ?? this.#load(sql, tenant);
    this.#keys.set(tenant, key);
    key.catch(() => this.#keys.delete(tenant));
    const signed = await crypto.subtle.sign("HMAC", await key, utf8.encode(text));
    return Array.from(new Uint8Array(signed), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** Of a record's address; null where it has none. `before`: the same contact, whose address mostly is the same. */
  async ofRecord(
    sql: Sql,
    tenant: string,
    record: WithAddress["record"],
    before?: WithAddress,
  ): Promise<string | null> {
    const email = record.email;
    if (before !== undefined && before.record.email === email) return before.addressHash;
    return typeof email === "string" && email.trim() !== "" ? this.hash(sql, tenant, email) : null;
  }

  async #load(sql: Sql, tenant: string): Promise<CryptoKey> {
    const [row] = await sql.query<{ address_key: string }>(
      "select address_key from crm_sync.tenant where tenant = $1",
      [tenant],
    );
    if (!row) throw new Error("there is no such tenant");
    const raw = Uint8Array.from(atob(row.address_key), (sign) => sign.charCodeAt(0));
    return crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  }
}

export function newAddressKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
}
