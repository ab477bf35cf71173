/** A tenant with one CRM, its account in the stand-in, and the people whom both know. */
import { createHash } from "node:crypto";
import type { IntegrationRef } from "../../../web/service/store/model.js";
import { contactId } from "../../../web/service/sync/decide.js";
import type { HubSpotPortal } from "../../../web/stand-in/hubspot/portal.js";
import { organisationId, type SalesforceOrganisation } from "../../../web/stand-in/salesforce/organisation.js";
import type { StandIn } from "../../../web/stand-in/stand-in.js";
import { type Crm, type Hands, handsOf } from "../sync/hands.js";
import { type Call, callsTo } from "./calls.js";
import { mappingFile } from "./fields.js";
import { clientSecret, type Host } from "./host.js";
import type { Person } from "./person.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const webhookSecret = "the-webhook's-secret";

export interface Surroundings {
  standIn: StandIn;
  host: Host;
  /** The service's address. */
  front: string;
}

export class Tenant {
  readonly ref: IntegrationRef;
  readonly hands: Hands;
  readonly portal: HubSpotPortal;
  readonly organisation: SalesforceOrganisation;
  readonly people: Person[] = [];
  readonly byRecord = new Map<string, Person>();
  readonly contacts = new Set<string>();
  readonly call: Call;
  /** How often the CRM refused our credentials, and a person connected it anew. */
  connections = 0;

  constructor(
    readonly crm: Crm,
    number: number,
    readonly place: Surroundings,
  ) {
    const { standIn, host, front } = place;
    this.ref = { tenant: `${crm}-${number}`, id: crm };
    // Both exist, but hands reach into one.
    this.portal = standIn.hubspot(String(1_000 + number));
    this.organisation = standIn.salesforce(organisationId(number));
    this.hands = handsOf(crm, this.portal, this.organisation);
    this.call = callsTo(front, this.key, () => host.up);
  }

  get key(): string {
    return `the-api-key-of-${this.ref.tenant}`;
  }

  get account(): HubSpotPortal | SalesforceOrganisation {
    return this.crm === "hubspot" ? this.portal : this.organisation;
  }

  get #parts() {
    return this.place.host.of(this.ref.tenant);
  }

  async open(): Promise<void> {
    const { crm, ref, account, portal, organisation, place } = this;
    const { store } = this.#parts;
    await store.addTenant(ref.tenant);
    await store.addApiKey(ref.tenant, sha256(this.key), "a person", ["reader", "editor", "host"]);
    const settings = {
      baseUrl: place.host.crms[crm],
      keyField: crm === "hubspot" ? "penguinmails_id" : "PenguinMails_Id__c",
      ourself: crm === "hubspot" ? portal.appId : organisation.integrationUser,
      webhookSecretHashes: [sha256(webhookSecret)],
    };
    const given = { crm, account: account.id, file: mappingFile(crm), settings, state: "active" } as const;
    await store.addIntegration(ref, given);
    await this.connect();
    if (crm === "hubspot") {
      portal.webhook = { url: `${place.front}/webhooks/hubspot`, secret: clientSecret };
      portal.indexLag = 20_000;
    } else organisation.webhook = { url: `${place.front}/webhooks/salesforce/${organisation.id}/${webhookSecret}` };
  }

  async connect(): Promise<void> {
    const { access, refresh } = this.account.connect();
    await this.#parts.clients.connect(this.ref, { access, refresh });
  }

  /** Whom a brake tells that much was deleted lets it go, and whose credentials were refused connects the CRM anew. */
  async lookAfter(): Promise<void> {
    const { store } = this.#parts;
    for (const { id } of await store.pausesOf(this.ref)) await store.endPause(this.ref.tenant, id, "an operator");
    if ((await store.integration(this.ref))?.state !== "revoked") return;
    this.connections++;
    await this.connect();
    await store.setState(this.ref, "active");
    await store.clearAlert(this.ref, "revoked");
  }

  /** The person's record in the CRM, as the link has it, which the CRM's people see as its key. */
  async recordOf(person: Person): Promise<string | null> {
    if (person.crmId !== null || person.contact === null) return person.crmId;
    const [pair] = await this.#parts.store.loadPairs(this.ref, [`local:${person.contact}`]);
    if (pair?.link?.crmId != null) this.know(person, pair.link.crmId);
    return person.crmId;
  }

  know(person: Person, crmId: string): void {
    person.crmId = crmId;
    this.byRecord.set(crmId, person);
  }

  /** Whether both sides are one pair, and nothing of that is on its way any more. */
  async isLinked(person: Person): Promise<boolean> {
    if (person.linked) return true;
    const subject = person.crmId !== null ? (`crm:${person.crmId}` as const) : (`local:${person.contact}` as const);
    const [pair] = await this.#parts.store.loadPairs(this.ref, [subject]);
    const { link, contact, intents } = pair ?? {};
    if (link?.state !== "linked" || link.crmId === null || !contact || !link.base || intents?.length !== 0)
      return false;
    person.contact = contact.id;
    this.contacts.add(contact.id);
    this.know(person, link.crmId);
    person.linked = true;
    return true;
  }

  /** What PenguinMails calls the person; who came from the CRM has a name of the service's. */
  contactOf(person: Person): string | null {
    return person.contact ?? (person.crmId === null ? null : contactId(this.ref.id, person.crmId));
  }
}
