/** A tenant of the deployment with one integration, the people of its CRM, and PenguinMails. */
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../../../web/service/clock.js";
import type { Clients } from "../../../web/service/crm/clients.js";
import { organisationId } from "../../../web/stand-in/salesforce/organisation.js";
import type { StandIn } from "../../../web/stand-in/stand-in.js";
import { type Crm, handsOf, mappingOf, names } from "../sync/hands.js";
import { clientSecret, type Deployment, hosts, publicUrl, sha256 } from "./deployment.js";

const webhookSecret = "the-webhook's-secret";

export interface Place {
  /** Of one that is away for a moment a request is rejected. */
  deployment: Pick<Deployment, "fetch" | "tenant">;
  standIn: StandIn;
  clock: Clock;
  /** What else waits, outside of the object and the CRM. */
  waiting?(): number;
}

export async function tenantWith({ deployment, standIn, clock, waiting = () => 0 }: Place, crm: Crm, number: number) {
  const tenant = `${crm}-${number}`;
  const ref = { tenant, id: crm };
  const portal = standIn.hubspot(String(1000 + number));
  const organisation = standIn.salesforce(organisationId(number));
  const account = crm === "hubspot" ? portal : organisation;
  const key = `key-of-${tenant}-0123456789`;
  const parts = deployment.tenant(tenant);
  await parts.store.addApiKey(tenant, sha256(key), "the test", ["reader", "editor", "host", "admin"]);
  const settings = {
    baseUrl: hosts[crm],
    keyField: names[crm].key,
    ourself: crm === "hubspot" ? portal.appId : organisation.integrationUser,
    webhookSecretHashes: [sha256(webhookSecret)],
  };
  await parts.store.addIntegration(ref, { crm, account: account.id, file: mappingOf(crm), settings, state: "active" });
  const { access, refresh } = account.connect();
  await parts.part<Clients>("clients").connect(ref, { access, refresh });
  portal.webhook = { url: `${publicUrl}/webhooks/hubspot`, secret: clientSecret };
  organisation.webhook = { url: `${publicUrl}/webhooks/salesforce/${organisation.id}/${webhookSecret}` };
  const hands = handsOf(crm, portal, organisation);
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    // As PenguinMails does: again until it is answered.
    for (;;) {
      const answer = await deployment.fetch(new Request(publicUrl + path, init)).catch(() => null);
      if (answer === null) {
        await wait(25);
        continue;
      }
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
    }
  };
  let changed = 0;
  const change = (id: string, patch: Record<string, unknown>) => {
    // Of two changes of one moment nobody could say which is the later one, and they may overtake each other on their way.
    changed = Math.max(clock.now(), changed + 1);
    return call("POST", "/contacts/changes", { changes: [{ id, patch, updatedAt: new Date(changed).toISOString() }] });
  };
  const pairOf = async (crmId: string) => (await parts.store.loadPairs(ref, [`crm:${crmId}`]))[0];

  /** Until nothing has waited or been worked on for a while, at either side: what the queue holds cannot be seen. */
  async function settle(): Promise<void> {
    let quiet = 0;
    for (const end = Date.now() + 60_000; Date.now() < end; await wait(25)) {
      const delivered = await standIn.deliver((request) => deployment.fetch(request));
      const jobs = await parts.database.query("select * from job").catch(() => ["it is away"]);
      const isQuiet = delivered + standIn.waiting + waiting() + jobs.length === 0;
      quiet = isQuiet ? quiet + 1 : 0;
      if (quiet === 10) return;
    }
    assert.fail(`something still waits: ${JSON.stringify(await parts.database.query("select * from job"))}`);
  }
  const writes = () =>
    standIn.calls.filter((one) => one.account === account.id && one.method !== "GET" && isWrite(one));
  return {
    ...{ tenant, ref, portal, organisation, account, key, hands, call, change, pairOf, settle, writes },
    ...parts,
  };
}

/** HubSpot is also read by POST, as Salesforce is asked for tokens. */
const isWrite = ({ path }: { path: string }) => !/batch\/read|search|token|query/.test(path);
