/** What the verdicts say of round trips is true: lossless entries give every value back, lossy ones do not. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import fc from "fast-check";
import { bothWays, records } from "./both-ways.js";
import { holding, type Law, sideOf } from "./laws.js";
import { compiled, root } from "./support.js";

const engine = await loadEngine({ normalizers });
fc.configureGlobal({ includeErrorInReport: true });
const laws: Law[] = ["put-get", "get-put"];
const seed = 20260301;

for (const name of readdirSync(new URL("examples/", root)).filter((file) => file.endsWith(".yaml"))) {
  const source = readFileSync(new URL(`examples/${name}`, root), "utf8");
  const mapping = compiled(engine, source);
  const entries = bothWays(engine, mapping, source);
  const lossless = entries.filter(({ verdict }) => verdict === "lossless");

  for (const law of laws) {
    test(`${name}: ${law} holds for every lossless entry`, () => {
      const held = new Map(lossless.map(({ id }) => [id, 0]));
      fc.assert(
        fc.property(records(lossless, sideOf(law)), (record) => {
          for (const { id } of holding(mapping, law, lossless, record)) held.set(id, (held.get(id) ?? 0) + 1);
        }),
        { numRuns: 1000, seed },
      );
      for (const [id, count] of held) assert.ok(count > 200, `${id} was tried ${count} times`);
    });
  }

  for (const entry of entries.filter(({ verdict }) => verdict === "lossy")) {
    test(`${name}: ${entry.id} loses ${entry.loss}`, () => {
      assert.ok(entry.loss);
      const broken = laws.filter((law) => {
        const property = fc.property(records([entry], sideOf(law)), (record) => {
          holding(mapping, law, [entry], record);
        });
        return fc.check(property, { numRuns: 1000, seed }).failed;
      });
      assert.notDeepEqual(broken, [], "nothing was lost");
    });
  }
}
