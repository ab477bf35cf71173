/**
 * The whole service in a process of its own, on an embedded database in a folder, until it is killed. Its time goes faster
 * than the machine's, so that what waits for minutes waits for seconds.
 */
import { createHash } from "node:crypto";
import { listen } from "../../../web/service/node/listen.js";
import { openService } from "../../../web/service/node/open-service.js";
import { fastClock, type Time } from "./fast-clock.js";
import { type Crm, crms, mappingOf, names } from "./hands.js";
import { expire, hurry, jobTable } from "./waits.js";

export interface Given extends Time {
  folder: string;
  /** Where the CRMs are. */
  origin: string;
  publicUrl: string;
  clientSecret: string;
  webhookSecret: string;
  key: string;
  accounts: Record<Crm, { account: string; ourself: string; access: string; refresh: string }>;
}

/** What is asked of it over IPC. */
export interface Kept {
  contacts: { tenant: string; id: string; record: Record<string, unknown> }[];
  intents: { state: string; count: number }[];
  links: { tenant: string; contact: string; crm_id: string }[];
  waiting: number;
}

async function run(given: Given): Promise<void> {
  const { folder, origin, publicUrl, clientSecret, webhookSecret, key, speed, accounts } = given;
  const { app, service, store, clients, database } = await openService({
    folder,
    clock: fastClock(given),
    keyring: { current: "one", keys: { one: new Uint8Array(32).fill(7) } },
    developmentHosts: [origin],
    apps: {
      hubspot: { clientId: "app", clientSecret, loginUrl: origin },
      salesforce: { clientId: "app", clientSecret, loginUrl: origin },
    },
    hubspot: { secrets: [clientSecret], publicUrl },
  });
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  for (const crm of crms) {
    const ref = { tenant: crm, id: crm };
    const { account, ourself, access, refresh } = accounts[crm];
    if ((await store.integration(ref)) !== null) continue;
    const settings = {
      baseUrl: origin,
      keyField: names[crm].key,
      ourself,
      webhookSecretHashes: [sha256(webhookSecret)],
    };
    await store.addTenant(crm);
    await store.addApiKey(crm, sha256(`${key}-${crm}`), "the test", ["reader", "editor", "host"]);
    await store.addIntegration(ref, { crm, account, file: mappingOf(crm), settings, state: "active" });
    await clients.connect(ref, { access, refresh });
  }
  // Whoever had the folder before is dead: its jobs' time is over.
  await expire(database);
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    hurry(database, (now - last) * (speed - 1)).catch(() => {});
    last = now;
  }, 100);
  const server = await listen(app.fetch);
  service.start();
  process.on("message", async () => {
    const kept: Kept = {
      contacts: (
        await database.query<{ tenant: string; id: string; record: string }>(
          "select tenant, id, record from crm_sync.contact order by id",
        )
      ).map((row) => ({ ...row, record: JSON.parse(row.record) })),
      intents: await database.query("select state, count(*)::int as count from crm_sync.intent group by state"),
      links: await database.query("select tenant, contact, crm_id from crm_sync.link where state = 'linked'"),
      waiting: (await database.query(`select 1 from ${jobTable} where name like 'sync.%'`)).length,
    };
    process.send?.(kept);
  });
  process.send?.({ ready: server.origin });
}

const [given] = process.argv.slice(2);
if (given !== undefined) await run(JSON.parse(given));
