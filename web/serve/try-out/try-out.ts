/** The service beside a stand-in of HubSpot, in memory: nothing is configured, nothing leaves the machine, nothing stays. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { exampleFile } from "../../cli/example-file.js";
import { type OpenService, openService } from "../../service/node/index.js";
import { withAdminPage } from "../admin-page.js";
import { apiKey } from "../api-key.js";
import type { Configuration } from "../configuration.js";
import { listenAt, listenFrom, usualPort } from "../door.js";
import { ending, untilEnded } from "../ending.js";
import { Screen } from "../screen.js";
import { Api } from "./api.js";
import { invite } from "./invitation.js";
import { tellDecisions } from "./live.js";
import { openStandIn, type StandInCrm } from "./stand-in.js";
import { tellStory } from "./story.js";

export async function tryOut({ host, port }: Configuration): Promise<void> {
  const signal = ending();
  const screen = new Screen();
  let opened: OpenService | undefined;
  const handle = withAdminPage((request) => opened?.app.fetch(request) ?? new Response(null, { status: 503 }));
  const door = await (port === null ? listenFrom(handle, host, usualPort) : listenAt(handle, host, port));
  const crm = await openStandIn(Number(new URL(door.origin).port) + 1);
  try {
    await introduce(screen, door.origin, crm.origin);
    opened = await open(door.origin, crm);
    const api = new Api(door.origin, (await apiKey(opened.store)) as string, signal);
    const stage = { api, crm, screen, mapping: readFileSync(exampleFile("try-out.yaml"), "utf8") };
    opened.service.start();
    await tellStory(stage);
    await invite(stage);
    process.send?.("ready");
    await tellDecisions(api, screen);
    await untilEnded(signal);
  } catch (error) {
    // What was under way at the end is broken off.
    if (!signal.aborted) throw error;
  } finally {
    await door.close();
    await opened?.close();
    await crm.close();
  }
}

function open(origin: string, crm: StandInCrm): Promise<OpenService> {
  const clientSecret = randomBytes(16).toString("hex");
  const publicUrl = `${origin}/webhooks/hubspot`;
  crm.portal.webhook = { url: publicUrl, secret: clientSecret };
  // Whoever connects the account from the admin page is let in at once.
  crm.portal.visits();
  return openService({
    keyring: { current: "one", keys: { one: new Uint8Array(randomBytes(32)) } },
    apps: { hubspot: { clientId: "try-out", clientSecret, loginUrl: crm.origin } },
    publicUrl: origin,
    hubspot: { secrets: [clientSecret], publicUrl },
    developmentHosts: [crm.origin],
    // What was asked and what was decided is told in words.
    log: (event, detail) => {
      if (event !== "request" && event !== "decided") process.stderr.write(`${JSON.stringify({ event, ...detail })}\n`);
    },
  });
}

async function introduce(screen: Screen, origin: string, crm: string): Promise<void> {
  await screen.heading("The sync service, tried out");
  await screen.say(
    "HubSpot is a stand-in on this machine, with invented contacts, and the database is in memory: nothing leaves the machine, and nothing stays on it. (crm-sync serve --help says how a CRM is configured.)",
  );
  await screen.list([
    ["Service", origin],
    ["HubSpot", `${crm}, the stand-in`],
    ["Mapping", exampleFile("try-out.yaml")],
  ]);
  await screen.below("The database is being set up, which takes some seconds.");
}
