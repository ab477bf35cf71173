/** The CRM, a stand-in, with its people's hands; and what was asked of it. */
import { type Listening, listen } from "../../../web/service/node/listen.js";
import { organisationId } from "../../../web/stand-in/salesforce/organisation.js";
import { createStandIn, type StandIn } from "../../../web/stand-in/stand-in.js";
import { type Crm, type Hands, handsOf, names } from "../sync/hands.js";
import { clientSecret, publicUrl, webhookSecret } from "./messages.js";
import { peopleOf, personOf } from "./people.js";

const day = 86_400_000;

export class BackfillCrm {
  /** Of the integration's requests. */
  calls = 0;
  /** By person, those who are there from the beginning. */
  readonly ids = new Map<number, string>();
  /** Of what people do: while the CRM is filled it is yesterday. */
  #ago = day;
  readonly #standIn: StandIn;
  #listening: Listening | null = null;
  readonly hands: Hands;
  readonly account: { account: string; ourself: string; access: string; refresh: string };

  constructor(
    readonly crm: Crm,
    paced: boolean,
    private readonly arrived: (edit: number) => void,
  ) {
    const clock = {
      now: () => Date.now() - this.#ago,
      sleep: (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds)),
    };
    this.#standIn = createStandIn({ clock, random: () => 1 });
    const portal = this.#standIn.hubspot("4711");
    const organisation = this.#standIn.salesforce(organisationId(1));
    portal.limits.daily = Infinity;
    if (!paced) Object.assign(portal.limits, { ratePerTenSeconds: Infinity, searchPerSecond: Infinity });
    organisation.limits.calls = 1e9;
    this.hands = handsOf(crm, portal, organisation);
    this.account =
      crm === "hubspot"
        ? { account: portal.id, ourself: portal.appId, access: "", refresh: "" }
        : { account: organisation.id, ourself: organisation.integrationUser, access: "", refresh: "" };
    this.#open = () => {
      this.#ago = 0;
      Object.assign(this.account, crm === "hubspot" ? portal.connect() : organisation.connect());
      // Of the mapped properties only, as an administrator would have it.
      const { key: _, ...mapped } = names.hubspot;
      portal.webhook = { url: publicUrl, secret: clientSecret, properties: Object.values(mapped) };
      organisation.webhook = {
        url: `https://sync.example.com/webhooks/salesforce/${organisation.id}/${webhookSecret}`,
      };
    };
  }

  readonly #open: () => void;

  get origin(): string {
    return this.#listening?.origin ?? "";
  }

  async fill(contacts: number): Promise<void> {
    for (let number = 0; number < peopleOf(contacts); number++) {
      const { kind, crm, contacts: own, optedOut } = personOf(number);
      if (crm === null) continue;
      const id = this.hands.create({ ...crm, ...(kind === "keyed" && { key: own[0] as string }) });
      if (optedOut.crm) this.hands.optOut(id);
      this.ids.set(number, id);
    }
    this.#open();
    this.#listening = await listen((request) => this.#handle(request));
  }

  async #handle(request: Request): Promise<Response> {
    const response = await this.#standIn.handle(request);
    for (const { body, status, method } of this.#standIn.calls.splice(0)) {
      this.calls++;
      if (method === "GET" || status === null || status >= 300) continue;
      for (const [, edit] of body.matchAll(/"live-(\d+)"/g)) this.arrived(Number(edit));
    }
    return response;
  }

  deliver(fetchIt: (request: Request) => Promise<Response>): Promise<number> {
    return this.#standIn.deliver(fetchIt);
  }

  get waiting(): number {
    return this.#standIn.waiting;
  }

  async close(): Promise<void> {
    this.#listening?.server.closeAllConnections();
    await this.#listening?.close();
  }
}
