/** Changes as webhooks tell of them. */
import { behaves } from "../behaviours.js";
import type { Change } from "./contacts.js";
import type { Schema } from "./schema.js";

behaves(
  "hubspot",
  "recorded",
  "An event of a property has its name and value, changeSource and sourceId: an app's own writes come back as INTEGRATION with its id.",
  "samples hs-webhook-propertychange-integration-echo.json, hs-webhook-propertychange-user-sensitive.json",
);
behaves("hubspot", "recorded", "A new contact is an event with changeFlag.", "sample hs-webhook-contact-creation.json");
behaves(
  "hubspot",
  "assumed",
  "changeFlag is CREATED, DELETED or RESTORED; a new contact's properties are events of their own beside it.",
  "the vendor's sample says NEW, captures of the live service say CREATED",
);
behaves(
  "hubspot",
  "documented",
  "A deletion for privacy is an event of its own, and one of a deletion as well.",
  "HubSpot, Webhooks API guide: contact.privacyDeletion",
);
behaves(
  "hubspot",
  "documented",
  "A merge is an event with primaryObjectId, mergedObjectIds, newObjectId and numberOfPropertiesMoved.",
  "HubSpot changelog, New subscription types for webhooks",
);
behaves(
  "hubspot",
  "assumed",
  "Beside it the secondary contact's deletion is told, and no change of a property; objectId is the new contact's.",
  "github.com/amp-labs/connectors/pull/3487 says so of the events; sample hs-webhook-contact-merge.UNCONFIRMED.json",
);
behaves(
  "hubspot",
  "assumed",
  "Read-only properties have no events, but for opt-outs.",
  "an app subscribes to single properties",
);

export interface Portal {
  id: string;
  appId: string;
  schema: Schema;
}

export type HubSpotEvent = Record<string, unknown>;

const flags = { creation: "CREATED", deletion: "DELETED", restore: "RESTORED" } as const;

/** Null where nobody can subscribe to it. */
export function eventOf({ id, appId, schema }: Portal, change: Change, eventId: number): HubSpotEvent | null {
  const { kind, at, by } = change;
  if (kind === "propertyChange") {
    const isOptOut = change.property.startsWith("hs_email_optout");
    if (!isOptOut && !schema.isWritable(change.property)) return null;
  }
  const common = {
    eventId,
    subscriptionId: subscriptionOf(kind === "propertyChange" ? change.property : kind),
    portalId: Number(id),
    appId: Number(appId),
    occurredAt: at,
    subscriptionType: `contact.${kind}`,
    objectId: Number(change.id),
    changeSource: by.type,
    sourceId: by.id,
  };
  switch (kind) {
    case "propertyChange":
      return { ...common, propertyName: change.property, propertyValue: change.value };
    case "merge": {
      const [primaryObjectId, merged] = [Number(change.winner), Number(change.loser)];
      return {
        ...{ ...common, primaryObjectId, mergedObjectIds: [merged], newObjectId: Number(change.id) },
        numberOfPropertiesMoved: change.moved,
      };
    }
    case "privacyDeletion":
      return common;
    default:
      return { ...common, changeFlag: flags[kind] };
  }
}

/** One for each kind of event and each property, always the same. */
function subscriptionOf(name: string): number {
  let sum = 0;
  for (const sign of name) sum = (sum * 31 + (sign.codePointAt(0) as number)) % 1_000_000;
  return 7_000_000 + sum;
}
