/** The log of those who were erased, which is told to a restored back-up. */
import type { Subject } from "../../jobs/jobs.js";
import type { Erasure } from "../model.js";
import type { SyncStore } from "../store.js";
import { type Context, transact } from "./context.js";
import { eraseAgain } from "./erase.js";
import { time, value } from "./values.js";

interface Row {
  tenant: string;
  integration: string;
  subject: Subject;
  at: Date;
  suppressions: string;
}

export const erasures = (context: Context) =>
  ({
    erasures: () =>
      context.database.transaction(null, async (sql) => {
        const list = await sql.query<Row>(
          "select tenant, integration, subject, at, suppressions from crm_sync.erasure order by at, tenant, integration, subject",
        );
        return list.map(
          ({ tenant, integration, subject, at, suppressions }): Erasure => ({
            ...{ tenant, id: integration, subject, at: time(at), suppressions: value(suppressions) },
          }),
        );
      }),
    eraseAgain: async (given) => {
      for (const tenant of new Set(given.map((one) => one.tenant))) {
        const own = given.filter((one) => one.tenant === tenant);
        await transact(context, tenant, (sql) => eraseAgain(sql, own, new Date(context.clock.now())));
      }
    },
  }) satisfies Partial<SyncStore>;
