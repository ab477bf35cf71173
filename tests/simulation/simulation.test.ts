/** A short run of the simulation; `npm run simulate` is the long one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { type Fault, faults } from "./host.js";
import type { Breach } from "./judge.js";
import { missionStrategies } from "./mission.js";
import { table } from "./report.js";
import { compileMappings, runHost, runMission, Totals } from "./simulate.js";

const mappings = compileMappings(await loadEngine());
const contacts = 250;
const seeds = [1, 2, 3];

/** All contacts, or as many as it takes to find what is looked for. */
function run(wanted?: Breach, fault?: Fault): Totals {
  const totals = new Totals();
  for (const seed of seeds) {
    for (let contact = 0; contact < contacts; contact++) {
      totals.add(runHost(mappings, seed, contact, fault));
      if (wanted !== undefined && totals.of(wanted) > 0) return totals;
    }
  }
  return totals;
}

const sound = run();

test("both sides converge, and nothing is lost, lifted, invented, written again or asked for nothing", () => {
  assert.deepEqual(sound.stories, []);
});

test("what must be survived has happened", () => {
  const { edits, sums } = sound;
  assert.ok(edits > 7 * sound.contacts, `${edits} edits`);
  assert.ok(sums.conflicts > sound.contacts / 2, `${sums.conflicts} conflicts`);
  assert.ok(sums.reported > sound.contacts / 3 && sums.trulyReported === sums.reported, `${sums.reported} reviews`);
});

test("the same seed is the same run", () => {
  const again = run();
  assert.deepEqual([again.edits, again.sums], [sound.edits, sound.sums]);
});

/** What each fault of a host comes out as. */
const found: Record<Fault, Breach> = {
  "keeps no base": "edit lost",
  "acknowledges nothing": "edit lost",
  "writes over changes": "edit lost",
  "forgets decisions": "edit lost",
  "reads back later": "sides differ",
  "relinks at once": "sides differ",
  "takes every act for the person's own": "opt-out lifted",
};
for (const fault of faults) {
  test(`a host that ${fault} is found out: ${found[fault]}`, () => {
    const totals = run(found[fault], fault);
    assert.ok(totals.of(found[fault]) > 0, JSON.stringify(Object.fromEntries(totals.breaches)));
  });
}

test("the mission's sample code loses edits, lifts opt-outs and makes duplicates with each of its strategies", () => {
  const missions = new Map(missionStrategies.map((strategy) => [strategy, new Totals()]));
  for (const [strategy, totals] of missions) {
    for (let contact = 0; contact < contacts; contact++) totals.add(runMission(strategy, 1, contact));
    assert.ok(totals.of("edit lost") > totals.edits / 20, strategy);
    assert.ok(totals.of("opt-out lifted") > 0 && totals.sums.duplicates > 0, strategy);
  }
  const lines = table({ seeds, contacts, host: sound, missions }).split("\n");
  assert.equal(new Set(lines.map((line) => line.split(/(?<!\\)\|/).length)).size, 1);
});
