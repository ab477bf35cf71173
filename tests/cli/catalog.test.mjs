/** `crm-sync catalog`, and `--catalog`, which takes what it wrote. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { example, lines, pathOf, run } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "crm-sync-catalog-"));
after(() => rmSync(folder, { recursive: true }));

function fileWith(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const answer = JSON.stringify({
  fields: [
    { name: "LastName", type: "string", length: 80, nillable: false, createable: true, updateable: true },
    { name: "Id", type: "id", length: 18, nillable: false, createable: false, updateable: false },
  ],
});
const catalog = {
  crm: {
    LastName: { type: "string", max_length: 80, nullable: false, createable: true, updateable: true, required: true },
    Id: { type: "id", nullable: false, createable: false, updateable: false },
  },
};

test("the answer in a file or on stdin, the catalog on stdout, one field a line", async () => {
  const said = await run(["catalog", "salesforce", fileWith("describe.json", answer)]);
  assert.deepEqual([said.code, said.stderr], [0, ""]);
  assert.deepEqual(JSON.parse(said.stdout), catalog);
  assert.equal(lines(said.stdout).length, 4 + 2);
  assert.deepEqual(await run(["catalog", "salesforce"], answer), said);
  assert.deepEqual(await run(["catalog", "salesforce", "-"], answer), said);
});

const bad = {
  "no JSON": ["<html>", "JSN001"],
  nothing: ["", "JSN001"],
  "an error of the CRM": ['[{"errorCode": "INVALID_SESSION_ID"}]', "API006"],
};
for (const [name, [text, code]] of Object.entries(bad)) {
  test(`${name} is an error, and no catalog`, async () => {
    const said = await run(["catalog", "salesforce"], text);
    assert.deepEqual([said.code, said.stdout], [1, ""]);
    assert.ok(said.stderr.startsWith(`crm-sync: error ${code}: `), said.stderr);
    const machine = await run(["catalog", "salesforce", "--json"], text);
    assert.equal(JSON.parse(machine.stderr).code, code);
  });
}

for (const command of [["check"], ["map", "--to", "crm"], ["resolve"], ["explain"]]) {
  test(`${command[0]} refuses a --catalog that is none`, async () => {
    for (const [text, code] of [
      ["{", "JSN001"],
      ["[]", "JSN010"],
    ]) {
      const said = await run([...command, example("walkthrough.yaml"), "--catalog", fileWith("bad.json", text)]);
      assert.deepEqual([said.code, said.stdout], [1, ""]);
      assert.ok(said.stderr.startsWith(`crm-sync: error ${code}: `), said.stderr);
    }
  });
}

const samples = join(process.env.CRM_SYNC_SAMPLES ?? pathOf("../shared/samples"), "crm");
const sample = join(samples, "hs-contact-properties-metadata.json");
const skip = existsSync(sample) ? false : `there is no ${sample}; CRM_SYNC_SAMPLES may name another folder`;

test("of HubSpot's own answer every property has a type", { skip }, async () => {
  const { code, stdout, stderr } = await run(["catalog", "hubspot", sample]);
  assert.deepEqual([code, stderr], [0, ""]);
  const { crm } = JSON.parse(stdout);
  const { results } = JSON.parse(readFileSync(sample, "utf8"));
  assert.deepEqual(
    Object.keys(crm),
    results.map(({ name }) => name),
  );
  for (const { name, type, modificationMetadata } of results) {
    assert.ok(crm[name].type, `${name}, ${type}`);
    assert.equal(crm[name].updateable, !modificationMetadata.readOnlyValue, name);
  }
});
