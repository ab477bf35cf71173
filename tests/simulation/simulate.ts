/** Runs contacts through a way to sync, and adds up what the judge found. */
import type { Engine, Mapping } from "@penguinmails/crm-sync";
import { type Fault, Host } from "./host.js";
import { Judge } from "./judge.js";
import { deletePolicies, mappingFile } from "./mapping-file.js";
import { judgeHost } from "./verdict.js";
import { World } from "./world.js";

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
  host.wake();
  const written = judge.writes;
  host.wake();
  if (judge.writes !== written) judge.breach("written again", "a sweep after the sweep has written");
  judgeHost(world, judge, host);
  return judge;
}
