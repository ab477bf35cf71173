/** The laws over random mappings and inputs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CrmSyncError, loadEngine } from "@penguinmails/crm-sync";
import fc from "fast-check";
import { files, inputs } from "./generated.js";
import { laws, tried } from "./laws.js";
import { Rules, World } from "./world.js";

const engine = await loadEngine();
const drawn = files.chain((file) =>
  fc.array(inputs(file), { minLength: 4, maxLength: 4 }).map((some) => ({ file, some })),
);
const options = { numRuns: 1500, seed: 20260301, includeErrorInReport: true };

// Decided once for all laws.
const worlds = fc.sample(drawn, options).flatMap(({ file, some }) => {
  const rules = new Rules(engine, file);
  return some.map((input) => new World(rules, input));
});

for (const [name, law] of Object.entries(laws)) {
  test(`law ${name}, of generated records`, () => {
    let times = 0;
    try {
      for (const world of worlds) times += tried(law, world);
    } catch (error) {
      // The same again, for the smallest that fails.
      fc.assert(
        fc.property(drawn, ({ file, some }) => {
          const rules = new Rules(engine, file);
          for (const input of some) tried(law, new World(rules, input));
          rules.dispose();
        }),
        options,
      );
      throw error;
    }
    assert.ok(times >= 500, `${times}`);
  });
}

/** Puts something else in one place of a document. */
function spoil(document: object, at: number, junk: unknown): void {
  const places: [parent: Record<string, unknown>, key: string][] = [];
  const walk = (parent: object) => {
    for (const [key, value] of Object.entries(parent)) {
      places.push([parent as Record<string, unknown>, key]);
      if (value !== null && typeof value === "object") walk(value);
    }
  };
  walk(document);
  const [parent, key] = places[at % places.length] as (typeof places)[number];
  parent[key] = junk;
}

test("law 2: total, whatever stands in the input", () => {
  const junk = fc.array(fc.tuple(fc.nat(), fc.jsonValue()), { minLength: 1, maxLength: 4 });
  let refused = 0;
  let decided = 0;
  fc.assert(
    fc.property(
      files.chain((file) => fc.tuple(fc.constant(file), inputs(file), junk)),
      ([file, input, changes]) => {
        const rules = new Rules(engine, file);
        for (const [at, value] of changes) spoil(input, at, value);
        try {
          assert.equal(rules.resolve(input).fields.length, file.field_mapping.length);
          decided += 1;
        } catch (error) {
          assert.match((error as CrmSyncError).code ?? String(error), /^(CNF|REC)\d+$/);
          refused += 1;
        } finally {
          rules.dispose();
        }
      },
    ),
    { numRuns: 2000, seed: 20260301, includeErrorInReport: true },
  );
  assert.ok(refused > 300 && decided > 300, `${refused} and ${decided}`);
});
