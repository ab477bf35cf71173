/**
 * `npm run backfill -- --contacts 500000 --kills 10`: a first synchronisation of so many contacts on each side, whose process
 * is killed meanwhile. `--crm salesforce` takes that one, `--seed` other moments; `--database embedded` a PGlite instead of
 * a PostgreSQL of this machine's, or DATABASE_URL says which. `--paced` goes as fast as the CRM allows, instead of as fast as
 * the machine is. `--fault forgets` has the service forget what it was at when it
 * was killed, `--fault deaf` has it not hear the CRM's opt-outs: both are to be found.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startPostgres } from "../store/postgres-server.js";
import { crms } from "../sync/hands.js";
import { backfill } from "./backfill.js";
import { faults } from "./messages.js";
import { complaints, table } from "./report.js";

const { values } = parseArgs({
  options: {
    contacts: { type: "string", default: "5000" },
    kills: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    crm: { type: "string", default: "hubspot" },
    database: { type: "string", default: "postgres" },
    paced: { type: "boolean", default: false },
    fault: { type: "string" },
  },
});

function refused(message: string): never {
  console.error(message);
  process.exit(2);
}

const whole = (name: "contacts" | "kills" | "seed") =>
  /^\d{1,7}$/.test(values[name]) ? Number(values[name]) : refused(`--${name} takes a whole number`);
const named = <Name extends string>(names: readonly Name[], name: string, option: string) =>
  names.find((one) => one === name) ?? refused(`--${option} is one of ${names.join(", ")}`);
const crm = named(crms, values.crm, "crm");
const fault = values.fault === undefined ? null : named(faults, values.fault, "fault");
const kind = named(["postgres", "embedded"], values.database, "database");
const options = {
  crm,
  contacts: whole("contacts"),
  kills: whole("kills"),
  seed: whole("seed"),
  paced: values.paced,
  afterwards: 30,
};

// As an operator has it: what is committed is on the disk.
const server = kind === "postgres" && !process.env.DATABASE_URL ? await startPostgres({ fsync: true }) : null;
if (server !== null && "missing" in server) console.error(`${server.missing}: the embedded database is taken`);
const databaseUrl =
  kind === "embedded" ? undefined : process.env.DATABASE_URL || (server && "url" in server ? server.url : undefined);
const folder = mkdtempSync(join(tmpdir(), "crm-sync-backfill-"));
const began = Date.now();
try {
  const outcome = await backfill({
    ...options,
    database: databaseUrl === undefined ? { folder } : { databaseUrl },
    ...(fault !== null && { fault }),
    progress: (what) => console.error(`${Math.round((Date.now() - began) / 1000)} s: ${what}`),
  });
  console.log(table(outcome));
  const found = complaints(outcome);
  if (found.length > 0) {
    console.error(found.join("\n"));
    process.exitCode = 1;
  }
} finally {
  if (server !== null && "close" in server) await server.close();
  rmSync(folder, { recursive: true, force: true });
}
