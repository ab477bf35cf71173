/**
 * Both CRMs as a service sees them, kept in memory: for trying out and for tests. It behaves as the vendors document, or as
 * was recorded, and says which (behaviours.ts). It is no vendor's code, and nothing here was tested against a real account.
 */
import type { Clock } from "../service/clock.js";
import { Faults, type Place, type RequestFault } from "./faults.js";
import { createHubSpot, type HubSpotPortal } from "./hubspot/portal.js";
import { createSalesforce, type SalesforceOrganisation } from "./salesforce/organisation.js";

export interface StandInOptions {
  clock: Clock;
  /** Of faults; Math.random unless given. */
  random?: () => number;
}

/** One CRM with its accounts, which share its hosts and are told apart by their tokens. */
export interface CrmStandIn<Account> {
  /** Created where there is none yet. */
  account(id: string): Account;
  accounts(): Account[];
  /** Whose token it bears, if any. */
  accountOf(call: Call): string | null;
  answer(call: Call): Promise<Response>;
  /** The CRM's own error for it. */
  fail(fault: Exclude<RequestFault, "no_request" | "no_answer">): Response;
  /** Sends the webhooks that are due. */
  deliver(fetchIt: (request: Request) => Promise<Response>): Promise<number>;
  /** Webhooks that wait. */
  readonly waiting: number;
}

/** A request that has arrived, its body read. */
export interface Call {
  method: string;
  url: URL;
  headers: Headers;
  body: string;
}

/** What was asked of the stand-in. */
export interface Logged extends Place {
  method: string;
  path: string;
  /** JSON text, or a form. */
  body: string;
  status: number | null;
}

export interface StandIn {
  hubspot(portal: string): HubSpotPortal;
  salesforce(organisation: string): SalesforceOrganisation;
  faults: Faults;
  /** All requests in order; to be emptied by whoever reads it. */
  calls: Logged[];
  /** Rejects with a TypeError where the connection breaks, as fetch does. */
  handle(request: Request): Promise<Response>;
  deliver(fetchIt: (request: Request) => Promise<Response>): Promise<number>;
  /** Webhooks that wait. */
  readonly waiting: number;
}

export function createStandIn({ clock, random = Math.random }: StandInOptions): StandIn {
  const faults = new Faults(random);
  const hubspot = createHubSpot(clock, faults);
  const salesforce = createSalesforce(clock, faults);
  const calls: Logged[] = [];

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const call: Call = { method: request.method, url, headers: request.headers, body: await request.text() };
    const crm = url.pathname.startsWith("/services/") ? "salesforce" : "hubspot";
    const side = crm === "hubspot" ? hubspot : salesforce;
    const account = side.accountOf(call) ?? "";
    const place = { crm, account, method: call.method, path: url.pathname } as const;
    const logged: Logged = { ...place, body: call.body, status: null };
    calls.push(logged);
    const fault = faults.request(place);
    if (fault === "no_request") throw new TypeError("fetch failed");
    if (fault === "rate_limited" || fault === "unavailable" || fault === "expired") return side.fail(fault);
    const response = await side.answer(call);
    if (fault === "no_answer") throw new TypeError("fetch failed");
    if (fault === "failed") return side.fail(fault);
    logged.status = response.status;
    return response;
  }

  return {
    hubspot: (portal) => hubspot.account(portal),
    salesforce: (organisation) => salesforce.account(organisation),
    faults,
    calls,
    handle,
    deliver: async (fetchIt) => (await hubspot.deliver(fetchIt)) + (await salesforce.deliver(fetchIt)),
    get waiting() {
      return hubspot.waiting + salesforce.waiting;
    },
  };
}
