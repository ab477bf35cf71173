/** How many webhooks the routes take in a second while nothing else is done: kept, and answered. */
import type { Crm } from "../../tests/service/sync/hands.js";
import { idOf } from "../../web/stand-in/salesforce/ids.js";
import { envelope } from "../../web/stand-in/salesforce/outbound-message.js";
import { type Customer, pathOf } from "./crm.js";
import { type Rate, type Rig, rateOf } from "./rig.js";
import { Sender } from "./sender.js";
import { now, pause, type Spread, spreadOf } from "./time.js";

export interface Accepted {
  crm: Crm;
  eventsARequest: number;
  requests: Rate;
  events: Rate;
  milliseconds: Spread;
}

let count = 0;

/** Of as many different records, in the vendor's shape. */
function delivery(crm: Crm, { account, ourself }: Customer, events: number): string {
  const numbers = Array.from({ length: events }, () => ++count);
  if (crm === "hubspot") {
    return JSON.stringify(
      numbers.map((number) => ({
        ...{ eventId: number, subscriptionId: 1, portalId: Number(account), appId: Number(ourself) },
        ...{ occurredAt: Date.now(), subscriptionType: "contact.propertyChange", attemptNumber: 0 },
        ...{ objectId: 900_000_000 + number, propertyName: "phone", propertyValue: String(number) },
        ...{ changeSource: "CRM_UI", sourceId: "userId:8" },
      })),
    );
  }
  const fields = ["Email", "FirstName", "LastName"].map((name) => ({ name, type: "text" as const }));
  const messages = numbers.map((number) => {
    const row = { Id: idOf("003", 900_000 + number), Email: "ann@example.com", FirstName: "Ann", LastName: "Lee" };
    const ids = { organisation: account, action: idOf("04k", 1), notification: idOf("04l", number) };
    return envelope({ ...ids, object: "Contact", row: row as never, fields: fields as never });
  });
  // Of one message the others' notifications, as Salesforce puts up to a hundred into one.
  const [first = "", ...others] = messages;
  const more = others.map((text) => /<Notification>.*<\/Notification>/s.exec(text)?.[0] ?? "").join("");
  return first.replace("</notifications>", `${more}</notifications>`);
}

/** HubSpot has ten deliveries under way at most. */
export async function accepted(rig: Rig, eventsARequest: number, seconds: number): Promise<Accepted> {
  const { crm } = rig.crm;
  const [customer] = rig.crm.customers as [Customer];
  const send = async (sender: Sender, until: number) => {
    const path = pathOf(crm, customer.account);
    while (now() < until) {
      while (sender.waiting < 20)
        sender.add({ crm, path, events: eventsARequest, body: delivery(crm, customer, eventsARequest) });
      await pause(1);
    }
    while (sender.waiting > 0) await pause(5);
  };
  // What is measured is not how code is compiled.
  await send(new Sender(rig.process.origin), now() + 1_000);
  const sender = new Sender(rig.process.origin);
  const used = await rig.using(() => send(sender, now() + seconds * 1000));
  const refused = Object.keys(sender.answers).filter((status) => !status.startsWith("2"));
  if (refused.length > 0) throw new Error(`deliveries were answered with ${refused.join(", ")}`);
  const { requests, events } = sender.taken;
  return {
    ...{ crm, eventsARequest, milliseconds: spreadOf(sender.milliseconds) },
    ...{ requests: rateOf(requests, used), events: rateOf(events, used) },
  };
}
