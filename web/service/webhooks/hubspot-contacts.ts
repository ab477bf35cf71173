/** HubSpot's contacts by plain fetch: what a webhook's handler reads of them, and writes. */
import type { Decision, Mapping } from "@penguinmails/crm-sync";
import { contacts, preferencesVersion } from "../crm/hubspot/api.js";
import { isOptOut, optOutOfAll } from "../crm/hubspot/consent.js";
import type { ContactEvents } from "./hubspot-delivery.js";
import { Refusal } from "./refusal.js";
import type { Base, HubSpotRecord } from "./webhook-types.js";

/** A call that hangs is given up while HubSpot still waits for the delivery's answer. */
const timeout = 4_000;

export interface HubSpotContactsOptions {
  /** Of a private app, or an OAuth access token. */
  token: string;
  /** The one that decides. */
  mapping: Pick<Mapping, "acknowledge">;
  fetch?: typeof fetch;
  /** Instead of https://api.hubapi.com. */
  baseUrl?: string;
}

export interface HubSpotContacts {
  /** As `WebhookOptions` wants it: null where HubSpot has no such contact. */
  fetchCrm(contact: Pick<ContactEvents, "objectId">, properties: readonly string[]): Promise<HubSpotRecord | null>;
  /**
   * Gives what both sides agree on from now on. Asks nothing of HubSpot where the decision has nothing for it. Opt-outs go
   * first, by HubSpot's communication preferences, which take no opt-in: that one is left as it is. Creating and deleting
   * are refused.
   */
  write(contact: Pick<ContactEvents, "objectId">, decision: Decision): Promise<Base>;
}

/** HubSpot answered, with neither a contact nor "not found". Holds nothing of the answer but its status. */
class HubSpotError extends Error {
  override readonly name = "HubSpotError";
  readonly status: number;

  constructor(status: number) {
    super(`HubSpot answered ${status}`);
    this.status = status;
  }
}

export function hubspotContacts(options: HubSpotContactsOptions): HubSpotContacts {
  const { token, mapping, fetch: send = fetch, baseUrl = "https://api.hubapi.com" } = options;
  if (!token) throw new TypeError("HubSpot's token is empty");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

  async function ask(method: string, path: string, body?: object): Promise<Response> {
    const signal = AbortSignal.timeout(timeout);
    const answer = await send(baseUrl + path, { method, headers, signal, ...(body && { body: JSON.stringify(body) }) });
    if (answer.ok) return answer;
    await answer.body?.cancel();
    throw new HubSpotError(answer.status);
  }

  async function fetchCrm({ objectId }: Pick<ContactEvents, "objectId">, properties: readonly string[]) {
    const wanted = new URLSearchParams({ properties: properties.join() });
    try {
      return (await (await ask("GET", `${pathOf(objectId)}?${wanted}`)).json()) as HubSpotRecord;
    } catch (error) {
      if (error instanceof HubSpotError && error.status === 404) return null;
      throw error;
    }
  }

  async function optOut(contact: Pick<ContactEvents, "objectId">, email: unknown): Promise<void> {
    const address = email || (await fetchCrm(contact, ["email"]))?.properties.email;
    if (!address) throw new Refusal("HubSpot keeps opt-outs by e-mail address, and the contact has none");
    const statuses = `/communication-preferences/${preferencesVersion}/statuses/${encodeURIComponent(String(address))}`;
    const answer = await ask("POST", `${statuses}/unsubscribe-all?channel=EMAIL`);
    await answer.body?.cancel();
  }

  /** What the write left. */
  async function update({ objectId }: Pick<ContactEvents, "objectId">, properties: object) {
    const answer = await ask("PATCH", pathOf(objectId), { properties });
    return ((await answer.json()) as HubSpotRecord).properties;
  }

  return {
    fetchCrm,
    async write(contact, decision) {
      if (decision.outcome === "create_crm") throw new Refusal("contacts are not created in HubSpot from here");
      if (decision.outcome === "delete_crm") throw new Refusal("contacts are not deleted in HubSpot from here");
      if (Object.keys(decision.crm).length === 0) return decision.base;
      const { [optOutOfAll]: consent, ...properties } = decision.crm;
      if (isOptOut(consent)) await optOut(contact, properties.email);
      const left = Object.keys(properties).length === 0 ? {} : await update(contact, properties);
      const crm = consent === undefined ? left : { ...left, [optOutOfAll]: "true" };
      return mapping.acknowledge(decision, { crm }).base;
    },
  };
}

const pathOf = (id: string) => contacts(`/${encodeURIComponent(id)}`);
