import type { Clock } from "../../clock.js";
import type { Jobs } from "../../jobs/jobs.js";
import type { Database, Sql } from "../sql.js";
import type { Addresses } from "./addresses.js";
import type { LinkKeys } from "./link-keys.js";
import type { Upgrade } from "./upgrade.js";

/** What every part of the store works with. */
export interface Context {
  database: Database;
  jobs: Pick<Jobs, "wake">;
  addresses: Addresses;
  /** What is kept of a person is sealed under these. */
  keys: LinkKeys;
  upgrade: Upgrade;
  /** All times that are kept are the service's, not the database's. */
  clock: Clock;
}

/** Somebody was faster, and the rows are not as they were read: begin anew, and see what they made of it. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

const uniqueViolation = "23505";

/** One transaction, anew where another one inserted the same rows meanwhile: rows that are not there cannot be locked. */
export async function transact<T>(context: Context, tenant: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await context.database.transaction(tenant, work);
    } catch (error) {
      const overtaken = error instanceof Overtaken || (error as { code?: unknown }).code === uniqueViolation;
      if (!overtaken || attempt === 5) throw error;
    }
  }
}
