/** The benchmark's works at tiny sizes: what contestants give and how times are summed up, never how long they take. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { requireEqualOutputs } from "../../bench/compare.mjs";
import { contact } from "../../bench/contacts.mjs";
import { loadBenchEngine } from "../../bench/engine.mjs";
import { grown } from "../../bench/growth.mjs";
import { alternate, inputsOf, measure, spread } from "../../bench/measure.mjs";
import { person } from "../../bench/people.mjs";
import { growthPlots } from "../../bench/plot.mjs";
import { resultText, tables } from "../../bench/report.mjs";
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
    // A million records are too many for a test.
    if (work.startsWith("growth:")) return;
    const results = sample
      ? await alternate(contestants, 1, sample)
      : await measure(contestants, inputs.slice(0, 2), records, { rounds: 2, milliseconds: 0.01 });
    assert.equal(resultText({ work, records, contestants: results }).split("\n").length, contestants.length + 1);
  });
}

test("a stream of a thousand records: its time, its memory, and how both are drawn", async () => {
  const contestants = [{ name: "crm-sync" }, { name: "JavaScript, tuned" }];
  const measured = await alternate(contestants, 1, ({ name }) => grown(name, 1000, 1000));
  for (const { microseconds_per_record: time, peak_memory_mib: peak } of measured)
    assert.ok(time.min > 0 && time.max < 10_000 && peak.min > 10 && peak.max < 10_000, JSON.stringify({ time, peak }));
  assert.ok(measured[0].wasm_memory_mib.max < measured[0].peak_memory_mib.min);
  assert.ok(!("wasm_memory_mib" in measured[1]));
  const results = [1_000, 20_000, 1_000_000].map((records) => ({
    work: `growth: ${records} records streamed`,
    records,
    contestants: measured,
  }));
  assert.match(resultText(results[0]), /crm-sync .* MiB .*, WebAssembly \d/);

  const plots = growthPlots([{ work: "map-direct" }, ...results]);
  assert.deepEqual(Object.keys(plots), ["growth-time.svg", "growth-memory.svg"]);
  for (const svg of Object.values(plots)) {
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    for (const part of [">1,000<", ">10,000<", ">100,000<", ">1,000,000<", ">0<", "prefers-color-scheme: dark"])
      assert.ok(svg.includes(part), part);
    assert.match(svg, /^<svg [^>]*viewBox="0 0 720 400"[\s\S]*<\/svg>\n$/);
  }
  assert.match(plots["growth-time.svg"], />µs</);
  assert.equal(plots["growth-memory.svg"].match(/class="line"/g).length, 3);
});

test("the passes over bytes count what there is, and know UTF-8", async () => {
  const passes = await loadBenchEngine();
  const lines = Array.from({ length: 16 }, (_, i) => `${JSON.stringify(contact(i))}\n`).join("");
  const padded = (bytes) => Buffer.concat([bytes, Buffer.alloc(64 - (bytes.length % 16), " ")]);
  const bytes = padded(Buffer.from(lines));
  passes.give(bytes);
  const ends = bytes.filter((byte) => byte === 0x22 || byte === 0x5c || byte < 0x20).length;
  assert.equal(passes.scan(), ends);
  assert.equal(passes.scanUtf8(), ends);
  assert.equal(passes.readFields(), 16 * 8);
  const strings = (value) =>
    typeof value === "string" ? 1 : Object.entries(value ?? {}).reduce((sum, [, part]) => sum + 1 + strings(part), 0);
  const contacts = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(
    passes.walkStrings(),
    contacts.reduce((sum, one) => sum + strings(one), 0),
  );

  const decoder = new TextDecoder("utf-8", { fatal: true });
  const valid = (bytes) => {
    try {
      decoder.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  // Every pair of bytes with continuations behind it and without, across the edge of a block.
  for (let pair = 0x8000; pair < 0x10000; pair++) {
    for (const tail of [[], [0x80], [0xbf, 0xbf]]) {
      const text = padded(Buffer.concat([Buffer.alloc(15, "x"), Buffer.from([pair >> 8, pair & 0xff, ...tail])]));
      passes.give(text);
      assert.equal(passes.scanUtf8() >= 0, valid(text), text.toString("hex"));
    }
  }
});

test("results become a table for each set of contestants", () => {
  const one = (median) => ({ min: median * 0.9, median, max: median * 1.1 });
  const ours = { name: "crm-sync", microseconds_per_record: one(2) };
  const rival = { name: "JavaScript", microseconds_per_record: one(6000), times_ours: one(3000) };
  const grown = {
    name: "crm-sync",
    microseconds_per_record: one(0.05),
    peak_memory_mib: one(80),
    wasm_memory_mib: one(2),
  };
  const results = [
    { work: "map", records: 1, bytes_per_record: 10, contestants: [ours, rival] },
    { work: "growth: 1,000 records streamed", records: 1000, contestants: [grown] },
    { work: "map", records: 10_000, bytes_per_record: 10, contestants: [ours, rival] },
  ];
  assert.equal(
    tables(results),
    `|  | crm-sync | JavaScript, times ours |
| --- | --- | --- |
| map, 1 record a call | 2 µs (1.8–2.2) | 3000× (2700–3300) |
| map, 10,000 records a call | 2 µs (1.8–2.2) | 3000× (2700–3300) |

|  | crm-sync |
| --- | --- |
| growth: 1,000 records streamed | 50 ns (45–55); 80 MiB (72–88), WebAssembly 2.2 |`,
  );
  assert.equal(
    resultText(results[0]),
    `map, 1 record a call, 10 bytes a record
  crm-sync                  2 µs (1.8–2.2)            5 MB/s
  JavaScript                6 ms (5.4–6.6)            0.00167 MB/s 3000× (2700–3300) ours`,
  );
});

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

test("people have twenty engagements, stay the same, and differ", () => {
  const people = Array.from({ length: 200 }, (_, i) => person(i));
  for (const [i, one] of people.entries()) {
    assert.equal(one.engagements.length, 20);
    assert.deepEqual(one, person(i));
  }
  for (const field of ["last_name", "company", "lifecycle_stage", "lifetime_value"])
    assert.ok(people.some((one) => one[field] === null) && people.some((one) => one[field]), field);
  assert.equal(new Set(people.map(({ email }) => email)).size, people.length);
});

test("more instructions than the tolerance allows are a regression", async () => {
  const { compared, tolerance } = await import("../../scripts/instructions.mjs");
  const before = { faster: 1000, same: 1000, slower: 1000 };
  const { lines, regressions } = compared(before, {
    faster: 900,
    same: 999 * (1 + tolerance),
    slower: 1001 * (1 + tolerance),
    added: 1,
  });
  assert.deepEqual(regressions, ["slower"]);
  assert.deepEqual(
    lines.map((line) => line.split("  ").at(-1)),
    ["-10.0 %", "+2.9 %", "+3.1 %", "new"],
  );
});

test("the spread of an even and an odd number of values", () => {
  assert.deepEqual(spread([3, 1, 2]), { min: 1, median: 2, max: 3 });
  assert.deepEqual(spread([4, 1, 3, 2]), { min: 1, median: 2.5, max: 4 });
});
