/**
 * What is kept of a person is sealed under a key of their link. Whoever is erased loses the key, and with it all that was
 * sealed, also in copies of the tables. The keys are sealed under the service's keyring themselves.
 */
import type { Clock } from "../../clock.js";
import { base64, bytesOf, type Keyring, SealBroken, seal, unseal } from "../../crm/sealing.js";
import type { Subject } from "../../jobs/jobs.js";
import type { IntegrationRef } from "../model.js";
import type { Sql } from "../sql.js";
import { Overtaken } from "./context.js";
import { sealing, type Upgrade } from "./upgrade.js";
import { rows } from "./values.js";

/** Which row the text belongs to: in another one it does not open. */
export type Place = readonly string[];

/** Whose key: the contact's; of a record that is nobody's here yet its own. */
/**
 * The sealed key of a row's holder, as a column: `row` and `holder` are SQL. A subquery, not a join: row security keeps the
 * planner from joining by the index, and it would read the keys of the whole tenant.
 */
export const keyColumn = (row: string, holder: string) =>
  `(select k.sealed from crm_sync.link_key k
    where k.tenant = ${row}.tenant and k.integration = ${row}.integration and k.holder = ${holder}) as link_key`;

export const holderOf = (contact: string): Subject => `local:${contact}`;

/** Beyond it all are forgotten, and opened anew where they are asked for. */
const keptOpen = 5_000;
/** Stands in no JSON text. */
const between = "\0";

export class LinkKeys {
  /** By their sealed texts: of a key that was destroyed nobody has the text any more. */
  readonly #open = new Map<string, Promise<CryptoKey>>();

  constructor(
    readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly upgrade: Upgrade,
  ) {}

  /** Of those that are written to; who has none gets one. */
  async of(sql: Sql, ref: IntegrationRef, holders: Iterable<Subject>): Promise<Keys> {
    if (!(await this.upgrade.isFinished(sql, sealing))) return new Keys(ref, null);
    const wanted = [...new Set(holders)].sort();
    const known = await this.#read(sql, ref, wanted);
    const missing = wanted.filter((holder) => !known.has(holder));
    if (missing.length > 0) {
      for (const [holder, sealed] of await this.#add(sql, ref, missing)) known.set(holder, sealed);
    }
    const keys = [...known].map(
      async ([holder, sealed]) => [holder, await this.#key(ref, holder, sealed)] as [Subject, CryptoKey],
    );
    return new Keys(ref, new Map(await Promise.all(keys)));
  }

  /** The parts that were sealed; null where their key was destroyed. */
  async unsealed(
    ref: IntegrationRef,
    holder: Subject,
    key: string | null,
    place: Place,
    sealed: string,
  ): Promise<string[] | null> {
    if (key === null) return null;
    const bytes = bytesOf(sealed);
    const parameters = parametersOf(bytes.subarray(0, 12), ref, place);
    try {
      const opened = await crypto.subtle.decrypt(parameters, await this.#key(ref, holder, key), bytes.subarray(12));
      return new TextDecoder().decode(opened).split(between);
    } catch (error) {
      throw error instanceof SealBroken ? error : new SealBroken("altered, or another row's");
    }
  }

  async #read(sql: Sql, ref: IntegrationRef, holders: readonly Subject[]): Promise<Map<Subject, string>> {
    if (holders.length === 0) return new Map();
    const list = await sql.query<{ holder: Subject; sealed: string }>(
      `select holder, sealed from crm_sync.link_key
       where tenant = $1 and integration = $2 and holder = any($3::text[])`,
      [ref.tenant, ref.id, holders],
    );
    return new Map(list.map(({ holder, sealed }) => [holder, sealed]));
  }

  async #add(sql: Sql, ref: IntegrationRef, holders: readonly Subject[]): Promise<Map<Subject, string>> {
    const fresh = await Promise.all(
      holders.map(async (holder) => {
        const key = base64(crypto.getRandomValues(new Uint8Array(32)));
        return { holder, sealed: await seal(this.keyring, placeOf(ref, holder), key) };
      }),
    );
    const added = await sql.query<{ holder: Subject; sealed: string }>(
      `insert into crm_sync.link_key (tenant, integration, holder, sealed, made_at)
       select $1, $2, x.holder, x.sealed, $4 from json_to_recordset($3::text::json) as x(holder text, sealed text)
       on conflict do nothing returning holder, sealed`,
      [ref.tenant, ref.id, rows(fresh), new Date(this.clock.now())],
    );
    if (added.length < holders.length) throw new Overtaken();
    return new Map(added.map(({ holder, sealed }) => [holder, sealed]));
  }

  #key(ref: IntegrationRef, holder: Subject, sealed: string): Promise<CryptoKey> {
    const known = this.#open.get(sealed);
    if (known !== undefined) return known;
    if (this.#open.size >= keptOpen) this.#open.clear();
    const key = unseal(this.keyring, placeOf(ref, holder), sealed).then((raw) =>
      crypto.subtle.importKey("raw", bytesOf(raw), "AES-GCM", false, ["encrypt", "decrypt"]),
    );
    this.#open.set(sealed, key);
    key.catch(() => this.#open.delete(sealed));
    return key;
  }
}

/** For one transaction. */
export class Keys {
  constructor(
    private readonly ref: IntegrationRef,
    /** Null while processes that cannot read what is sealed may still run. */
    private readonly keys: ReadonlyMap<Subject, CryptoKey> | null,
  ) {}

  /** JSON texts as the columns of a row hold them: sealed as one text, in the order given, or each as it is. */
  async kept<Column extends string, Sealed extends string>(
    holder: Subject,
    place: Place,
    parts: Readonly<Record<Column, string>>,
    sealedIn: Sealed,
  ): Promise<Record<Column | Sealed, string | null>> {
    const sealed = this.keys === null ? null : await this.#seal(this.keys, holder, place, Object.values(parts));
    const plain = Object.entries<string>(parts).map(([column, text]) => [column, sealed === null ? text : null]);
    return Object.fromEntries([...plain, [sealedIn, sealed]]);
  }

  async #seal(
    keys: ReadonlyMap<Subject, CryptoKey>,
    holder: Subject,
    place: Place,
    parts: readonly string[],
  ): Promise<string> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(parts.join(between));
    const key = keys.get(holder) as CryptoKey;
    const sealed = new Uint8Array(await crypto.subtle.encrypt(parametersOf(iv, this.ref, place), key, text));
    const both = new Uint8Array(iv.length + sealed.length);
    both.set(iv);
    both.set(sealed, iv.length);
    return base64(both);
  }
}

const placeOf = ({ tenant, id }: IntegrationRef, holder: Subject) => ["link", tenant, id, holder];

const parametersOf = (iv: Uint8Array<ArrayBuffer>, { tenant, id }: IntegrationRef, place: Place) => ({
  name: "AES-GCM",
  iv,
  additionalData: new TextEncoder().encode(JSON.stringify([tenant, id, ...place])),
});
