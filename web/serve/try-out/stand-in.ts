/** HubSpot's stand-in over HTTP on this machine: its API for the service, and hands for people with curl. */
import { systemClock } from "../../service/clock.js";
import type { Listening } from "../../service/node/index.js";
import type { HubSpotPortal } from "../../stand-in/hubspot/portal.js";
import { addSampleContacts } from "../../stand-in/hubspot/samples.js";
import { createStandIn } from "../../stand-in/stand-in.js";
import { listenFrom } from "../door.js";
import { answerToHands } from "./hands.js";

export interface StandInCrm {
  origin: string;
  portal: HubSpotPortal;
  /** Webhooks stay where they are while the work is done, as if they were slow. */
  quietly<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How often webhooks are sent. */
const interval = 100;
/** So old are the sample contacts: what is edited while it is tried out is newer than they are. */
const day = 86_400_000;

export async function openStandIn(port: number): Promise<StandInCrm> {
  let ago = day;
  const standIn = createStandIn({ clock: { ...systemClock, now: () => Date.now() - ago } });
  const portal = standIn.hubspot("62515");
  addSampleContacts(portal);
  ago = 0;
  const door: Listening = await listenFrom(
    async (request) => (await answerToHands(portal, request)) ?? standIn.handle(request),
    "127.0.0.1",
    port,
  );
  let quiet = 0;
  let delivering: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    standIn.calls.length = 0;
    if (quiet > 0) return;
    delivering = delivering.then(() => standIn.deliver((request) => fetch(request)));
  }, interval);
  return {
    origin: door.origin,
    portal,
    async quietly(work) {
      quiet++;
      try {
        return await work();
      } finally {
        quiet--;
      }
    },
    async close() {
      clearInterval(timer);
      await delivering;
      await door.close();
    },
  };
}
