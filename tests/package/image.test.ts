/** Compiled mappings as bytes: through the whole engine, and through the module that has no compiler. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadEngine, type Mapping } from "@penguinmails/crm-sync";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import { loadRuntime } from "@penguinmails/crm-sync/runtime";
import { directionOf, groups } from "./golden.js";
import { memories } from "./memories.js";
import { compiled, failing, root, text, utf8 } from "./support.js";

const engine = await loadEngine({ normalizers });
const runtime = await loadRuntime({ normalizers });
const example = (name: string) => readFileSync(new URL(`examples/${name}`, root), "utf8");

test("the smaller module is of the same version, and has no compiler", () => {
  assert.equal(runtime.version, engine.version);
  assert.ok(!("compile" in runtime));
});

for (const file of ["mapping.yaml", "pains.yaml", "samples.yaml"]) {
  test(`what was compiled maps ${file} alike in both modules`, () => {
    for (const { name, mapping, cases } of groups(engine, file)) {
      const bytes = mapping.toBytes();
      const loaded = [engine.load(bytes), runtime.load(bytes)];
      for (const one of cases) {
        const records = utf8(`[${one[directionOf(one)]}]`);
        const context = { ...JSON.parse(one.context ?? "{}"), trace: true };
        const expected = text(mapping.mapMany(directionOf(one), records, context));
        for (const each of loaded)
          assert.equal(text(each.mapMany(directionOf(one), records, context)), expected, `${name}: ${one.name}`);
      }
      for (const each of loaded) {
        assert.deepEqual(
          [each.name, each.crm, each.hash, each.fields],
          [mapping.name, mapping.crm, mapping.hash, mapping.fields],
        );
        assert.deepEqual(each.toBytes(), bytes);
        each.dispose();
      }
    }
  });
}

test("what was compiled decides resolve.yaml alike", () => {
  for (const { name, mapping, cases } of groups(engine, "resolve.yaml")) {
    const loaded = runtime.load(mapping.toBytes());
    for (const one of cases) {
      const inputs = utf8(`[${one.input}]`);
      assert.equal(text(loaded.resolveMany(inputs)), text(mapping.resolveMany(inputs)), `${name}: ${one.name}`);
    }
    loaded.dispose();
  }
});

test("every example is compiled, written and loaded", () => {
  const names = readdirSync(new URL("examples", root)).filter((name) => name.endsWith(".yaml"));
  assert.ok(names.length >= 7);
  for (const name of names) {
    const mapping = compiled(engine, example(name));
    assert.deepEqual(runtime.load(mapping.toBytes()).fields, mapping.fields, name);
  }
});

test("aggregates of a loaded mapping go in parts", () => {
  const formula = "field_mapping: {sum: {crm_field: S, formula: SUM(x), over: items, direction: to_crm}}";
  const loaded = runtime.load(compiled(engine, formula).toBytes());
  const first = loaded.aggregate.accumulate("sum", null, [{ x: 1 }, { x: 2 }]);
  const both = loaded.aggregate.merge("sum", first, loaded.aggregate.accumulate("sum", null, [{ x: 4 }]));
  assert.equal(loaded.aggregate.finish("sum", both), 7);
});

test("the host's normalisers are asked for as of a compiled mapping", async () => {
  const file = example("hubspot-realistic.yaml");
  const mapping = compiled(engine, file);
  const bare = await loadRuntime();
  assert.throws(() => bare.load(mapping.toBytes()), failing("API008", /phone_e164/));
  await bare.prepare(mapping.toBytes());
  assert.equal(bare.load(mapping.toBytes()).hash, mapping.hash);
});

test("bytes that are none, damaged, or not given as bytes are refused", () => {
  const bytes = compiled(engine).toBytes();
  for (const each of [engine, runtime]) {
    assert.throws(() => each.load(utf8("field_mapping: []")), failing("API009", /no compiled mapping/));
    assert.throws(() => each.load(bytes.subarray(0, 200)), failing("API009", /damaged or cut off/));
    assert.throws(() => each.load(bytes.with(90, 255)), failing("API009", /damaged or cut off/));
    assert.throws(() => each.load("bytes" as never), failing("API006"));
  }
});

test("a loaded mapping keeps its own copy, and comes back after a trap", async () => {
  const bytes = compiled(engine).toBytes();
  const given = bytes.slice();
  for (const load of [loadEngine, loadRuntime]) {
    const mapping: Mapping = (await load()).load(given);
    const memory = memories.at(-1);
    assert.ok(memory);
    new Uint8Array(memory.buffer).fill(0xff);
    assert.throws(() => mapping.toCrm({ old_number: 1 }), failing("API001"));
    given.fill(0);
    assert.deepEqual(mapping.toCrm({ old_number: 1 }).record, { Old_Number__c: 1 });
    assert.deepEqual(mapping.toBytes(), bytes);
    given.set(bytes);
  }
});

test("the tests of a file are not in its bytes", () => {
  const mapping = compiled(engine, example("starter-hubspot.yaml"));
  assert.equal(mapping.test().failed, 0);
  for (const each of [engine, runtime]) assert.throws(() => each.load(mapping.toBytes()).test(), failing("API010"));
});
