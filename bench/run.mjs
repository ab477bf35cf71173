/** Runs works in this process, one after the other; outputs are compared before anything is measured. */
import { requireEqualOutputs } from "./compare.mjs";
import { load, machine } from "./machine.mjs";
import { inputsOf, measure } from "./measure.mjs";

/** Three calls of different overhead: one contact, a page of an API, an export. */
export const sizes = [1, 100, 10_000];
const effort = { rounds: 21, milliseconds: 100 };

/** `onResult` is called with each result as it comes. */
export function runWorks(engine, works, onResult) {
  const before = load();
  const results = [];
  for (const work of works) {
    const contestants = work.contestants(engine);
    for (const records of sizes) {
      const inputs = inputsOf(work, records);
      requireEqualOutputs(contestants, inputs, work.compared);
      const bytes = inputs.reduce((sum, input) => sum + input.length, 0);
      const result = {
        work: work.name,
        records,
        bytes_per_record: Math.round(bytes / (inputs.length * records)),
        contestants: measure(contestants, inputs, records, effort),
      };
      results.push(result);
      onResult(result);
    }
  }
  return { engine: engine.version, machine: machine(), load: { before, after: load() }, effort, results };
}
