/**
 * What the CRMs call. A delivery is a wake-up: it is answered once it is kept, and everything else happens later. Nothing
 * is read, looked up or kept of a request before it has proved whose it is.
 */
import { z } from "@hono/zod-openapi";
import type { Integration } from "../store/model.js";
import type { Incoming } from "../store/store.js";
import { readBody } from "../webhooks/body.js";
import { type Portal, readInbox } from "../webhooks/hubspot-inbox.js";
import { signatureProblem } from "../webhooks/hubspot-signature.js";
import { readSalesforceInbox } from "../webhooks/salesforce-inbox.js";
import { ruleOf, unsubscribed } from "./changes.js";
import { sameHash, sha256 } from "./hash.js";
import type { Operations } from "./operations.js";
import { Problem } from "./problem.js";
import { type Call, id, route } from "./route.js";

/** HubSpot sends up to a hundred events, each with the new value, which may be a text of 65,536 characters. */
const hubspotMaximumBytes = 1 << 23;
const salesforceMaximumBytes = 1 << 20;

export const webhookRoutes = [
  route({
    method: "post",
    path: "/webhooks/hubspot",
    summary: "HubSpot's deliveries, signed (version 3) with the app's secret",
    roles: null,
    mediaTypes: ["application/json"],
    answer: [202, null],
    problems: [
      "signature-missing",
      "signature-expired",
      "signature-wrong",
      "not-a-delivery",
      "not-found",
      "too-large",
      "too-many",
    ],
    retry: true,
    async handle(call) {
      const { options, request } = call;
      const { hubspot, clock } = options;
      if (hubspot === undefined) throw new Problem("not-found");
      const signature = request.headers.get("x-hubspot-signature-v3");
      const timestamp = request.headers.get("x-hubspot-request-timestamp");
      if (signature === null || timestamp === null) throw new Problem("signature-missing");
      const body = await readBody(request, hubspotMaximumBytes);
      if (body === null) throw new Problem("too-large");
      const { origin, pathname, search } = new URL(hubspot.publicUrl);
      const uri = origin + pathname + (new URL(request.url).search || search);
      const signed = { method: request.method, uri, body, signature, timestamp };
      const wrong = await signatureProblem(signed, hubspot.secrets, clock.now());
      if (wrong !== null) throw new Problem(`signature-${wrong}`);
      const known = await connected(call, portalsOf(body));
      const incoming = readInbox(body, (portal) => known.get(portal)?.listening ?? null, clock.now());
      if (incoming === null) throw new Problem("not-a-delivery");
      let held = false;
      for (const [portal, { integration, listening }] of known) {
        const own = incoming.get(portal);
        if (own !== undefined && !(await taken(call, integration, asked(own, listening)))) held = true;
      }
      if (held) throw new Problem("too-many");
      return new Response(null, { status: 202 });
    },
  }),
  route({
    method: "post",
    path: "/webhooks/salesforce/{organization}/{secret}",
    summary:
      "Salesforce's Outbound Messages, or change events that are relayed with the secret in x-crm-sync-secret too",
    roles: null,
    params: z.object({ organization: id, secret: id }),
    mediaTypes: ["text/xml", "application/json"],
    answer: [200, null],
    problems: ["not-a-delivery", "too-large", "too-many"],
    retry: true,
    async handle(call) {
      const { options, request, params } = call;
      const integration = await options.store.integrationOfAccount("salesforce", params.organization);
      const hashes = integration?.settings.webhookSecretHashes ?? [];
      const kind = request.headers.get("content-type")?.toLowerCase().includes("json") ? "json" : "xml";
      const header = kind === "xml" ? params.secret : request.headers.get("x-crm-sync-secret");
      // All of it is done whatever is there, so that an organisation that is known takes no other time.
      const proved = [await isAmong(params.secret, hashes), await isAmong(header ?? "", hashes)].every(Boolean);
      if (integration === null || !proved) throw new Problem("not-found");
      const body = await readBody(request, salesforceMaximumBytes);
      if (body === null) throw new Problem("too-large");
      const listening = await listeningOf(options.operations, integration);
      const { topics } = listening;
      const incoming = readSalesforceInbox(body, kind, integration, { topics, receivedAt: options.clock.now() });
      if (incoming === null) throw new Problem("not-a-delivery");
      if (!(await taken(call, integration, asked(incoming, listening)))) throw new Problem("too-many");
      return kind === "json" ? new Response(null) : acknowledgement();
    },
  }),
];

function portalsOf(body: Uint8Array): Set<string> {
  const portals = new Set<string>();
  const collect = (portal: string) => {
    portals.add(portal);
    return null;
  };
  const read = readInbox(body, collect, 0);
  if (read === null) throw new Problem("not-a-delivery");
  return portals;
}

/** The CRMs' own opt-outs of everything, whatever a mapping says, or whether it can be read. */
const optOutOfAll = { hubspot: "hs_email_optout", salesforce: "HasOptedOutOfEmail" };

interface Listening extends Portal {
  realTime: boolean;
}

async function listeningOf(operations: Operations, integration: Integration): Promise<Listening> {
  const { consent, realTime } = await ruleOf(operations, integration);
  const mapped = consent.map(({ crm, local }) => [crm, local]);
  const topics = { [optOutOfAll[integration.crm]]: unsubscribed, ...Object.fromEntries(mapped) };
  return { topics, ourself: integration.settings.ourself, realTime };
}

/** Where a schedule looks for what changed, a webhook wakes for what people ask for only. */
function asked(incoming: Incoming, { realTime }: Listening): Incoming {
  return realTime ? incoming : { ...incoming, wakes: incoming.wakes.filter(isUrgent) };
}

const isUrgent = ({ lane }: Incoming["wakes"][number]) => lane === "consent";

/**
 * Those of the portals that somebody has connected, and what their properties opt out of. HubSpot's answer is the same for
 * the others: they would be unknown the next time too.
 */
async function connected({ options, unknownAccounts }: Call, portals: ReadonlySet<string>) {
  const known = new Map<string, { integration: Integration; listening: Listening }>();
  for (const portal of portals) {
    const integration = await options.store.integrationOfAccount("hubspot", portal);
    if (integration === null) continue;
    known.set(portal, { integration, listening: await listeningOf(options.operations, integration) });
  }
  unknownAccounts(portals.size - known.size);
  return known;
}

type Taking = Pick<Call, "options" | "buckets">;

/** Keeps a delivery; false where it has to come again, since too many came. What people ask for is kept in any case. */
async function taken({ options: { store }, buckets }: Taking, ref: Integration, incoming: Incoming): Promise<boolean> {
  if (buckets.take(ref, incoming.wakes.length)) {
    await store.receive(ref, incoming);
    return true;
  }
  const { optOuts, privacy = [] } = incoming;
  const wakes = incoming.wakes.filter(isUrgent);
  if (optOuts.length + privacy.length > 0) await store.receive(ref, { events: [], optOuts, privacy, wakes });
  return false;
}

/** Compares hashes, and all of each: how much of a secret is right cannot be measured. */
async function isAmong(secret: string, hashes: readonly string[]): Promise<boolean> {
  const given = await sha256(secret);
  let among = false;
  for (const hash of hashes) {
    if (sameHash(given, hash)) among = true;
  }
  return among;
}

/** Without it Salesforce sends the same again. */
function acknowledgement(): Response {
  const text =
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>' +
    "</soapenv:Body></soapenv:Envelope>";
  return new Response(text, { headers: { "content-type": "text/xml; charset=utf-8" } });
}
