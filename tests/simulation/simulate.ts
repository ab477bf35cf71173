/** Runs contacts through a way to sync, and adds up what the judge found. */
import type { Engine, Mapping } from "@penguinmails/crm-sync";
import { hour } from "./events.js";
import { type Fault, Host } from "./host.js";
import { type Breach, Judge } from "./judge.js";
import { deletePolicies, mappingFile } from "./mapping-file.js";
import { type MissionStrategy, MissionSync } from "./mission.js";
import { judgeHost, judgeMission } from "./verdict.js";
import { type Syncs, World } from "./world.js";

/** One mapping for each pair of policies for deletions. */
export function compileMappings(engine: Engine): Map<string, Mapping> {
  const mappings = new Map<string, Mapping>();
  for (const crm of deletePolicies) {
    for (const local of deletePolicies) {
      const { mapping, diagnostics } = engine.compile(mappingFile(crm, local));
      if (!mapping) throw new Error(JSON.stringify(diagnostics));
      mappings.set(`${crm} ${local}`, mapping);
    }
  }
  return mappings;
}

export function runHost(mappings: Map<string, Mapping>, seed: number, contact: number, fault?: Fault): Judge {
  const world = new World(seed, contact);
  const judge = new Judge(world);
  const mapping = mappings.get(`${world.policies.crm} ${world.policies.local}`) as Mapping;
  const host = new Host(world, judge, mapping, fault);
  world.run(host);
  sweepTwice(host, judge);
  judgeHost(world, judge, host);
  return judge;
}

export function runMission(strategy: MissionStrategy, seed: number, contact: number): Judge {
  const world = new World(seed, contact);
  const judge = new Judge(world);
  const sync = new MissionSync(world, judge, strategy);
  world.run(sync);
  sweepTwice(sync, judge);
  judgeMission(world, judge);
  return judge;
}

/** When all is quiet and nothing fails, one sweep is enough. */
function sweepTwice(sync: Syncs, judge: Judge): void {
  sync.wake();
  const written = judge.writes;
  judge.world.now += hour;
  sync.wake();
  if (judge.writes !== written) judge.breach("written again", "a sweep after the sweep has written");
}

const counts = ["conflicts", "reported", "trulyReported", "writes", "idleWrites", "duplicates", "resurrected"] as const;

/** What many contacts add up to. */
export class Totals {
  contacts = 0;
  edits = 0;
  readonly breaches = new Map<Breach, number>();
  readonly stories: string[] = [];
  readonly sums = Object.fromEntries([...counts, "heldBack", "undoneClears"].map((name) => [name, 0])) as Record<
    (typeof counts)[number] | "heldBack" | "undoneClears",
    number
  >;

  add(judge: Judge): void {
    this.contacts++;
    this.edits += judge.world.edits;
    for (const [breach, count] of judge.breaches) this.breaches.set(breach, this.of(breach) + count);
    for (const story of judge.stories) if (this.stories.length < 50) this.stories.push(story);
    for (const name of Object.keys(this.sums) as (keyof typeof this.sums)[]) this.sums[name] += judge[name];
  }

  of = (breach: Breach): number => this.breaches.get(breach) ?? 0;
}
