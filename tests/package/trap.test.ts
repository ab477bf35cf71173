import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { memories } from "./memories.js";
import { compiled, failing } from "./support.js";

/** What a stray write in the engine would do, only worse. */
function ruin(): void {
  const memory = memories.at(-1);
  assert.ok(memory);
  new Uint8Array(memory.buffer).fill(0xff);
}

test("after a trap every mapping works again, in a fresh instance", async () => {
  const engine = await loadEngine();
  const mappings = [compiled(engine), compiled(engine, "field_mapping: [{penguinmails_field: a, crm_field: b}]")];
  const source = new TextEncoder().encode("field_mapping: [{penguinmails_field: c, crm_field: d}]");
  const fromBytes = engine.compile(source).mapping;
  assert.ok(fromBytes);
  source.fill(0x20);
  for (let round = 0; round < 3; round++) {
    const instances = memories.length;
    ruin();
    assert.throws(() => mappings[0]?.toCrm({ old_number: 1 }), failing("API001"));
    assert.deepEqual(mappings[1]?.toCrm({ a: 1 }).record, { b: 1 });
    assert.deepEqual(mappings[0]?.toCrm({ old_number: 1 }).record, { Old_Number__c: 1 });
    assert.equal(fromBytes.fields[0]?.crm_field, "d");
    assert.deepEqual(fromBytes.toCrm({ c: 1 }).record, { d: 1 });
    assert.equal(engine.evaluate("1 + 1"), 2);
    assert.equal(memories.length, instances + 1);
  }
});

test("a call that needs more memory than its limit is a coded error, and the next call works", async () => {
  const engine = await loadEngine();
  const mapping = compiled(engine);
  const x = new Array(12_000_000).fill(0);
  for (let round = 0; round < 2; round++) {
    const instances = memories.length;
    assert.throws(() => engine.evaluate("size(x)", { x }), failing("API002"));
    assert.deepEqual(mapping.toCrm({ old_number: 1 }).record, { Old_Number__c: 1 });
    assert.equal(memories.length, instances + 1);
  }
});

test("wherever memory runs out while a file is compiled, the next call works", async () => {
  const entries = Array.from({ length: 500 }, (_, i) => `  - {penguinmails_field: a${i}, crm_field: b${i}}`);
  const large = `field_mapping:\n${entries.join("\n")}\n`;
  const { grow } = WebAssembly.Memory.prototype;
  /** What becomes of it when the memory may grow so many times: it compiles, or the codes of what is said or thrown. */
  const compileWith = (growths: number): string => {
    WebAssembly.Memory.prototype.grow = function (pages) {
      if (growths-- <= 0) throw new RangeError("out of memory");
      return grow.call(this, pages);
    };
    try {
      const { mapping, diagnostics } = engine.compile(large);
      return mapping === null ? `said ${diagnostics.map(({ code }) => code)}` : "compiled";
    } catch (error) {
      return `thrown ${(error as { code: string }).code}`;
    } finally {
      WebAssembly.Memory.prototype.grow = grow;
    }
  };
  const engine = await loadEngine();
  const mapping = compiled(engine);
  const results: string[] = [];
  while (results.at(-1) !== "compiled") {
    const instances = memories.length;
    results.push(compileWith(results.length));
    assert.deepEqual(mapping.toCrm({ old_number: 1 }).record, { Old_Number__c: 1 });
    assert.equal(memories.length - instances, results.at(-1) === "compiled" ? 0 : 1);
  }
  assert.ok(results.includes("said API002"));
});

test("a mapping that was disposed of in a lost instance takes no other's place", async () => {
  const engine = await loadEngine();
  const [first, second] = [compiled(engine), compiled(engine)];
  ruin();
  assert.throws(() => engine.evaluate("1"), failing("API001"));
  assert.deepEqual(second.toCrm({ old_number: 1 }).record, { Old_Number__c: 1 });
  first.dispose();
  assert.deepEqual(second.toCrm({ old_number: 1 }).record, { Old_Number__c: 1 });
});

test("calls from the end of the stack fail with a code or RangeError, and the next call works", async () => {
  const mapping = compiled(await loadEngine());
  let failures = 0;
  const descend = (): void => {
    try {
      mapping.toCrm({ old_number: 1 });
    } catch {
      failures++;
      return;
    }
    descend();
  };
  descend();
  assert.ok(failures > 0);
  assert.deepEqual(mapping.toCrm({ old_number: 1 }).record, { Old_Number__c: 1 });
});
