import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine, UseAfterDisposeError } from "@penguinmails/crm-sync";
import { compiled, failing, utf8 } from "./support.js";

test("a mapping is not to be used after dispose", async () => {
  const mapping = compiled(await loadEngine());
  mapping.dispose();
  mapping.dispose();
  const uses = [
    () => mapping.fields,
    () => mapping.toCrm({}),
    () => mapping.fromCrm({}),
    () => mapping.resolve(utf8("{}")),
    () => mapping.mapMany("to_crm", utf8("{}")),
    () => mapping.resolveMany(utf8("{}")),
    () => mapping.aggregate.accumulate("a", null, []),
    () => mapping.aggregate.merge("a", null, null),
    () => mapping.aggregate.finish("a", null),
  ];
  for (const use of uses) {
    assert.throws(use, UseAfterDisposeError);
    assert.throws(use, failing("API007", /"contacts"/));
  }
  assert.equal(mapping.name, "contacts");
});

test("fields that were read before dispose stay", async () => {
  const mapping = compiled(await loadEngine());
  const { fields } = mapping;
  assert.ok(fields.length > 0);
  mapping.dispose();
  assert.equal(mapping.fields, fields);
});

test("Symbol.dispose disposes, and leaves other mappings alone", async () => {
  const engine = await loadEngine();
  const [first, second] = [compiled(engine), compiled(engine)];
  first[Symbol.dispose]();
  assert.throws(() => first.toCrm({}), UseAfterDisposeError);
  const third = compiled(engine, "field_mapping: [{penguinmails_field: a, crm_field: b}]");
  assert.deepEqual(third.toCrm({ a: 1 }).record, { b: 1 });
  assert.deepEqual(second.toCrm({ old_number: 1 }).record, { Old_Number__c: 1 });
});

test("disposed mappings give their memory back", async () => {
  const engine = await loadEngine();
  const { memory } = await import("node:process").then(({ memoryUsage }) => ({
    memory: () => memoryUsage().arrayBuffers,
  }));
  const cycle = (times: number) => {
    for (let i = 0; i < times; i++) compiled(engine).dispose();
    return memory();
  };
  const before = cycle(50);
  assert.ok(cycle(2_000) - before < 8_000_000);
});
