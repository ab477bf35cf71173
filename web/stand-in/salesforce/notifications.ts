/** What the organisation sends of its own accord, after each transaction. */
import { encode } from "../../../bindings/package/encode.js";
import type { Clock } from "../../service/clock.js";
import { Deliveries } from "../deliveries.js";
import type { Faults } from "../faults.js";
import { changeEvent } from "./change-event.js";
import { idOf, type ObjectName, objectOf } from "./ids.js";
import { envelope, isAcknowledged, messageDelays } from "./outbound-message.js";
import type { Records, Row, Transaction } from "./records.js";
import type { Schema } from "./schema.js";

/** Of a relay, which has to say for itself how often it tries. */
const relayDelays = [1_000, 5_000, 30_000, 120_000, 600_000];

export interface Notified {
  id: string;
  webhook: { url: string } | null;
  relay: { url: string; secretHeader: string } | null;
}

/** What an administrator would have sent. */
const sentFields = ["CreatedDate", "Email", "FirstName", "HasOptedOutOfEmail", "LastModifiedDate", "LastName"];

/** A forger does not know the secret, which is the last part of the address. */
function addressOf(url: string, forged: boolean): string {
  return forged ? new URL("forged", url).href : url;
}

export class Notifications {
  readonly #messages: Deliveries;
  readonly #events: Deliveries;
  #transactions = 0;
  #messageCount = 0;

  constructor(clock: Clock, faults: Faults) {
    this.#messages = new Deliveries(clock, faults, messageDelays);
    this.#events = new Deliveries(clock, faults, relayDelays);
  }

  /** What came of each attempt. */
  get answers(): readonly number[] {
    return [...this.#messages.answers, ...this.#events.answers];
  }

  get waiting(): number {
    return this.#messages.waiting + this.#events.waiting;
  }

  add(to: Notified, schema: Schema, records: Records, transaction: Transaction): void {
    const number = ++this.#transactions;
    for (const [index, change] of transaction.changes.entries()) {
      const object = objectOf(change.row.Id);
      if (object !== "Contact" && object !== "Lead") continue;
      const place = { crm: "salesforce", account: to.id } as const;
      const { webhook, relay } = to;
      if (webhook !== null && (change.type === "CREATE" || change.type === "UPDATE")) {
        const send = this.#message(to.id, schema, records, object, change.row);
        this.#messages.add(place, async (_, forged) => send(addressOf(webhook.url, forged)));
      }
      if (relay !== null) {
        const body = encode(changeEvent(schema, transaction, change, number, index + 1), "a change event");
        this.#events.add(place, async (_, forged) => {
          const secret = forged ? "forged" : relay.secretHeader;
          const headers = { "content-type": "application/json", "x-crm-sync-secret": secret };
          return new Request(addressOf(relay.url, forged), { method: "POST", body, headers });
        });
      }
    }
  }

  #message(organisation: string, schema: Schema, records: Records, object: ObjectName, row: Row) {
    const notification = idOf("04l", 9_000 + ++this.#messageCount);
    const action = idOf("04k", object === "Lead" ? 2 : 1);
    const fields = sentFields.map((name) => schema.field(object, name)).filter((field) => field !== null);
    return (url: string) => {
      const latest = records.get(row.Id) ?? row;
      const body = envelope({ organisation, action, notification, object, row: latest, fields });
      return new Request(url, { method: "POST", body, headers: { "content-type": "text/xml; charset=UTF-8" } });
    };
  }

  async deliver(fetchIt: (request: Request) => Promise<Response>): Promise<number> {
    const acknowledged = async (request: Request) => {
      const response = await fetchIt(request);
      const { status } = response;
      if (await isAcknowledged(response)) return new Response(null);
      return new Response(null, { status: status >= 200 && status < 300 ? 400 : status });
    };
    return (await this.#messages.deliver(acknowledged)) + (await this.#events.deliver(fetchIt));
  }
}
