/**
 * The design document's `CRMSyncService` for HubSpot, as a good developer would write it down: searches what changed
 * since the last time, finds the contact by e-mail, and the newer record wins (mission.md, "Bi-Directional Sync Logic").
 * What the document leaves open is decided for the better: pages are read to their end, the next `lastSyncAt` is taken
 * before the first request, nothing is written that is there already, and what just came from HubSpot is not sent back.
 */
import type { Database } from "../../web/service/store/sql.js";

export interface Contact {
  id: string;
  crmId: string | null;
  email: string | null;
  phone: string | null;
  city: string | null;
  firstName: string | null;
  lastName: string | null;
  updatedAt: Date;
}

type Values = Pick<Contact, (typeof mapped)[number][0]>;

/** The mapping: our field, its column, HubSpot's property. */
const mapped = [
  ["email", "email", "email"],
  ["phone", "phone", "phone"],
  ["city", "city", "city"],
  ["firstName", "first_name", "firstname"],
  ["lastName", "last_name", "lastname"],
] as const;
const properties = mapped.map(([, , property]) => property);
const columns = mapped.map(([field, column]) => (field === column ? column : `${column} as "${field}"`)).join(", ");

export const table = `create table contact (
  id text primary key, crm_id text, email text, phone text, city text, first_name text, last_name text,
  updated_at timestamptz not null, source text)`;
export const indexes = ["create index on contact (email)", "create index on contact (updated_at)"];

interface CrmContact {
  id: string;
  updatedAt: Date;
  values: Values;
}

export interface Told {
  /** A contact was written. */
  onLocal(contact: string, values: Partial<Values>): void;
  /** HubSpot has taken a contact. */
  onCrm(contact: string, values: Partial<Values>): void;
}

export class CRMSyncService {
  #lastSyncAt = new Date();

  constructor(
    private readonly db: Database,
    private readonly baseUrl: string,
    private readonly token: string,
    private readonly told: Told,
  ) {}

  async syncBidirectional(): Promise<void> {
    const startedAt = new Date();
    const applied = await this.#syncFromCRM();
    await this.#syncToCRM(applied);
    this.#lastSyncAt = startedAt;
  }

  /** Gives when each contact that was written was last changed. */
  async #syncFromCRM(): Promise<Map<string, number>> {
    const applied = new Map<string, number>();
    for await (const crmContact of this.#getCRMUpdates()) {
      const localContact = await this.#findByEmail(crmContact.values.email);
      if (localContact !== null) await this.#handleConflict(localContact, crmContact, applied);
      else await this.#create(crmContact, applied);
    }
    return applied;
  }

  async #syncToCRM(applied: ReadonlyMap<string, number>): Promise<void> {
    const contacts = await this.db.query<Contact>(
      `select id, crm_id as "crmId", updated_at as "updatedAt", ${columns} from contact where updated_at > $1`,
      [this.#lastSyncAt],
    );
    for (const contact of contacts) {
      if (applied.get(contact.id) === contact.updatedAt.getTime()) continue;
      if (contact.crmId !== null) await this.#updateCRMContact(contact.crmId, contact);
      else await this.#createCRMContact(contact);
    }
  }

  /** Newest wins. */
  async #handleConflict(local: Contact, crm: CrmContact, applied: Map<string, number>): Promise<void> {
    if (mapped.every(([field]) => local[field] === crm.values[field])) return;
    if (crm.updatedAt > local.updatedAt) await this.#applyCRMData(local, crm, applied);
    else await this.#updateCRMContact(crm.id, local);
  }

  async #applyCRMData(local: Contact, crm: CrmContact, applied: Map<string, number>): Promise<void> {
    const sets = mapped.map(([, column], index) => `${column} = $${index + 4}`).join(", ");
    const updatedAt = new Date();
    await this.db.query(`update contact set ${sets}, crm_id = $2, updated_at = $3 where id = $1`, [
      ...[local.id, crm.id, updatedAt],
      ...mapped.map(([field]) => crm.values[field]),
    ]);
    applied.set(local.id, updatedAt.getTime());
    this.told.onLocal(local.id, crm.values);
  }

  async #create({ id: crmId, values }: CrmContact, applied: Map<string, number>): Promise<void> {
    const id = crypto.randomUUID();
    const updatedAt = new Date();
    await this.db.query(
      `insert into contact (id, crm_id, updated_at, source, ${mapped.map(([, column]) => column).join(", ")})
       values ($1, $2, $3, 'crm_sync', ${mapped.map((_, index) => `$${index + 4}`).join(", ")})`,
      [id, crmId, updatedAt, ...mapped.map(([field]) => values[field])],
    );
    applied.set(id, updatedAt.getTime());
    this.told.onLocal(id, values);
  }

  async #findByEmail(email: string | null): Promise<Contact | null> {
    const [contact = null] = await this.db.query<Contact>(
      `select id, crm_id as "crmId", updated_at as "updatedAt", ${columns} from contact where email = $1 limit 1`,
      [email],
    );
    return contact;
  }

  async *#getCRMUpdates(): AsyncGenerator<CrmContact> {
    for (let after: string | undefined; ; ) {
      const page = await this.#request("POST", "/search", {
        filterGroups: [
          {
            filters: [{ propertyName: "lastmodifieddate", operator: "GT", value: String(this.#lastSyncAt.getTime()) }],
          },
        ],
        sorts: [{ propertyName: "lastmodifieddate", direction: "ASCENDING" }],
        properties,
        limit: 200,
        ...(after !== undefined && { after }),
      });
      for (const result of page.results) {
        const values = Object.fromEntries(
          mapped.map(([field, , property]) => [field, result.properties[property] ?? null]),
        ) as Values;
        yield { id: result.id, updatedAt: new Date(result.updatedAt), values };
      }
      after = page.paging?.next?.after;
      if (after === undefined) return;
    }
  }

  async #updateCRMContact(crmId: string, contact: Contact): Promise<void> {
    await this.#request("PATCH", `/${crmId}`, { properties: propertiesOf(contact) });
    this.told.onCrm(contact.id, contact);
  }

  async #createCRMContact(contact: Contact): Promise<void> {
    const { id } = await this.#request("POST", "", { properties: propertiesOf(contact) });
    await this.db.query("update contact set crm_id = $2 where id = $1", [contact.id, id]);
    this.told.onCrm(contact.id, contact);
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of HubSpot's, taken as they are
  async #request(method: string, path: string, body: unknown): Promise<any> {
    for (;;) {
      const response = await fetch(`${this.baseUrl}/crm/v3/objects/contacts${path}`, {
        method,
        headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (response.ok) return response.json();
      const text = await response.text();
      if (response.status !== 429) throw new Error(`HubSpot answered ${response.status}: ${text}`);
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

const propertiesOf = (contact: Values) =>
  Object.fromEntries(mapped.map(([field, , property]) => [property, contact[field] ?? ""]));
