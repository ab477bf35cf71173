/**
 * `npm run simulate -- --contacts 10000 --seed 1`: the simulation with the engine and with the mission's sample code.
 * `--seed 1,2` runs several, `--markdown docs/simulation.md` writes the page, `--contact 137` runs one contact alone.
 */
import { parseArgs } from "node:util";
import { loadEngine } from "@penguinmails/crm-sync";
import { missionStrategies } from "./mission.js";
import { writeEngine } from "./pages.js";
import { breaches, page, type Run, table } from "./report.js";
import { compileMappings, runHost, runMission, Totals } from "./simulate.js";

const { values } = parseArgs({
  options: {
    contacts: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    contact: { type: "string" },
    markdown: { type: "string" },
  },
});
const whole = (text: string, name: string) => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} takes whole numbers, not "${text}"`);
  process.exit(2);
};
const seeds = values.seed.split(",").map((seed) => whole(seed, "seed"));
const contacts = values.contact === undefined ? whole(values.contacts, "contacts") : 1;
const first = values.contact === undefined ? 0 : whole(values.contact, "contact");

const mappings = compileMappings(await loadEngine());
const run = {
  seeds,
  contacts,
  host: new Totals(),
  missions: new Map(missionStrategies.map((name) => [name, new Totals()])),
};
for (const seed of seeds) {
  for (let contact = first; contact < first + contacts; contact++) {
    run.host.add(runHost(mappings, seed, contact));
    for (const [strategy, totals] of run.missions) totals.add(runMission(strategy, seed, contact));
  }
}
console.log(table(run satisfies Run));
if (values.markdown !== undefined) writeEngine(values.markdown, page(run));
if (run.host.stories.length > 0) {
  console.error(JSON.stringify(breaches(run.host)), run.host.stories.join("\n"));
  process.exitCode = 1;
}
