/** Runs works in this process, one after the other; outputs are compared before anything is measured. */
import { requireEqualOutputs } from "./compare.mjs";
import { load, machine } from "./machine.mjs";
import { alternate, inputsOf, measure } from "./measure.mjs";

/** Three calls of different overhead: one contact, a page of an API, an export. */
export const sizes = [1, 100, 10_000];
const effort = { rounds: 21, milliseconds: 100 };

/**
 * What of a work is measured by itself; works on records are, in each of the sizes. A part that cannot be measured by
 * calling `run` again and again, as what only fresh processes show, brings its own `sample`.
 */
export function partsOf(work, engine) {
  if (work.parts) return work.parts(engine);
  const contestants = work.contestants(engine);
  return sizes.map((records) => {
    const inputs = inputsOf(work, records);
    const bytes = inputs.reduce((sum, input) => sum + input.length, 0);
    const bytes_per_record = Math.round(bytes / (inputs.length * records));
    return { work: work.name, contestants, inputs, records, bytes_per_record, compared: work.compared };
  });
}

/** `onResult` is called with each result as it comes. */
export async function runWorks(engine, works, onResult) {
  const before = load();
  const results = [];
  for (const work of works) {
    for (const part of await partsOf(work, engine)) {
      const { contestants, inputs, compared, sample, rounds = effort.rounds, ...said } = part;
      await requireEqualOutputs(contestants, inputs, compared);
      const measured = sample
        ? await alternate(contestants, rounds, sample)
        : await measure(contestants, inputs, part.records, effort);
      const result = { ...said, contestants: measured };
      results.push(result);
      onResult(result);
    }
  }
  return { engine: engine.version, machine: machine(), load: { before, after: load() }, effort, results };
}
