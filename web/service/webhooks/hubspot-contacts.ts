/** HubSpot's contacts by plain fetch: what a webhook's handler reads of them, and writes. */
import type { Decision } from "@penguinmails/crm-sync";
import type { ContactEvents } from "./hubspot-delivery.js";
import type { HubSpotRecord } from "./webhook-types.js";

/** A call that hangs is given up while HubSpot still waits for the delivery's answer. */
const timeout = 4_000;

export interface HubSpotContactsOptions {
  /** Of a private app, or an OAuth access token. */
  token: string;
  fetch?: typeof fetch;
  /** Instead of https://api.hubapi.com. */
  baseUrl?: string;
}

export interface HubSpotContacts {
  /** As `WebhookOptions` wants it: null where HubSpot has no such contact. */
  fetchCrm(contact: Pick<ContactEvents, "objectId">, properties: readonly string[]): Promise<HubSpotRecord | null>;
  /** Asks nothing of HubSpot where the decision has nothing for it. */
  write(contact: Pick<ContactEvents, "objectId">, decision: Pick<Decision, "crm">): Promise<void>;
}

/** HubSpot answered, with neither a contact nor "not found". Holds nothing of the answer but its status. */
export class HubSpotError extends Error {
  override readonly name = "HubSpotError";
  readonly status: number;

  constructor(status: number) {
    super(`HubSpot answered ${status}`);
    this.status = status;
  }
}

export function hubspotContacts(options: HubSpotContactsOptions): HubSpotContacts {
  const { token, fetch: send = fetch, baseUrl = "https://api.hubapi.com" } = options;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const ask = (id: string, init: RequestInit, query = "") =>
    send(`${baseUrl}/crm/objects/2026-09/contacts/${encodeURIComponent(id)}${query}`, {
      ...init,
      headers,
      signal: AbortSignal.timeout(timeout),
    });
  return {
    async fetchCrm({ objectId }, properties) {
      const answer = await ask(
        objectId,
        { method: "GET" },
        `?${new URLSearchParams({ properties: properties.join() })}`,
      );
      if (answer.ok) return answer.json();
      await answer.body?.cancel();
      if (answer.status === 404) return null;
      throw new HubSpotError(answer.status);
    },
    async write({ objectId }, { crm }) {
      if (Object.keys(crm).length === 0) return;
      const answer = await ask(objectId, { method: "PATCH", body: JSON.stringify({ properties: crm }) });
      await answer.body?.cancel();
      if (!answer.ok) throw new HubSpotError(answer.status);
    },
  };
}
