/** A webhook's body as the sync service reads it, without the service: its own readers, and no signature to check. */
import type { Incoming } from "../service/store/store.js";
import { readInbox } from "../service/webhooks/hubspot-inbox.js";
import { readChangeEvents } from "../service/webhooks/salesforce-change-event.js";
import { readOutboundMessage } from "../service/webhooks/salesforce-outbound-message.js";
import type { Listening } from "./protocol.js";

export interface ReadPayload extends Incoming {
  from: string;
  /** Events of other objects and kinds. */
  other: number;
}

/** Of a refusal, why. */
export type PayloadAnswer = ReadPayload | { refused: string };

/** As the service itself takes them at most. */
const maximumLength = 1 << 20;

const refusals: Record<string, string> = {
  "too-large": "it is larger than a delivery is",
  "document-type": "it has a document type, which the service never reads",
  "not-xml": "it is no XML",
  "not-json": "it is no JSON",
  "not-a-delivery": "it is none of the deliveries that the service takes",
  "other-organization": "it names no organisation",
  "too-many": "it has more than 100 notifications",
};

export function readPayload(text: string, { topics, object }: Listening, receivedAt: number): PayloadAnswer {
  const body = new TextEncoder().encode(text);
  if (body.length > maximumLength) return refused("too-large");
  const options = { object, topics, receivedAt };
  if (text.trimStart().startsWith("<")) {
    // The service knows whose messages it takes; here any organisation will do.
    const account = /<(?:\w+:)?OrganizationId>\s*(\w+)/.exec(text)?.[1] ?? "";
    return taken("An Outbound Message of Salesforce", readOutboundMessage(body, { ...options, account }));
  }
  if (isHubSpot(text)) {
    const portals = readInbox(body, () => ({ topics }), receivedAt);
    return portals === null ? refused("not-a-delivery") : ofPortals([...portals.values()], text);
  }
  return taken("A change event of Salesforce", readChangeEvents(body, options));
}

function isHubSpot(text: string): boolean {
  return text.trimStart().startsWith("[") && !text.includes('"ChangeEventHeader"');
}

function ofPortals(portals: Incoming[], text: string): PayloadAnswer {
  const all = (JSON.parse(text) as unknown[]).length;
  const events = portals.flatMap((portal) => portal.events);
  return {
    from: "A delivery of HubSpot",
    events,
    optOuts: portals.flatMap(({ optOuts }) => optOuts),
    wakes: portals.flatMap(({ wakes }) => wakes),
    privacy: portals.flatMap(({ privacy }) => privacy ?? []),
    other: all - events.length,
  };
}

function taken(from: string, read: ReturnType<typeof readChangeEvents>): PayloadAnswer {
  return "refused" in read ? refused(read.refused) : { from, ...read.incoming, other: read.other };
}

function refused(why: string): PayloadAnswer {
  return { refused: refusals[why] ?? why };
}
