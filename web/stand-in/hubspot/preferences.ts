/** Who wants which mail: kept by address, and told by contacts' read-only properties. */
import { behaves } from "../behaviours.js";
import type { Contacts, Source } from "./contacts.js";
import { optOutOf, optOutOfAll } from "./schema.js";

behaves(
  "hubspot",
  "documented",
  "Opt-outs change through communication preferences only; contacts' own properties of them are read-only.",
  "HubSpot, Subscription preferences API guide",
);
behaves(
  "hubspot",
  "documented",
  "An opt-out belongs to an address: where a contact gets another one, it does not apply any more.",
  "HubSpot Knowledge Base, resubscribe contacts; can opted out contacts still receive some types of email",
);
behaves(
  "hubspot",
  "assumed",
  "A contact's properties follow at once, and tell of the primary address only.",
  "the real properties may take moments",
);

export type Status = "SUBSCRIBED" | "UNSUBSCRIBED" | "NOT_SPECIFIED";
/** Of one address, by subscription; "all" is everything. */
type Statuses = Map<string, Status>;

export class Preferences {
  readonly #addresses = new Map<string, Statuses>();

  constructor(private readonly contacts: Contacts) {}

  of(email: string): ReadonlyMap<string, Status> {
    return this.#addresses.get(fold(email)) ?? new Map();
  }

  isOutOfAll = (email: string) => this.of(email).get("all") === "UNSUBSCRIBED";

  set(email: string, subscription: string, status: Status, by: Source): void {
    const address = fold(email);
    const statuses = this.#addresses.get(address) ?? new Map();
    this.#addresses.set(address, statuses.set(subscription, status));
    const contact = this.contacts.getLive(this.contacts.holders.find("email", address) ?? "");
    if (contact?.now.values.get("email") !== address) return;
    this.contacts.update(contact, this.told(address, contact.now.values), by);
  }

  /** The properties of a contact with this address; `now`: what it holds. */
  told(email: string, now: ReadonlyMap<string, string>): Map<string, string> {
    const told = new Map([...now.keys()].filter(isOptOut).map((name) => [name, ""]));
    for (const [subscription, status] of this.of(email)) {
      const value = status === "UNSUBSCRIBED" ? "true" : status === "SUBSCRIBED" ? "false" : "";
      told.set(subscription === "all" ? optOutOfAll : optOutOf(subscription), value);
    }
    return told;
  }
}

const fold = (email: string) => email.trim().toLowerCase();
export const isOptOut = (property: string) => property === optOutOfAll || property.startsWith(`${optOutOfAll}_`);
