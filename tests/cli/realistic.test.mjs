/** The realistic files of examples/: without mistakes, with tests that pass, and the same as those they are copies of. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { example, pathOf, run } from "./support.mjs";

const folder = join(process.env.CRM_SYNC_SAMPLES ?? pathOf("../shared/samples"), "mappings");
const skip = existsSync(folder) ? false : `there are no samples in ${folder}; CRM_SYNC_SAMPLES may name another folder`;
const originals = {
  "hubspot-realistic.yaml": { original: "hubspot-contact.yaml", entries: 26 },
  "salesforce-realistic.yaml": { original: "salesforce-contact.yaml", entries: 27 },
};

for (const [name, { original, entries }] of Object.entries(originals)) {
  test(`check ${name}`, async () => {
    const { code, stdout, stderr } = await run(["check", example(name)]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, new RegExp(`: ${entries} entries, no mistakes\n$`));
  });

  test(`test ${name}`, async () => {
    const { code, stdout, stderr } = await run(["test", "--json", example(name)]);
    assert.deepEqual([code, stderr], [0, ""]);
    const report = JSON.parse(stdout);
    assert.deepEqual([report.passed, report.failed, report.laws.broken], [1, 0, []]);
    assert.ok(report.laws.tried > 0);
  });

  test(`${name} is what ${original} is`, { skip }, () => {
    assert.equal(readFileSync(example(name), "utf8"), readFileSync(join(folder, original), "utf8"));
  });
}
