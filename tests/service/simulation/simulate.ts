/** One simulation from its beginning to the judgement. */
import { type Dossier, dossiers } from "./dossier.js";
import { judge } from "./judge.js";
import type { Ledger } from "./ledger.js";
import { replay } from "./replay.js";
import { World, type WorldOptions } from "./world.js";

export interface Outcome {
  options: WorldOptions;
  ledger: Ledger;
  /** How often each fault struck. */
  faults: ReadonlyMap<string, number>;
  deaths: number;
  /** Of each person of whom a breach was found. */
  dossiers: Dossier[];
  seconds: number;
}

export async function simulate(options: WorldOptions): Promise<Outcome> {
  const begun = performance.now();
  const world = await World.open(options);
  try {
    await world.run();
    await judge(world);
    await replay(world, options.engine);
    const { ledger, standIn, host } = world;
    const seconds = (performance.now() - begun) / 1000;
    const { deaths } = host;
    return { options, ledger, faults: standIn.faults.struck, deaths, dossiers: await dossiers(world), seconds };
  } finally {
    await world.close();
  }
}
