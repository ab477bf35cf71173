/** Times mean something only between contestants that give the same. */

/** Throws unless every contestant's output for each input is ours, to the byte. */
export function requireEqualOutputs(contestants, inputs) {
  const [ours, ...rivals] = contestants;
  for (const input of inputs) {
    const expected = Buffer.from(ours.run(input));
    for (const { name, run } of rivals) {
      const actual = Buffer.from(run(input));
      if (actual.equals(expected)) continue;
      const [ourLines, lines] = [expected, actual].map((bytes) => bytes.toString().split("\n"));
      const line = lines.findIndex((text, i) => text !== ourLines[i]);
      throw new Error(`line ${line + 1} of ${name}:\n${lines[line]}\nand ours:\n${ourLines[line]}`);
    }
  }
}
