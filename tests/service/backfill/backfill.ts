/** One backfill from two full sides to the judgement: reported, approved, done; killed meanwhile, and edited. */
import { setTimeout as wait } from "node:timers/promises";
import { Random } from "../../simulation/random.js";
import type { Crm } from "../sync/hands.js";
import { judge, type Verdict } from "./judge.js";
import { type Latency, Live, latencyOf } from "./live.js";
import type { Fault, Given } from "./messages.js";
import { peopleOf, personOf } from "./people.js";
import { Service } from "./service.js";
import { BackfillCrm } from "./world.js";

export interface BackfillOptions {
  crm: Crm;
  contacts: number;
  kills: number;
  seed: number;
  database: Given["database"];
  /** As fast as the CRM allows, and edited less often; else only the work limits it. */
  paced?: boolean;
  fault?: Fault;
  /** For how long it is edited once the backfill is over, in seconds. */
  afterwards?: number;
  progress?(what: string): void;
}

export interface Phase {
  seconds: number;
  calls: number;
}

export interface Outcome {
  options: BackfillOptions;
  /** By what a pair is found by, or what becomes of it. */
  report: Map<string, number>;
  tried: Phase;
  done: Phase;
  kills: number;
  live: { during: Latency; after: Latency };
  /** Megabytes of the service's process, at most: in each tenth of the time, once it has run for a while. */
  memory: number[];
  verdict: Verdict;
}

interface Run {
  run: string;
  state: string;
  error: string | null;
  progress: { seen: number };
}

const changesAtOnce = 1_000;
/** Each of them takes some calls: what the CRM allows has to be enough for them, too. */
const editsASecond = { unlimited: 4, paced: 0.5 };
const hour = 3_600_000;
/** With a service that is broken on purpose. */
const patience = 6_000;
/** After so long a process has compiled what it runs, and filled its pools. */
const settled = 5_000;

/** Calls, all together: the budget that docs/operations.md states. */
const callsForAThousand = 230;
const callsForAnEdit = 5;

export const budgetOf = ({ options, live }: Pick<Outcome, "options" | "live">) =>
  (callsForAThousand * options.contacts) / 1_000 + callsForAnEdit * live.during.edits;

export async function backfill(options: BackfillOptions): Promise<Outcome> {
  const { crm, contacts, seed, database, paced = false, fault = null, progress = () => {} } = options;
  const random = new Random("backfill", seed);
  const world = new BackfillCrm(crm, paced, (edit) => live.arrived(edit));
  await world.fill(contacts);
  const numbers = Array.from({ length: peopleOf(contacts) }, (_, number) => number);
  const edited = numbers.filter((number) => personOf(number).edited);
  const live: Live = new Live(
    world.hands,
    edited.map((person) => ({ person, crmId: world.ids.get(person) as string, contact: `c${person}` })),
    editsASecond[paced ? "paced" : "unlimited"],
  );
  progress(`${world.ids.size} contacts are in the CRM`);
  const service = new Service({ crm, database, origin: world.origin, ...world.account, paced, fault }, live.arrived);
  const samples: { at: number; bytes: number }[] = [];
  const killing = killer(service, random, progress);
  let over = false;
  try {
    await service.start();
    await fillPenguinMails(service, numbers);
    await service.ask("connect");
    progress("and as many in PenguinMails");
    const delivering = (async () => {
      while (!over) {
        await world.deliver((request) => service.reach(request));
        await wait(20);
      }
    })();
    const sampling = (async () => {
      while (!over) {
        const since = service.starts.at(-1) ?? 0;
        const bytes = await Promise.race([service.ask("memory"), wait(2_000, 0)]);
        if (bytes > 0 && Date.now() - since > settled) samples.push({ at: Date.now(), bytes });
        await wait(500);
      }
    })();

    const phase = async (work: () => Promise<void>): Promise<Phase> => {
      const [began, calls] = [Date.now(), world.calls];
      await work();
      return { seconds: (Date.now() - began) / 1000, calls: world.calls - calls };
    };
    const tries = Math.floor(options.kills / 5);
    let run = await service.call<Run>("POST", "/api/runs", { integration: crm, kind: "first_sync", dry: true });
    const look = () => service.call<Run>("GET", `/api/runs/${crm}/${run.run}`);
    const goOn = async (kills: number, most: number, isOver: (run: Run) => Promise<boolean>) => {
      const points = Array.from({ length: kills }, () => random.next() * 0.9 * most).sort((one, other) => one - other);
      for (let said = Date.now(); ; await wait(200)) {
        const now = await look();
        if (now.state !== "running" && now.state !== "done") throw new Error(`the run is ${now.state}: ${now.error}`);
        const over = await isOver(now);
        if (points[0] !== undefined && (now.progress.seen >= points[0] || over)) {
          points.shift();
          await killing();
          continue;
        }
        if (over) return;
        if (Date.now() - said > 10_000) {
          said = Date.now();
          progress(`${now.progress.seen} looked at, ${world.calls} calls`);
        }
      }
    };
    const whole = world.ids.size + numbers.reduce((sum, number) => sum + personOf(number).contacts.length, 0);
    const tried = await phase(() => goOn(tries, whole, async ({ state }) => state === "done"));
    progress(`reported after ${Math.round(tried.seconds)} s`);
    const { groups } = await service.call<{ groups: { match: string; count: number }[] }>(
      "GET",
      `/api/runs/${crm}/${run.run}/report`,
    );
    const report = new Map<string, number>();
    for (const { match, count } of groups) report.set(match, (report.get(match) ?? 0) + count);
    run = await service.call<Run>("POST", `/api/runs/${crm}/${run.run}/approve`);

    let working = true;
    const editing = live.editWhile(() => working, service);
    const done = await phase(async () => {
      await goOn(options.kills - tries, whole / 2, async ({ state }) => {
        if (state !== "done") return false;
        const depth = await Promise.race([service.ask("depth"), wait(10_000, null)]);
        return depth !== null && depth.bulk === 0;
      });
      working = false;
    });
    progress(`done after ${Math.round(done.seconds)} s`);
    const during = await editing;
    await quiet(world, service, fault);
    const until = Date.now() + (options.afterwards ?? 5) * 1_000;
    const after = await live.editWhile(() => Date.now() < until, service);
    await quiet(world, service, fault);
    over = true;
    await Promise.all([delivering, sampling]);
    await service.close();
    const verdict = await judge(database, { contacts, hands: world.hands, live });
    return {
      ...{ options, report, tried, done, kills: service.kills.length, verdict },
      live: { during: latencyOf(during, service), after: latencyOf(after, service) },
      memory: tenths(samples),
    };
  } finally {
    over = true;
    service.end();
    await world.close();
  }
}

/** Somewhere in what it does: a moment later than whatever led to it. */
const killer = (service: Service, random: Random, progress: (what: string) => void) => async () => {
  await wait(random.between(0, 300));
  await service.kill();
  await service.start();
  progress(`killed ${service.kills.length} times`);
};

async function fillPenguinMails(service: Service, numbers: readonly number[]): Promise<void> {
  const now = Date.now();
  const changes = numbers.flatMap((number) => {
    const { contacts, local, later, optedOut } = personOf(number);
    const updatedAt = new Date(later === "crm" ? now - 48 * hour : now - 12 * hour).toISOString();
    const patch = { ...local, ...(optedOut.local && { unsubscribed: true }) };
    return contacts.map((id) => ({ id, patch, updatedAt }));
  });
  for (let at = 0; at < changes.length; at += changesAtOnce)
    await service.call("POST", "/contacts/changes", { changes: changes.slice(at, at + changesAtOnce) });
}

/** Until nothing waits, and nothing is to be told. One that is broken on purpose may never come to that. */
async function quiet(world: BackfillCrm, service: Service, fault: Fault | null): Promise<void> {
  const until = Date.now() + (fault === null ? Number.POSITIVE_INFINITY : patience);
  for (let times = 0; times < 3 && Date.now() < until; times++) {
    const depth = await service.ask("depth");
    if (depth.bulk + depth.others > 0 || world.waiting > 0) times = -1;
    await wait(200);
  }
}

function tenths(samples: readonly { at: number; bytes: number }[]): number[] {
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0];
  const most = Array.from({ length: 10 }, () => 0);
  for (const { at, bytes } of samples) {
    const tenth = Math.min(9, Math.floor(((at - first) / (last - first || 1)) * 10));
    most[tenth] = Math.max(most[tenth] as number, Math.round(bytes / 2 ** 20));
  }
  return most.filter((megabytes) => megabytes > 0);
}
