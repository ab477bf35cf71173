/** The directory's tables in D1, as wrangler makes them of the example's migrations. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Miniflare } from "miniflare";

const migration = new URL("../../../examples/cloudflare/migrations/0001_directory.sql", import.meta.url);

export async function makeDirectory(worker: Miniflare): Promise<void> {
  const directory = await worker.getD1Database("DIRECTORY");
  const text = readFileSync(fileURLToPath(migration), "utf8").replaceAll(/^--.*$/gm, "");
  const statements = text.split(";").filter((statement) => statement.trim() !== "");
  const { results } = await directory.prepare("select 1 from sqlite_schema where name = 'api_key'").all();
  if (results.length === 0) await directory.batch(statements.map((statement) => directory.prepare(statement)));
}
