/** The service in a process of its own, as `openService` gives it, with an ear at the store for what arrived. */
import { createHash } from "node:crypto";
import { mappingOf, names } from "../../tests/service/sync/hands.js";
import { systemClock } from "../../web/service/clock.js";
import { createRateLimit } from "../../web/service/crm/rate-limit.js";
import { listen } from "../../web/service/node/listen.js";
import { type OpenService, openService } from "../../web/service/node/open-service.js";
import type { Integration, IntegrationRef } from "../../web/service/store/model.js";
import { measured, tellArrived } from "./measured.js";
import { type Account, type Arrived, type Configuration, type Held, keyOf, watched } from "./messages.js";
import { apiKeyOf, app, publicUrl, webhookSecret } from "./secrets.js";
import { now } from "./time.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

measured(async (configuration) => {
  const { databaseUrl, folder, origin, lifted, wakeLimit, accounts, crm } = configuration;
  const unlimited = () => createRateLimit({ clock: systemClock, capacity: 1e9, refill: 1e9, interval: 1000 });
  const open = await openService({
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(folder !== undefined && { folder }),
    ...(wakeLimit !== undefined && { wakeLimit }),
    keyring: { current: "one", keys: { one: new Uint8Array(32).fill(7) } },
    hubspot: { secrets: [app.clientSecret], publicUrl },
    apps: { hubspot: app, salesforce: { ...app, loginUrl: origin } },
    developmentHosts: [origin],
    ...(lifted && {
      clients: {
        hubspot: { bucket: unlimited(), searchBucket: unlimited() },
        salesforce: { bucket: unlimited() },
      },
    }),
    log(event, detail) {
      if (/failed|unavailable|refused/.test(event)) console.error(event, JSON.stringify(detail));
    },
  });
  const refs = new Map<string, IntegrationRef>();
  for (const account of accounts) refs.set(account.tenant, await connect(open, configuration, account));
  hear(open, crm);
  const listening = await listen(open.app.fetch);

  return {
    origin: listening.origin,
    handlers: {
      async seed({ tenant, crmIds }) {
        const ref = refs.get(tenant) as IntegrationRef;
        await open.store.wake(
          ref,
          crmIds.map((id) => ({ subject: `crm:${id}` as const })),
        );
        await open.service.drain();
        return null;
      },
      async start() {
        open.service.start();
        return null;
      },
      async change() {
        throw new Error("the service has a route for it");
      },
      async depth() {
        const [row] = await open.database.query<{ due: number; dead: number }>(
          `select count(*) filter (where name like 'sync.%' and state <> 'active' and start_after <= now()
             or state = 'active')::int as due,
             count(*) filter (where name like 'dead.%')::int as dead
           from crm_sync_jobs.job_common where state in ('created', 'retry', 'active')`,
        );
        return row ?? { due: 0, dead: 0 };
      },
      contacts: () => held(open),
      async close() {
        await listening.close();
        await open.close();
        return null;
      },
    },
  };
});

async function connect(open: OpenService, { crm, origin }: Configuration, given: Account): Promise<IntegrationRef> {
  const { tenant, account, ourself, access, refresh } = given;
  const ref = { tenant, id: crm };
  const settings: Integration["settings"] = {
    baseUrl: origin,
    keyField: names[crm].key,
    ourself,
    webhookSecretHashes: [sha256(webhookSecret)],
  };
  await open.store.addTenant(tenant);
  await open.store.addApiKey(tenant, sha256(apiKeyOf(tenant)), "the bench", ["reader", "editor", "host"]);
  await open.store.addIntegration(ref, { crm, account, file: mappingOf(crm), settings, state: "active" });
  await open.clients.connect(ref, { access, refresh });
  return ref;
}

type Records = Arrived["records"];
type Fields = Records[number]["fields"];

/** What is committed, and what the CRM has acknowledged, is told once the store has kept it. */
function hear({ store }: OpenService, crm: Configuration["crm"]): void {
  const { commit, settle } = store;
  store.commit = async (ref, plans, others) => {
    const fates = await commit(ref, plans, others);
    const at = now();
    const records = plans.flatMap(
      ({ contact, record }, index): Records =>
        record !== undefined && fates[index] === "committed"
          ? [{ key: keyOf(ref.tenant, contact), fields: fieldsOf(record, (field) => field) }]
          : [],
    );
    tellArrived({ side: "local", at, records });
    return fates;
  };
  store.settle = async (ref, settlements) => {
    await settle(ref, settlements);
    const at = now();
    const records = settlements.flatMap(
      ({ contact, intents }): Records =>
        intents.flatMap(({ state, answer }) =>
          state === "acknowledged" && answer != null
            ? [{ key: keyOf(ref.tenant, contact), fields: fieldsOf(answer.record, (field) => names[crm][field]) }]
            : [],
        ),
    );
    tellArrived({ side: "crm", at, records });
  };
}

function fieldsOf(record: Record<string, unknown>, nameOf: (field: (typeof watched)[number]) => string): Fields {
  const fields: Fields = {};
  for (const field of watched) {
    const value = record[nameOf(field)];
    if (typeof value === "string") fields[field] = value;
  }
  return fields;
}

async function held({ database }: OpenService): Promise<Held[]> {
  const rows = await database.query<{ tenant: string; id: string; crm_id: string | null; record: string }>(
    `select c.tenant, c.id, l.crm_id, c.record from crm_sync.contact c
     left join crm_sync.link l on l.tenant = c.tenant and l.contact = c.id and l.state = 'linked'`,
  );
  return rows.map(({ tenant, id, crm_id, record }) => {
    const { email = null, phone = null, city = null } = JSON.parse(record);
    return { tenant, id, crmId: crm_id, fields: { email, phone, city } };
  });
}
