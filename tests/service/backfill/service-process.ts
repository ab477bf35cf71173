/** The service in a process of its own, as `openService` gives it, until it is killed. */
import { createHash } from "node:crypto";
import { systemClock } from "../../../web/service/clock.js";
import { createRateLimit } from "../../../web/service/crm/rate-limit.js";
import { listen } from "../../../web/service/node/listen.js";
import { type OpenService, openService } from "../../../web/service/node/open-service.js";
import { mappingOf, names } from "../sync/hands.js";
import { expire, jobTable } from "../sync/waits.js";
import {
  type Answers,
  apiKey,
  clientSecret,
  editOf,
  type FromProcess,
  type Given,
  publicUrl,
  tenant,
  webhookSecret,
} from "./messages.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const send = (message: FromProcess) => void process.send?.(message);
/** What the CRM allows is told beside the calls that it took. */
const unlimited = () => createRateLimit({ clock: systemClock, capacity: 1e9, refill: 1e9, interval: 1_000 });

/** Opt-outs of the CRM are read as if there were none. */
const deaf: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const text = (await response.text()).replace(/("(?:hs_email_optout|HasOptedOutOfEmail)":"?)true/g, "$1false");
  const { status, headers } = response;
  return new Response(status === 204 ? null : text, { status, headers });
};

async function run(given: Given): Promise<void> {
  const { database: where, origin, paced, fault } = given;
  const bucket = paced ? {} : { bucket: unlimited() };
  const open = await openService({
    ...where,
    keyring: { current: "one", keys: { one: new Uint8Array(32).fill(7) } },
    developmentHosts: [origin],
    apps: {
      hubspot: { clientId: "app", clientSecret, loginUrl: origin },
      salesforce: { clientId: "app", clientSecret, loginUrl: origin },
    },
    hubspot: { secrets: [clientSecret], publicUrl },
    clients: { hubspot: { ...bucket, ...(!paced && { searchBucket: unlimited() }) }, salesforce: bucket },
    ...(fault === "deaf" && { fetch: deaf }),
    log(event, detail) {
      if (/failed|unavailable|refused|braked/.test(event)) console.error(event, JSON.stringify(detail));
    },
  });
  const { app, service, store, database } = open;
  await store.addTenant(tenant);
  await store.addApiKey(tenant, sha256(apiKey), "the command", ["reader", "editor", "host"]);
  // Whoever had the database before is dead: its jobs' time is over.
  if (fault === "forgets")
    await database.query(`delete from ${jobTable} where state = 'active' and group_id like 'crm:%'`);
  await expire(database);
  hear(open);
  const server = await listen(app.fetch);
  service.start();
  const answers: { [Name in keyof Answers]: () => Promise<Answers[Name]> } = {
    connect: () => connect(open, given),
    depth: () => depth(open),
    memory: async () => process.memoryUsage.rss(),
    async close() {
      await server.close();
      await open.close();
      return null;
    },
  };
  process.on("message", async (name: keyof Answers) => {
    send({ answers: name, answer: await answers[name]() } as FromProcess);
    if (name === "close") process.disconnect();
  });
  process.on("disconnect", () => process.exit());
  send({ ready: server.origin });
}

async function connect({ store, clients }: OpenService, given: Given): Promise<null> {
  const { crm, origin, account, ourself, access, refresh } = given;
  const ref = { tenant, id: crm };
  const settings = {
    ...{ baseUrl: origin, keyField: names[crm].key, ourself },
    webhookSecretHashes: [sha256(webhookSecret)],
  };
  await store.addIntegration(ref, { crm, account, file: mappingOf(crm), settings, state: "proposed" });
  await clients.connect(ref, { access, refresh });
  return null;
}

async function depth({ database }: OpenService): Promise<Answers["depth"]> {
  const [row] = await database.query<Answers["depth"]>(
    `select count(*) filter (where name like 'sync.%' and priority < 0)::int as bulk,
       count(*) filter (where name like 'sync.%' and priority >= 0)::int as others,
       count(*) filter (where name like 'dead.%')::int as dead
     from ${jobTable} where state in ('created', 'retry', 'active')`,
  );
  return row ?? { bulk: 0, others: 0, dead: 0 };
}

/** Live edits that have reached PenguinMails, once that is committed. */
function hear({ store }: OpenService): void {
  const { commit } = store;
  store.commit = async (ref, plans, ...more) => {
    const fates = await commit(ref, plans, ...more);
    for (const [index, { record }] of plans.entries()) {
      const edit = editOf(record?.phone);
      if (fates[index] === "committed" && edit > 0) send({ edit });
    }
    return fates;
  };
}

const [given] = process.argv.slice(2);
if (given !== undefined) await run(JSON.parse(given));
