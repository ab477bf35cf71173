/**
 * No edit is lost, nothing is created twice: the process dies at its fault points, another one goes on, and what is left in
 * the end is what is left without a death.
 *
 * A fault point is before and after every call of the store, every statement of its transactions, every call of the jobs
 * and every request to the CRM. `npm test` dies at those around what changes something in the essential scenarios, and at
 * a seeded sample in the others; with CRM_SYNC_ALL_FAULTS=1, as `npm run check` has it, at every one of all scenarios.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../simulation/random.js";
import { type Scenario, scenarios } from "./crash-scenarios.js";
import { assertAtRest, assertSidesAgree, finalState } from "./final-state.js";
import { type Crm, crms } from "./hands.js";
import { mortalWorld } from "./mortal-world.js";

const all = process.env.CRM_SYNC_ALL_FAULTS === "1";
/** Of a scenario that is not essential so many fault points, and of each so many with a second death later. */
const sample = 5;
const twice = 2;

const total = { points: 0, once: 0, twice: 0 };

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

/** Reading leaves nothing behind, and inside a transaction nothing is left but by its end. */
const changes =
  /store\.(receive|changeContacts|commit|sending|settle|wake|answerReview|startRun|stepRun|advance|erase|setState|setSynced|openReview|suppress|saveCredentials)|jobs\.(take|done)|(PATCH|PUT|DELETE) |POST .*(composite|create|update|archive|delete|unsubscribe|statuses)/;

function chosen(random: Random, points: readonly string[], essential: boolean): number[] {
  const numbers = [...points.keys()];
  if (all) return numbers;
  if (essential) return numbers.filter((number) => changes.test(points[number] as string));
  const drawn = new Set<number>();
  while (drawn.size < Math.min(sample, points.length)) drawn.add(random.of(numbers));
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
      const once = chosen(random, points, scenario.essential === true);
      for (const point of once) assert.equal(await compare([point]), 1, `nobody died at ${point}`);
      const first = all ? once : Array.from({ length: twice }, () => random.between(0, points.length - 1));
      let second = 0;
      for (const point of first) second += (await compare([point, random.between(0, points.length)])) - 1;
      t.diagnostic(`${points.length} fault points: died at ${once.length}, and once more later at ${second}`);
      total.points += points.length;
      total.once += once.length;
      total.twice += second;
    });
  }
}

test("in all", (t) => {
  t.diagnostic(`${total.points} fault points: died at ${total.once}, and once more later at ${total.twice}`);
  assert.ok(total.once > 100);
});
