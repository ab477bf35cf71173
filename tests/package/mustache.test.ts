/**
 * The cases of the Mustache specification that templates share with it, where the machine has them: CRM_SYNC_SAMPLES,
 * else ../shared/samples. A template without any value is null, which the specification has as ''.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadEngine } from "@penguinmails/crm-sync";
import { compiled, root } from "./support.js";

interface Case {
  name: string;
  template: string;
  data: object;
  expected: string;
}

const samples = process.env.CRM_SYNC_SAMPLES ?? fileURLToPath(new URL("../shared/samples", root));
const file = join(samples, "mustache-interpolation.json");

if (existsSync(file)) {
  const engine = await loadEngine();
  const { tests } = JSON.parse(readFileSync(file, "utf8")) as { tests: Case[] };
  test("the specification's cases are there", () => assert.ok(tests.length >= 15));
  for (const { name, template, data, expected } of tests) {
    test(`mustache: ${name}`, () => {
      // As a conditional's value a text without braces is a text.
      const entry = {
        crm_field: "out",
        condition: "true",
        value_if_true: template,
        value_if_false: "",
        on_blank: "keep",
      };
      const mapping = compiled(engine, JSON.stringify({ field_mapping: [{ ...entry, direction: "to_crm" }] }));
      assert.equal(mapping.toCrm(data).record.out ?? "", expected);
    });
  }
} else {
  test("the Mustache specification's cases", { skip: `there is no ${file}` });
}
