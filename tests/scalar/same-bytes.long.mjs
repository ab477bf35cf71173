/**
 * The package with SIMD and without (build/wasm-scalar/package): the same bytes for the goldens, for whatever the fuzz
 * targets start from and have found (build/fuzz), and for the records of the bench. Run by `npm run check`.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import { contact } from "../../bench/contacts.mjs";
import { pair } from "../../bench/pairs.mjs";
import { person } from "../../bench/people.mjs";
import { diagnosticCases, failureCases, mappingCases, resolveCases } from "../package/golden.ts";
import { compiled, root, utf8 } from "../package/support.ts";

const scalarPackage = new URL("build/wasm-scalar/package/node.js", root);
const scalar = await import(scalarPackage.href);
const engines = [await loadEngine({ normalizers }), await scalar.loadEngine({ normalizers })];

const example = (name) => readFileSync(new URL(`examples/${name}`, root));
const both = ["to_crm", "from_crm"];

/** What a call gives, or how it fails. */
function outcome(call) {
  try {
    return call();
  } catch (error) {
    const { code, message, diagnostics } = error;
    return { code, message, diagnostics };
  }
}

/** All that an engine can make of a file: of records, of a mapping with a record behind a NUL, of an expression. */
function answering(engine) {
  const mappings = ["hubspot-realistic.yaml", "salesforce-contacts.yaml"].map((name) =>
    compiled(engine, example(name).toString()),
  );
  return (bytes) => {
    const end = bytes.indexOf(0) < 0 ? bytes.length : bytes.indexOf(0);
    const { mapping, diagnostics } = engine.compile(bytes.subarray(0, end));
    const answers = [diagnostics, outcome(() => engine.load(bytes).hash)];
    answers.push(outcome(() => engine.evaluateTyped(Buffer.from(bytes).toString())));
    for (const direction of both) {
      for (const one of mappings) answers.push(outcome(() => one.mapMany(direction, bytes, { trace: true })));
      const record = bytes.subarray(end + 1);
      if (mapping)
        answers.push(outcome(() => mapping.mapMany(direction, record, { trace: true, includeValues: true })));
    }
    for (const one of mappings) answers.push(outcome(() => one.resolveMany(bytes)));
    mapping?.dispose();
    return answers;
  };
}

const answers = [answering(engines[0]), answering(engines[1])];

function files(folder) {
  const found = new URL(`${folder}/`, root);
  if (!existsSync(found)) return [];
  return readdirSync(found, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => new URL(`file://${entry.parentPath}/${encodeURIComponent(entry.name)}`));
}

test("the goldens", () => {
  const given = engines.map((engine) => [
    ...["mapping.yaml", "samples.yaml", "pains.yaml"].flatMap((file) =>
      mappingCases(engine, file).map((one) => one.bytes()),
    ),
    ...resolveCases(engine).map((one) => one.bytes()),
    ...diagnosticCases(engine).map((one) => one.shown()),
    ...failureCases(engine).map((one) => one.shown()),
  ]);
  assert.ok(given[0].length > 300);
  assert.deepEqual(given[1], given[0]);
});

for (const folder of ["tests/cases", "examples", "tests/fuzz/seeds", "build/fuzz"]) {
  test(`${folder}`, (t) => {
    const found = files(folder);
    for (const file of found) {
      const bytes = readFileSync(file);
      assert.deepEqual(answers[1](bytes), answers[0](bytes), file.href);
    }
    t.diagnostic(`${found.length} files`);
  });
}

test("generated records, whole and broken", () => {
  const many = Array.from({ length: 300 }, (_, i) => [contact(i), person(i), pair(i)]).flat();
  const lines = many.map((record) => JSON.stringify(record)).join("\n");
  for (const text of [lines, `[${lines.replaceAll("\n", " ,\n\t")}]`, JSON.stringify(many, null, 3)]) {
    const bytes = utf8(text);
    assert.deepEqual(answers[1](bytes), answers[0](bytes));
    // Each byte of a record is changed once, wherever it lies within a block.
    const record = bytes.slice(0, 2000);
    for (let at = 0; at < record.length; at++) {
      const broken = record.slice();
      broken[at] ^= 1 << (at % 8);
      assert.deepEqual(answers[1](broken), answers[0](broken), `byte ${at}`);
    }
  }
});
