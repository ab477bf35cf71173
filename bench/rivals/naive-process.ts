/** The rival in a process of its own, on the same databases as the service. */
import { openPglite } from "../../web/service/node/pglite.js";
import { openPostgres } from "../../web/service/node/postgres.js";
import { contactId } from "../../web/service/sync/decide.js";
import { measured, tellArrived } from "../service/measured.js";
import { type Held, keyOf, type Watched, watched } from "../service/messages.js";
import { now, pause } from "../service/time.js";
import { type Contact, CRMSyncService, indexes, table } from "./naive-sync.js";

/** HubSpot allows five searches a second. */
const interval = 200;

measured(async ({ databaseUrl, folder, origin, accounts, crm }) => {
  const { database } = databaseUrl === undefined ? await openPglite(folder) : await openPostgres(databaseUrl);
  const [account] = accounts;
  if (account === undefined) throw new Error("an account is needed");
  const { tenant, access } = account;
  await database.query("drop table if exists contact");
  for (const statement of [table, ...indexes]) await database.query(statement);
  const told = (side: "local" | "crm") => (contact: string, values: Partial<Contact>) => {
    const fields = Object.fromEntries(watched.flatMap((field) => (values[field] ? [[field, values[field]]] : [])));
    tellArrived({ side, at: now(), records: [{ key: keyOf(tenant, contact), fields }] });
  };
  let stopping = false;
  let loop: Promise<void> = Promise.resolve();

  async function poll(): Promise<void> {
    // From now on: both sides agree on what is there.
    const service = new CRMSyncService(database, origin, access, { onLocal: told("local"), onCrm: told("crm") });
    while (!stopping) {
      const began = now();
      try {
        await service.syncBidirectional();
      } catch (error) {
        console.error("naive:", error instanceof Error ? error.message.slice(0, 300) : error);
      }
      await pause(Math.max(0, interval - (now() - began)));
    }
  }

  return {
    origin: null,
    handlers: {
      /** As they stand in the CRM. */
      async seed({ crmIds }) {
        const response = async (ids: string[]) =>
          (await fetch(`${origin}/crm/v3/objects/contacts/batch/read`, {
            method: "POST",
            headers: { authorization: `Bearer ${access}`, "content-type": "application/json" },
            body: JSON.stringify({
              inputs: ids.map((id) => ({ id })),
              properties: ["email", "phone", "city", "firstname", "lastname"],
            }),
          }).then((answer) => answer.json())) as {
            results: { id: string; properties: Record<string, string | null> }[];
          };
        for (let at = 0; at < crmIds.length; at += 100) {
          const { results } = await response(crmIds.slice(at, at + 100));
          const rows = results.map(({ id, properties: { email, phone, city, firstname, lastname } }) => ({
            ...{ id: contactId(crm, id), crm_id: id, email, phone, city, first_name: firstname, last_name: lastname },
          }));
          await database.query(
            `insert into contact select x.id, x.crm_id, x.email, x.phone, x.city, x.first_name, x.last_name, now(), null
             from json_to_recordset($1::text::json) as x(id text, crm_id text, email text, phone text, city text,
               first_name text, last_name text)`,
            [JSON.stringify(rows)],
          );
        }
        return null;
      },
      async start() {
        loop = poll();
        return null;
      },
      async change(changes) {
        const rows = changes.map(({ id, fields }) => ({ id, ...fields }));
        await database.query(
          `update contact c set city = coalesce(x.city, c.city), phone = coalesce(x.phone, c.phone), updated_at = $2
           from json_to_recordset($1::text::json) as x(id text, city text, phone text) where c.id = x.id`,
          [JSON.stringify(rows), new Date()],
        );
        return null;
      },
      depth: async () => ({ due: 0, dead: 0 }),
      async contacts() {
        const rows = await database.query<{ id: string; crm_id: string | null } & Record<Watched, string | null>>(
          "select id, crm_id, email, phone, city from contact",
        );
        return rows.map(
          ({ id, crm_id, email, phone, city }): Held => ({ tenant, id, crmId: crm_id, fields: { email, phone, city } }),
        );
      },
      async close() {
        stopping = true;
        await loop;
        await database.close();
        return null;
      },
    },
  };
});
