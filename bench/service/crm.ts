/** The CRM: a stand-in that listens, with its people's hands, and the deliveries that come of what they do. */
import { type Crm, type Hands, handsOf, names } from "../../tests/service/sync/hands.js";
import { systemClock } from "../../web/service/clock.js";
import { type Listening, listen } from "../../web/service/node/listen.js";
import { contactId } from "../../web/service/sync/decide.js";
import type { HubSpotPortal } from "../../web/stand-in/hubspot/portal.js";
import { organisationId } from "../../web/stand-in/salesforce/organisation.js";
import { createStandIn, type StandIn } from "../../web/stand-in/stand-in.js";
import { type Account, keyOf } from "./messages.js";
import { app, publicUrl, webhookSecret } from "./secrets.js";
import type { Sender } from "./sender.js";

/** So that nothing but the service itself limits it; what HubSpot allows is the stand-in's default. */
const noLimits = { ratePerTenSeconds: Infinity, searchPerSecond: Infinity, daily: Infinity };

export interface Person {
  key: string;
  tenant: string;
  /** Of the contact in PenguinMails. */
  contact: string;
  crmId: string;
}

export interface Customer extends Account {
  hands: Hands;
  people: Person[];
}

export class BenchCrm {
  readonly customers: Customer[] = [];
  #count = 0;

  private constructor(
    readonly crm: Crm,
    readonly standIn: StandIn,
    private readonly listening: Listening,
    private readonly lifted: boolean,
  ) {}

  static async open(crm: Crm, lifted = true): Promise<BenchCrm> {
    const standIn = createStandIn({ clock: systemClock, random: () => 1 });
    return new BenchCrm(crm, standIn, await listen(standIn.handle), lifted);
  }

  get origin(): string {
    return this.listening.origin;
  }

  /** A tenant with an account of the CRM, and so many people in it. */
  addCustomer(tenant: string, people: number): Customer {
    const number = ++this.#count;
    const account = this.crm === "hubspot" ? String(4_000_000 + number) : organisationId(number);
    const portal = this.standIn.hubspot(this.crm === "hubspot" ? account : "1");
    const organisation = this.standIn.salesforce(this.crm === "salesforce" ? account : organisationId(0));
    if (this.lifted) {
      Object.assign(portal.limits, noLimits);
      organisation.limits.calls = Infinity;
    }
    const { access, refresh } = this.crm === "hubspot" ? portal.connect() : organisation.connect();
    const ourself = this.crm === "hubspot" ? portal.appId : organisation.integrationUser;
    const hands = handsOf(this.crm, portal, organisation);
    const customer: Customer = { tenant, account, ourself, access, refresh, hands, people: [] };
    for (let index = 0; index < people; index++) customer.people.push(this.addPerson(customer));
    // From now on what happens is told.
    this.#subscribe(portal, account);
    organisation.webhook = { url: `https://sync.example.com${pathOf(this.crm, account)}` };
    this.customers.push(customer);
    return customer;
  }

  addPerson({ tenant, hands }: Pick<Customer, "tenant" | "hands">): Person {
    const name = `${tenant}.${++this.#count}`;
    const crmId = hands.create({
      email: `${name}@example.com`,
      first_name: "Ann",
      last_name: name,
      phone: "1",
      city: "1",
    });
    const contact = contactId(this.crm, crmId);
    return { key: keyOf(tenant, contact), tenant, contact, crmId };
  }

  /** Of the mapped properties only, as an administrator would. */
  #subscribe(portal: HubSpotPortal, account: string): void {
    if (this.crm !== "hubspot" || portal.id !== account) return;
    const { key: _, ...mapped } = names.hubspot;
    portal.webhook = { url: publicUrl, secret: app.clientSecret, properties: Object.values(mapped) };
  }

  /** Hands what is to be told to the sender, in the shape that the vendor gives it. */
  async tell(sender: Sender): Promise<void> {
    await this.standIn.deliver(async (request) => {
      const body = await request.text();
      const events = this.crm === "hubspot" ? (JSON.parse(body) as unknown[]).length : 1;
      sender.add({ crm: this.crm, path: new URL(request.url).pathname, body, events });
      return this.crm === "hubspot" ? new Response(null) : new Response("<Ack>true</Ack>");
    });
  }

  /** What nobody wants to be told of any more. */
  async forget(): Promise<void> {
    await this.standIn.deliver(async () => new Response("<Ack>true</Ack>"));
  }

  close(): Promise<void> {
    return this.listening.close();
  }
}

export const pathOf = (crm: Crm, account: string) =>
  crm === "hubspot" ? "/webhooks/hubspot" : `/webhooks/salesforce/${account}/${webhookSecret}`;
