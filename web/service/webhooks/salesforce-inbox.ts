/** A delivery of Salesforce, of the kind that its content type says, for the inbox of the integration that it came to. */
import { longId } from "../crm/salesforce/ids.js";
import type { Integration } from "../store/model.js";
import type { Incoming } from "../store/store.js";
import { readChangeEvents } from "./salesforce-change-event.js";
import type { DeliveryOptions } from "./salesforce-delivery.js";
import { readOutboundMessage } from "./salesforce-outbound-message.js";

/**
 * Null where it is no delivery, or another organisation's. Change events do not say which organisation they are of: the
 * secrets that came with them are all that proves it.
 */
export function readSalesforceInbox(
  body: Uint8Array,
  kind: "xml" | "json",
  { account, settings: { object = "Contact", ourself } }: Pick<Integration, "account" | "settings">,
  { topics, receivedAt }: Pick<DeliveryOptions, "topics" | "receivedAt">,
): Incoming | null {
  const options = { object, topics, ourself: longId(ourself), receivedAt };
  const read = kind === "xml" ? readOutboundMessage(body, { ...options, account }) : readChangeEvents(body, options);
  return "refused" in read ? null : read.incoming;
}
