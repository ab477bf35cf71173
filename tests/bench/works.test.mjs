/** The benchmark's works at tiny sizes: what contestants give and how times are summed up, never how long they take. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { requireEqualOutputs } from "../../bench/compare.mjs";
import { contact } from "../../bench/contacts.mjs";
import { alternate, inputsOf, measure, spread } from "../../bench/measure.mjs";
import { resultText } from "../../bench/report.mjs";
import { works } from "../../bench/works.mjs";
import { loadEngine } from "../../dist/node.js";

const engine = await loadEngine();
const text = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

for (const work of works.filter(({ parts }) => !parts)) {
  for (const records of [1, 7, 300]) {
    test(`${work.name}: all give the same for ${records} a call`, async () => {
      const contestants = work.contestants(engine);
      assert.ok(contestants.length > 1);
      const inputs = inputsOf(work, records).slice(0, 20);
      await requireEqualOutputs(contestants, inputs, work.compared);
      const lines = text(contestants[0].run(inputs[0])).split("\n");
      assert.equal(lines.length, records + 1);
      assert.ok(lines.slice(0, -1).every((line) => !("error" in JSON.parse(line))));
    });
  }

  test(`${work.name}: every contestant is measured against ours`, async () => {
    const contestants = work.contestants(engine);
    const inputs = [work.input(0, 2)];
    const results = await measure(contestants, inputs, 2, { rounds: 2, milliseconds: 0.01 });
    assert.deepEqual(
      results.map(({ name }) => name),
      contestants.map(({ name }) => name),
    );
    assert.deepEqual(
      results.map(({ times_ours }) => times_ours !== undefined),
      contestants.map((_, i) => i > 0),
    );
    const shown = resultText({ work: work.name, records: 2, bytes_per_record: 9, contestants: results });
    assert.equal(shown.split("\n").length, contestants.length + 1);
  });
}

for (const part of (await Promise.all(works.map((work) => work.parts?.(engine) ?? []))).flat()) {
  test(`${part.work}: all give the same`, async () => {
    const { work, contestants, inputs, compared, sample, records } = part;
    assert.ok(contestants.length > 1);
    await requireEqualOutputs(contestants, inputs, compared);
    const results = sample
      ? await alternate(contestants, 1, sample)
      : await measure(contestants, inputs.slice(0, 2), records, { rounds: 2, milliseconds: 0.01 });
    assert.equal(resultText({ work, records, contestants: results }).split("\n").length, contestants.length + 1);
  });
}

test("an output that differs is found", async () => {
  const echo = { name: "echo", run: (bytes) => bytes };
  const shout = { name: "shout", run: (bytes) => Buffer.from(text(bytes).toUpperCase()) };
  const inputs = [Buffer.from("1\n"), Buffer.from("1\na\n")];
  await requireEqualOutputs([echo, shout], inputs.slice(0, 1));
  const difference = /shout:\n1\nA\n\nand ours:\n1\na\n/;
  await assert.rejects(requireEqualOutputs([echo, shout], inputs), difference);
  const later = { name: "shout", run: async (bytes) => shout.run(bytes) };
  await assert.rejects(requireEqualOutputs([echo, later], inputs), difference);
  await requireEqualOutputs([echo, { ...shout, limit: true }], inputs);
});

test("contacts have 39 fields, stay the same, and differ", () => {
  const contacts = Array.from({ length: 200 }, (_, i) => contact(i));
  for (const [i, one] of contacts.entries()) {
    assert.equal(Object.keys(one).length, 39);
    assert.deepEqual(one, contact(i));
  }
  const values = new Set(contacts.flatMap(Object.values));
  assert.ok(values.has(null) && values.has(""));
  assert.ok(
    [...values].some((value) => /[^\x20-\x7e]/.test(value)),
    "none beyond ASCII",
  );
  assert.equal(new Set(contacts.map(({ email }) => email)).size, contacts.length);
});

test("the spread of an even and an odd number of values", () => {
  assert.deepEqual(spread([3, 1, 2]), { min: 1, median: 2, max: 3 });
  assert.deepEqual(spread([4, 1, 3, 2]), { min: 1, median: 2.5, max: 4 });
});
