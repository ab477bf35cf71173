/**
 * The service under load, on an embedded PostgreSQL and on a server's, and the design document's loop beside it:
 * docs/performance.md, "The service under load". `npm run bench:service`; `--json <file>` also writes the results there,
 * `--profile <folder>` also the services' CPU profiles. Everything is of this machine, and ends by itself.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type PostgresServer, startPostgres } from "../../tests/service/store/postgres-server.js";
import { machine, load as machineLoad } from "../machine.mjs";
import { type Accepted, accepted } from "./accepted.js";
import { type Contest, contest, type Halves, halves } from "./contest.js";
import {
  type AtRest,
  atRest,
  type Backlog,
  type Beyond,
  backlog,
  beyond,
  type Step,
  sustained,
  warmUp,
} from "./load.js";
import { reportText } from "./report.js";
import { Rig, type RigOptions } from "./rig.js";
import { now } from "./time.js";

export interface OnDatabase {
  database: string;
  accepted: Accepted[];
  /** Pairs in a second of a first synchronisation. */
  firstSync: number;
  atRest: AtRest;
  backlog: Backlog;
  steps: Step[];
  /** Pairs in a second that were edited on both sides, and held. */
  sustained: number;
  beyond: Beyond;
  salesforce: AtRest;
  contest: Contest[];
}

export interface Report {
  at: string;
  machine: ReturnType<typeof machine>;
  load: { before: number; after: number };
  seconds: number;
  databases: OnDatabase[];
  /** With the rates that HubSpot allows: 110 requests in ten seconds. */
  limited: { contender: string; database: string; backlog: Halves }[];
}

const { values } = parseArgs({ options: { json: { type: "string" }, profile: { type: "string" } } });
const open = new Set<Rig>();
/** Nothing of ours is left behind, whatever happens. */
process.on("exit", () => {
  for (const rig of open) rig.kill();
});
let stopServer = async () => {};
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => void stopServer().finally(() => process.exit(1)));
}

async function on<T>(options: RigOptions, work: (rig: Rig) => Promise<T>): Promise<T> {
  const rig = await Rig.open({ ...options, profile: values.profile });
  open.add(rig);
  const result = await work(rig);
  await rig.close();
  open.delete(rig);
  return result;
}

const began = now();
const say = (what: string) => console.error(`${Math.round((now() - began) / 1000)} s: ${what}`);
const noWakeLimit = { rate: 1e9, burst: 1e9 };

async function onDatabase(database: string, fresh: () => Promise<string | undefined>): Promise<OnDatabase> {
  const taken: Accepted[] = [];
  const hubspot = { databaseUrl: await fresh(), people: { one: 10 }, wakeLimit: noWakeLimit };
  await on(hubspot, async (rig) => {
    for (const events of [1, 10, 100]) taken.push(await accepted(rig, events, 2.5));
  });
  say(`${database}: webhooks were accepted`);

  const people = { one: 1_500, two: 20 };
  const hard = await on(
    { databaseUrl: await fresh(), people, wakeLimit: { rate: 1_000, burst: 1_000 } },
    async (rig) => {
      await warmUp(rig);
      const rest = await atRest(rig, 5, 10);
      say(`${database}: at rest`);
      const worked = await backlog(rig, 1_000);
      await rig.quiet();
      const held = await sustained(rig, worked.rate.aSecond, 4);
      say(`${database}: as fast as it holds`);
      const most = Math.max(held.rate, Math.ceil(worked.rate.aSecond));
      const more = await beyond(rig, 2 * most, 8);
      say(`${database}: beyond that`);
      return {
        ...{ firstSync: rig.seeded, atRest: rest, backlog: worked },
        ...{ steps: held.steps, sustained: held.rate, beyond: more },
      };
    },
  );

  const outbound = { crm: "salesforce" as const, people: { one: 200 }, wakeLimit: noWakeLimit };
  await on({ ...outbound, databaseUrl: await fresh() }, async (rig) => {
    for (const events of [1, 100]) taken.push(await accepted(rig, events, 2));
  });
  const salesforce = await on({ ...outbound, databaseUrl: await fresh() }, async (rig) => {
    await warmUp(rig);
    return atRest(rig, 5, 8);
  });
  say(`${database}: Salesforce`);

  const contests: Contest[] = [];
  for (const contender of ["service", "rival"] as const) {
    const given = { contender, databaseUrl: await fresh(), people: { one: 400 } };
    contests.push(await on(given, (rig) => contest(rig, { seconds: 6, records: 400 })));
    say(`${database}: ${contender} and the same edits`);
  }
  return { database, accepted: taken, ...hard, salesforce, contest: contests };
}

async function withLimits(contender: "service" | "rival"): Promise<Report["limited"][number]> {
  const worked = await on({ contender, lifted: false, people: { one: 250 } }, async (rig) => {
    await rig.process.ask("start");
    await rig.quiet();
    return halves(rig, 240, { patience: 25, limit: 40 });
  });
  say(`${contender}: within HubSpot's limits`);
  return { contender, database: "PGlite", backlog: worked };
}

const before = machineLoad();
// As an operator has it: what is committed is on the disk.
const server = await startPostgres({ fsync: true });
if (!("missing" in server)) stopServer = server.close;
try {
  const databases = [await onDatabase("PGlite", async () => undefined)];
  if ("missing" in server) console.error(`PostgreSQL is left out: ${server.missing}`);
  else {
    let count = 0;
    databases.push(await onDatabase("PostgreSQL", () => (server as PostgresServer).database(`bench_${++count}`)));
  }
  const limited = [await withLimits("service"), await withLimits("rival")];
  const report: Report = {
    ...{ at: new Date().toISOString(), machine: machine(), load: { before, after: machineLoad() } },
    ...{ seconds: Math.round((now() - began) / 1000), databases, limited },
  };
  console.log(reportText(report));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await stopServer();
}
