/** Alternating measurement: whatever else the machine does falls on ours and the rivals alike. */

/** Small inputs take turns, so that neither caches nor branch predictors learn one record by heart. */
const recordsInTurn = 256;

export function inputsOf(work, records) {
  const count = Math.ceil(recordsInTurn / records);
  return Array.from({ length: count }, (_, i) => work.input(i * records, records));
}

/** Milliseconds of `passes` passes over all inputs. */
function time(run, inputs, passes) {
  const start = performance.now();
  for (let pass = 0; pass < passes; pass++) {
    for (const input of inputs) run(input);
  }
  return performance.now() - start;
}

/** As many passes as take about that many milliseconds, found while warming up. */
function passesFor(run, inputs, milliseconds) {
  let passes = 1;
  for (;;) {
    const taken = time(run, inputs, passes);
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
 * For each contestant the microseconds a record takes, and for each rival how many times ours that is; the ratio is
 * taken within each round, where both ran at nearly the same moment.
 */
export function measure(contestants, inputs, records, { rounds, milliseconds }) {
  const passes = contestants.map(({ run }) => passesFor(run, inputs, milliseconds));
  const samples = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const i = (round + turn) % contestants.length;
      const taken = time(contestants[i].run, inputs, passes[i]);
      samples[i].push((taken * 1000) / (passes[i] * inputs.length * records));
    }
  }
  return contestants.map(({ name }, i) => ({
    name,
    microseconds_per_record: spread(samples[i]),
    ...(i > 0 && { times_ours: spread(samples[i].map((sample, round) => sample / samples[0][round])) }),
  }));
}
