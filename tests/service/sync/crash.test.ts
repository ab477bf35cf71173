/**
 * No edit is lost, nothing is created twice: the process dies at its fault points, another one goes on, and what is left in
 * the end is what is left without a death.
 *
 * A fault point is before and after every call of the store, every statement of its transactions, every call of the jobs
 * and every request to the CRM. `npm test` dies after everything that changes something in the essential scenarios, and
 * at a seeded sample in the others; with CRM_SYNC_ALL_FAULTS=1, as `npm run check` has it, at every point of all of them.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../simulation/random.js";
import { type Scenario, scenarios } from "./crash-scenarios.js";
import { assertAtRest, assertSidesAgree, finalState } from "./final-state.js";
import { type Crm, crms } from "./hands.js";
import { mortalWorld } from "./mortal-world.js";

const all = process.env.CRM_SYNC_ALL_FAULTS === "1";
/** Of a scenario that is not essential so many fault points; of each scenario so many with a second death later. */
const sample = 2;
const twice = 1;

const total = { points: 0, moments: 0, once: 0, twice: 0 };

async function play(crm: Crm, { world, prepare, act }: Scenario, deaths: readonly number[]) {
  const w = await mortalWorld({ crm, ...world });
  const known = (await prepare?.(w)) ?? { ids: [], contacts: [] };
  await w.dieAt(deaths);
  try {
    await act(w, known);
    const passed = w.lives.map((life) => [...life.passed]);
    const state = await finalState(w);
    await assertAtRest(w);
    return { state, passed, deaths: w.deaths };
  } catch (error) {
    throw new Error(`${w.deaths.join(", then ")}: ${(error as Error).message}`, { cause: error });
  }
}

/** Reading leaves nothing behind. */
const changes =
  /^after (store\.(receive|changeContacts|commit|sending|settle|answerReview)|jobs\.(take|done|again)|(PATCH|PUT|DELETE) |POST .*(composite|create|update|archive|delete|unsubscribe|statuses))/;

/** Between the end of one call and the beginning of the next nothing happens outside: dying at either is the same. */
const moments = (points: readonly string[]) =>
  [...points.keys()].filter((at) => !(points[at]?.startsWith("before") && points[at - 1]?.startsWith("after")));

function chosen(random: Random, points: readonly string[], essential: boolean): number[] {
  const every = moments(points);
  if (all) return every;
  if (essential) return every.filter((at) => changes.test(points[at] as string));
  const drawn = new Set<number>();
  while (drawn.size < Math.min(sample, every.length)) drawn.add(random.of(every));
  return [...drawn].sort((one, other) => one - other);
}

for (const crm of crms) {
  for (const scenario of scenarios) {
    test(`${crm}: ${scenario.name}`, async (t) => {
      const random = new Random("crash", crm, scenario.name);
      const undisturbed = await play(crm, scenario, []);
      assertSidesAgree(undisturbed.state);
      const points = undisturbed.passed[0] ?? [];
      const compare = async (deaths: readonly number[]) => {
        const disturbed = await play(crm, scenario, deaths);
        assert.deepEqual(disturbed.state, undisturbed.state, disturbed.deaths.join(", then "));
        return disturbed.deaths.length;
      };
      const at = chosen(random, points, scenario.essential === true);
      let once = 0;
      for (const point of at) once += await compare([point]);
      // What waits is due by the database's own clock as well, so that a run may end a few points sooner.
      assert.ok(once >= at.length * 0.8, `only ${once} died of ${at.length}`);
      const first = Array.from({ length: all ? at.length / 5 : twice }, () => random.between(0, points.length - 1));
      let second = 0;
      for (const point of first) second += Math.max((await compare([point, random.between(0, points.length)])) - 1, 0);
      const there = moments(points).length;
      t.diagnostic(`${points.length} fault points at ${there} moments: died at ${once}, ${second} died twice`);
      total.points += points.length;
      total.moments += there;
      total.once += once;
      total.twice += second;
    });
  }
}

test("in all", (t) => {
  const { points, moments, once, twice } = total;
  t.diagnostic(`${points} fault points at ${moments} moments: died at ${once}, ${twice} died twice`);
  assert.ok(total.once > 100);
});
