/** Times mean something only between contestants that give the same. */

/**
 * Throws unless every contestant's output for each input is ours, to the byte of what `compared` leaves of it. A `limit`
 * does a part of the work, so there is nothing to compare.
 */
export async function requireEqualOutputs(contestants, inputs, compared = (text) => text) {
  const [ours, ...rivals] = contestants.filter(({ limit }) => !limit);
  // Where running gives nothing, as in thousands of evaluations, a contestant says its results apart.
  const outputOf = async ({ run, output }, input) => compared(Buffer.from(await (output ?? run)(input)).toString());
  for (const input of inputs) {
    const expected = await outputOf(ours, input);
    for (const rival of rivals) {
      const actual = await outputOf(rival, input);
      if (actual === expected) continue;
      let at = 0;
      while (actual[at] === expected[at]) at++;
      const around = (text) => text.slice(Math.max(0, at - 200), at + 40);
      throw new Error(`${rival.name}:\n${around(actual)}\nand ours:\n${around(expected)}`);
    }
  }
}
