/**
 * `npm run simulate:service -- --contacts 10000 --seed 1`: the whole service over HTTP, with both CRMs misbehaving.
 * `--on cloudflare` takes it as it is deployed there, in workerd, instead of on Node; `--crm hubspot` one of the CRMs;
 * `--database postgres` a PostgreSQL of this machine's instead of the embedded one, or DATABASE_URL says which;
 * `--progress` tells how far it is, `--markdown docs/simulation.md` writes its section there, and `--dossiers <file>` all
 * that is known of each person of whom a breach was found.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadEngine } from "@penguinmails/crm-sync";
import { writeSection } from "../../simulation/pages.js";
import { startPostgres } from "../store/postgres-server.js";
import { type Crm, crms } from "../sync/hands.js";
import { onCloudflare } from "./deployed.js";
import { onNode } from "./process.js";
import { deployedSection, section, table } from "./report.js";
import { simulate } from "./simulate.js";

const { values } = parseArgs({
  options: {
    contacts: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    crm: { type: "string", default: crms.join(",") },
    on: { type: "string", default: "node" },
    database: { type: "string", default: "embedded" },
    progress: { type: "boolean", default: false },
    markdown: { type: "string" },
    dossiers: { type: "string" },
  },
});

function refused(message: string): never {
  console.error(message);
  process.exit(2);
}

const whole = (text: string, name: string) =>
  /^\d{1,9}$/.test(text) ? Number(text) : refused(`--${name} takes a whole number, not "${text}"`);
const wanted = values.crm.split(",").map((name) => crms.find((crm) => crm === name) ?? refused(`no CRM is "${name}"`));
if (values.database !== "embedded" && values.database !== "postgres")
  refused(`--database is embedded or postgres, not "${values.database}"`);
if (values.on !== "node" && values.on !== "cloudflare") refused(`--on is node or cloudflare, not "${values.on}"`);
const isDeployed = values.on === "cloudflare";
if (isDeployed && values.database !== "embedded") refused("--on cloudflare has databases of its own");
const contacts = whole(values.contacts, "contacts");
const seed = whole(values.seed, "seed");

const server = values.database === "postgres" && !process.env.DATABASE_URL ? await startPostgres() : null;
if (server !== null && "missing" in server) refused(server.missing);
const databaseUrl = process.env.DATABASE_URL || server?.url;
const folder = mkdtempSync(join(tmpdir(), "crm-sync-simulation-"));
try {
  const engine = await loadEngine();
  const outcome = await simulate({
    ...{ engine, seed, contacts, crms: wanted as Crm[] },
    on: isDeployed ? onCloudflare(folder) : onNode(databaseUrl === undefined ? { folder } : { databaseUrl }),
    ...(values.progress && { progress: console.error }),
  });
  console.log(table(outcome));
  if (values.markdown !== undefined) {
    if (isDeployed) writeSection(values.markdown, "cloudflare", deployedSection(outcome));
    else writeSection(values.markdown, "service", section(outcome, values.database));
  }
  if (values.dossiers !== undefined) writeFileSync(values.dossiers, `${JSON.stringify(outcome.dossiers, null, 2)}\n`);
  const { breaches, stories } = outcome.ledger;
  if (breaches.size > 0) {
    console.error(`seed ${seed}: ${JSON.stringify(Object.fromEntries(breaches))}\n${stories.join("\n")}`);
    process.exitCode = 1;
  }
} finally {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
}
