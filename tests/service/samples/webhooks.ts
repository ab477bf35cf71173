/** Deliveries through the HTTP routes, signed as HubSpot signs, or with the secret that Salesforce was given. */
import { createHmac } from "node:crypto";
import { longId } from "../../../web/service/crm/salesforce/ids.js";
import { organization, type Service, service, webhookSecret } from "../http/support.js";
import { publicUrl, sample, secret, signed } from "../support.js";
import type { SampleCase, SampleCases } from "./sample-case.js";

/** What the caller is told, and what is kept. */
async function told(to: Service, response: Response) {
  const text = await response.text();
  const problem = response.status >= 400 ? (JSON.parse(text) as { type: string }).type.split(":").at(-1) : undefined;
  const kept = to.store.received.map(({ delivery }) => delivery);
  return {
    status: response.status,
    ...(problem !== undefined && { problem }),
    kinds: kept.flatMap(({ events }) => events.map(({ kind }) => kind)),
    wakes: kept.flatMap(({ wakes }) => wakes.map(({ subject, lane }) => subject + (lane ? ` ${lane}` : ""))),
    optOuts: kept.flatMap(({ optOuts }) => optOuts),
    privacy: kept.flatMap(({ privacy = [] }) => privacy),
  };
}

const nothing = { kinds: [] as string[], wakes: [] as string[], optOuts: [], privacy: [] };
const refused = (status: number, problem: string) => ({ status, problem, ...nothing });

/** Whose integration it is for. */
function connected(account: string, more: { object?: string } = {}): Service {
  const to = service();
  for (const one of to.store.all) {
    if (one.tenant !== "ours" || (one.crm === "hubspot") !== /^\d+$/.test(account)) continue;
    one.account = account;
    Object.assign(one.settings, more);
  }
  return to;
}

async function hubspot(file: string, portal?: string) {
  const body = sample(file);
  const [first] = JSON.parse(body) as { portalId: number; propertyValue?: string }[];
  const to = connected(portal ?? String(first?.portalId));
  const answer = await to.call("POST", "/webhooks/hubspot", { key: null, body, headers: signed(body) });
  const outcome = await told(to, answer);
  const value = first?.propertyValue;
  return value !== undefined && JSON.stringify(to.store.received).includes(value) ? "a value was kept" : outcome;
}

const wakes = (kind: string, ...subjects: string[]) => ({ status: 202, ...nothing, kinds: [kind], wakes: subjects });

/** HubSpot's published signatures, of a body that is no delivery: what is signed is read, what is altered is not. */
async function vectors(file: string, alter = "") {
  const given = JSON.parse(sample(file)) as Record<"secret" | "uri" | "body" | "timestamp" | "signature", string>[];
  const outcomes = [];
  for (const { secret: key, uri, body, timestamp, signature } of given) {
    const to = service({ hubspot: { secrets: [key], publicUrl: uri } });
    to.clock.time = Number(timestamp) + 1000;
    const headers = { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": timestamp };
    outcomes.push(
      await told(to, await to.call("POST", "/webhooks/hubspot", { key: null, body: body + alter, headers })),
    );
  }
  return outcomes;
}

async function relayed(file: string, object: string) {
  const account = organization("ours");
  const to = connected(account, { object });
  const headers = { "content-type": "application/json", "x-crm-sync-secret": webhookSecret("ours") };
  const path = `/webhooks/salesforce/${account}/${webhookSecret("ours")}`;
  return told(to, await to.call("POST", path, { key: null, body: sample(file), headers }));
}

function changeOf(object: string, kind: string, ...ids: string[]): SampleCase[] {
  const subjects = ids.map((id) => `crm:${id}`);
  return [
    {
      why: "each record is looked at",
      outcome: (file) => relayed(file, object),
      expected: { status: 200, ...nothing, kinds: ids.map(() => kind), wakes: subjects },
    },
    {
      why: "taken from the relay, and of no interest to an integration of another object",
      outcome: (file) => relayed(file, "Lead"),
      expected: { status: 200, ...nothing },
    },
  ];
}

async function message(file: string, alter = (text: string) => text) {
  const account = longId("00Do00000000001") as string;
  const to = connected(account);
  const path = `/webhooks/salesforce/${account}/${webhookSecret("ours")}`;
  const headers = { "content-type": "text/xml; charset=utf-8" };
  const answer = await to.call("POST", path, { key: null, body: alter(sample(file)), headers });
  return { ...(await told(to, answer)), names: /dude|some/.test(JSON.stringify(to.store.received)) };
}

const idOf = (prefix: string) => longId(`${prefix}${"0".repeat(15 - prefix.length)}`) as string;
const withIds = (text: string) =>
  text
    .replace("00Do0000000xxxxxxx<", `${longId("00Do00000000001")}<`)
    .replace("04ko0000000xxxxxxx", idOf("04k"))
    .replace("04lo0000000xxxxxxx", idOf("04l"));

export const webhooks: SampleCases = {
  "hs-webhook-contact-creation.json": [
    {
      why: "the contact is looked at",
      outcome: (file) => hubspot(file),
      expected: wakes("contact.creation", "crm:123"),
    },
    {
      why: "of a portal that nobody connected nothing is kept, and the answer is the same",
      outcome: (file) => hubspot(file, "1"),
      expected: { status: 202, ...nothing },
    },
    {
      why: "signed with another secret it is refused",
      async outcome(file) {
        const to = connected("62515");
        const body = sample(file);
        const headers = signed(body, { secret: `${secret} ` });
        return told(to, await to.call("POST", "/webhooks/hubspot", { key: null, body, headers }));
      },
      expected: refused(401, "signature-wrong"),
    },
    {
      why: "signed for another address it is refused",
      async outcome(file) {
        const to = connected("62515");
        const body = sample(file);
        const headers = signed(body, { uri: `${publicUrl}/other` });
        return told(to, await to.call("POST", "/webhooks/hubspot", { key: null, body, headers }));
      },
      expected: refused(401, "signature-wrong"),
    },
  ],
  "hs-webhook-propertychange-integration-echo.json": {
    why: "an echo is looked at too, and its value is not kept",
    outcome: (file) => hubspot(file),
    expected: wakes("contact.propertyChange", "crm:541935488729"),
  },
  "hs-webhook-propertychange-user-sensitive.json": {
    why: "looked at, and its value is not kept",
    outcome: (file) => hubspot(file),
    expected: wakes("contact.propertyChange", "crm:847297356"),
  },
  "hs-webhook-contact-merge.UNCONFIRMED.json": {
    why: "all that were merged are looked at, whichever of the ids is the survivor's",
    outcome: (file) => hubspot(file),
    expected: wakes("contact.merge", "crm:100", "crm:200", "crm:300"),
  },
  "hs-signature-v3-vectors.json": [
    {
      why: "the published signatures are right, and what they sign is no delivery",
      outcome: (file) => vectors(file),
      expected: Array(2).fill(refused(400, "not-a-delivery")),
    },
    {
      why: "of a body with one more character they are wrong",
      outcome: (file) => vectors(file, " "),
      expected: Array(2).fill(refused(401, "signature-wrong")),
    },
    {
      why: "node:crypto comes to the same",
      async outcome(file) {
        const given = JSON.parse(sample(file)) as Record<string, string>[];
        return given.map(({ secret: key = "", method, uri, body, timestamp, signature }) => {
          const text = `${method}${uri}${body}${timestamp}`;
          return createHmac("sha256", key).update(text).digest("base64") === signature;
        });
      },
      expected: [true, true],
    },
  ],
  "sf-cdc-account-create-pubsub.json": changeOf("Account", "CREATE", "0015f00002J9YYEAA3"),
  "sf-cdc-cometd-envelope-update.json": changeOf("Expense__c", "UPDATE", "a005e000004y0fBAAQ"),
  "sf-cdc-contact-create-kafka.json": changeOf("Contact", "CREATE", "0032X00002QU10JQAT"),
  "sf-cdc-contact-update-compound-address.json": changeOf("Contact", "UPDATE", "003bm000016htgPAAQ"),
  "sf-cdc-contact-update-compound-name.json": changeOf("Contact", "UPDATE", "003ak00000IiFInAAN"),
  "sf-cdc-gap-create.json": changeOf("Account", "GAP_CREATE", "001ZM000001n4n5YAA"),
  "sf-cdc-merged-3-records-pubsub-raw.json": changeOf(
    "Account",
    "UPDATE",
    "0015f00002JUZPDAA5",
    "0015f00002JUZPXAA5",
    "0015f00002JUZPcAAP",
  ),
  "sf-cdc-gap-overflow.json": {
    why: "it names no record, so everything is looked at",
    outcome: (file) => relayed(file, "Account"),
    expected: { status: 200, ...nothing, kinds: ["GAP_OVERFLOW"], wakes: ["run:reconcile bulk"] },
  },
  "sf-outbound-message-contact.xml": [
    {
      why: "its ids were made unreadable: refused",
      outcome: (file) => message(file),
      expected: { ...refused(400, "not-a-delivery"), names: false },
    },
    {
      why: "a record's id of 19 characters is none: refused",
      outcome: (file) => message(file, withIds),
      expected: { ...refused(400, "not-a-delivery"), names: false },
    },
    {
      why: "with ids the record is looked at, and its values are not kept",
      outcome: (file) => message(file, (text) => withIds(text).replace("003o000000xxxxxxxxx", idOf("003"))),
      expected: { status: 200, ...nothing, kinds: ["outbound_message"], wakes: [`crm:${idOf("003")}`], names: false },
    },
  ],
  "sf-outbound-message-ack.xml": {
    why: "an answer is no message: refused",
    outcome: (file) => message(file),
    expected: { ...refused(400, "not-a-delivery"), names: false },
  },
};
