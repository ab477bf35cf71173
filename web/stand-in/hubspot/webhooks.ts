/** Deliveries of events: signed, up to a hundred at once, and sent again until they are taken. */
import type { Clock } from "../../service/clock.js";
import { behaves } from "../behaviours.js";
import { Deliveries } from "../deliveries.js";
import type { Faults } from "../faults.js";
import type { Change } from "./contacts.js";
import { eventOf, type HubSpotEvent, type Portal } from "./events.js";

behaves(
  "hubspot",
  "documented",
  "A delivery is a JSON list of up to 100 events.",
  "HubSpot, Webhooks API guide: payloads",
);
behaves(
  "hubspot",
  "documented",
  "It is signed: base64 of HMAC-SHA-256 under the app's secret over method, URI, body and time, with the time in milliseconds beside it.",
  "HubSpot, Validating requests: version 3; sample hs-signature-v3-vectors.json",
);
behaves(
  "hubspot",
  "documented",
  "What is not answered with 2xx is sent again up to ten times within 24 hours; attemptNumber counts from 0, and the signature is new.",
  "HubSpot, Webhooks API guide: retries",
);
behaves(
  "hubspot",
  "assumed",
  "The first pause is a minute, and each is about twice the one before.",
  "varying, the guide says",
);

const delays = [1, 2, 5, 10, 20, 40, 80, 160, 320, 720].map((minutes) => minutes * 60_000);
const atOnce = 100;

export interface Target {
  url: string;
  /** The app's client secret. */
  secret: string;
  /** Of which properties changes are told; all of them unless given. */
  properties?: readonly string[];
}

interface Collected {
  portal: string;
  target: Target;
  events: HubSpotEvent[];
}

export class Webhooks {
  readonly #deliveries: Deliveries;
  #collected: Collected[] = [];
  #count = 0;

  constructor(
    private readonly clock: Clock,
    faults: Faults,
  ) {
    this.#deliveries = new Deliveries(clock, faults, delays);
  }

  add(portal: Portal, target: Target, changes: readonly Change[]): void {
    const events = changes.flatMap((change): HubSpotEvent[] => {
      const { properties } = target;
      if (change.kind === "propertyChange" && properties !== undefined && !properties.includes(change.property)) {
        return [];
      }
      const event = eventOf(portal, change, 4_100_000_000 + ++this.#count);
      return event === null ? [] : [event];
    });
    for (const event of events) {
      const last = this.#collected.findLast((each) => each.portal === portal.id);
      if (last?.target === target && last.events.length < atOnce) last.events.push(event);
      else this.#collected.push({ portal: portal.id, target, events: [event] });
    }
  }

  get waiting(): number {
    this.#send();
    return this.#deliveries.waiting;
  }

  /** What came of each attempt. */
  get answers(): readonly number[] {
    return this.#deliveries.answers;
  }

  deliver(fetchIt: (request: Request) => Promise<Response>): Promise<number> {
    this.#send();
    return this.#deliveries.deliver(fetchIt);
  }

  /** Events gather until somebody asks for them. */
  #send(): void {
    const collected = this.#collected;
    this.#collected = [];
    for (const { portal, target, events } of collected) {
      this.#deliveries.add({ crm: "hubspot", account: portal }, (attemptNumber, forged) =>
        this.#request(
          target,
          events.map((event) => ({ ...event, attemptNumber })),
          forged,
        ),
      );
    }
  }

  /** A forger does not know the secret. */
  async #request({ url, secret }: Target, events: HubSpotEvent[], forged: boolean): Promise<Request> {
    const body = JSON.stringify(events);
    const timestamp = String(this.clock.now());
    const signature = await signed(forged ? `not ${secret}` : secret, `POST${decoded(url)}${body}${timestamp}`);
    const headers = {
      "content-type": "application/json",
      "x-hubspot-signature-v3": signature,
      "x-hubspot-request-timestamp": timestamp,
    };
    return new Request(url, { method: "POST", body, headers });
  }
}

const encoder = new TextEncoder();

export async function signed(secret: string, text: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
  return btoa(String.fromCharCode(...bytes));
}

/** Of all escapes these only are decoded before it is signed. */
const decoded = (url: string) => url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, decodeURIComponent);
