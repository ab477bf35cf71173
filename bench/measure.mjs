/** Alternating measurement: whatever else the machine does falls on ours and the rivals alike. */

/** Small inputs take turns, so that neither caches nor branch predictors learn one record by heart. */
const recordsInTurn = 256;

export function inputsOf(work, records) {
  const count = Math.ceil(recordsInTurn / records);
  return Array.from({ length: count }, (_, i) => work.input(i * records, records));
}

/** Milliseconds of `passes` passes over all inputs. */
async function time(run, inputs, passes) {
  const start = performance.now();
  for (let pass = 0; pass < passes; pass++) {
    for (const input of inputs) {
      const result = run(input);
      if (result instanceof Promise) await result;
    }
  }
  return performance.now() - start;
}

/** As many passes as take about that many milliseconds, found while warming up. */
async function passesFor(run, inputs, milliseconds) {
  let passes = 1;
  for (;;) {
    const taken = await time(run, inputs, passes);
    if (taken >= milliseconds) return Math.max(1, Math.round((passes * milliseconds) / taken));
    passes *= 2;
  }
}

export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { min: sorted[0], median, max: sorted.at(-1) };
}

/**
 * What `sample` measures of each contestant, round by round, in turns; for each rival also how many times our
 * microseconds its own are. The ratio is taken within each round, where both ran at nearly the same moment.
 */
export async function alternate(contestants, rounds, sample) {
  const samples = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const i = (round + turn) % contestants.length;
      samples[i].push(await sample(contestants[i], i));
    }
  }
  const microseconds = ({ microseconds_per_record }) => microseconds_per_record;
  return contestants.map(({ name }, i) => ({
    name,
    ...Object.fromEntries(Object.keys(samples[i][0]).map((key) => [key, spread(samples[i].map((one) => one[key]))])),
    ...(i > 0 && {
      times_ours: spread(samples[i].map((one, round) => microseconds(one) / microseconds(samples[0][round]))),
    }),
  }));
}

/** The microseconds that a record takes, each round for about so many milliseconds. */
export async function measure(contestants, inputs, records, { rounds, milliseconds }) {
  const passes = [];
  for (const { run } of contestants) passes.push(await passesFor(run, inputs, milliseconds));
  return alternate(contestants, rounds, async ({ run }, i) => {
    const taken = await time(run, inputs, passes[i]);
    return { microseconds_per_record: (taken * 1000) / (passes[i] * inputs.length * records) };
  });
}
