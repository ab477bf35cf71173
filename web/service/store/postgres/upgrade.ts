/**
 * While an upgrade is under way processes of the version before may work on the same rows. What they cannot read is written
 * only once a person has said that none of them runs any more.
 */
import type { Database, Sql } from "../sql.js";

/** The migration from which on values are sealed. */
export const sealing = 3;

export class Upgrade {
  readonly #finished = new Set<number>();

  /** Whether processes from before a migration are gone. What is finished stays so, and is not looked up again. */
  async isFinished(sql: Sql, version: number): Promise<boolean> {
    if (this.#finished.has(version)) return true;
    const found = await sql.query("select version from crm_sync.migration where version = $1 and finished", [version]);
    if (found.length > 0) this.#finished.add(version);
    return found.length > 0;
  }
}

export const upgrades = (database: Database) => ({
  isUpgrading: async () =>
    (await database.query("select version from crm_sync.migration where not finished limit 1")).length > 0,
  finishUpgrade: async () => {
    await database.query("update crm_sync.migration set finished = true where not finished");
  },
});
