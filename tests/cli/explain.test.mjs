import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { example, jsonLines, lines, run, source } from "./support.mjs";

const { stringWidth } = await source("web/cli/text.ts");
const walkthrough = [example("walkthrough.yaml"), example("walkthrough.json")];

test("a decision is a table with its reasons in words, and both writes", async () => {
  const { code, stdout, stderr } = await run(["explain", ...walkthrough]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^company +Lovelace Ltd +Lovelace Limited +Lovelace$/m);
  const unwrapped = stdout.replace(/\n {2}(?=[a-z])/g, " ");
  assert.match(unwrapped, /^ {2}PenguinMails gets Lovelace Limited\. .*\(newest_wins, newer_by_field_time\)$/m);
  assert.match(unwrapped, /^ {2}Neither side is written\. .*\(manual, manual_review\)$/m);
  assert.match(stdout, /^Outcome: review /m);
  assert.match(stdout, /^Write to PenguinMails:\n {2}email +ada@new\.org\n {2}company +Lovelace Limited\n/m);
  assert.match(stdout, /^Write to the CRM:\n {2}Score__c +80\n {2}Lead_Status__c +Hot\n/m);
  assert.match(stdout, /^Waits for a person: custom_fields\.note, "call in May" or "call in June"\?$/m);
});

for (const columns of [80, 120]) {
  test(`no line is wider than ${columns} columns`, async () => {
    const env = { ...process.env, NO_COLOR: "1", COLUMNS: String(columns) };
    for (const args of [["explain", example("hubspot-contacts.yaml"), example("hubspot-pairs.json")], ["demo"]]) {
      const { code, stdout } = await run(args, "", { env });
      assert.equal(code, 0);
      for (const line of lines(stdout)) assert.ok(stringWidth(line) <= columns, line);
    }
  });
}

test("a deletion that waits says why, and an opt-out that is put back where", async () => {
  const now = "2026-03-01T00:00:00Z";
  const base = { local: { email: "b@x.org", unsubscribed: true }, crm: { Email: "a@x.org", HasOptedOutOfEmail: true } };
  const record = { email: "b@x.org", unsubscribed: false };
  const pairs = [
    { local: { record }, crm: { deleted: true }, base: { ...base, local: { email: "a@x.org" } }, now },
    { local: { record }, crm: { record: { Email: "a@x.org", HasOptedOutOfEmail: true } }, base, now },
  ];
  const folder = await mkdtemp(join(tmpdir(), "explain-"));
  const file = join(folder, "mapping.yaml");
  await writeFile(
    file,
    "crm: salesforce\nconflict_resolution: {on_crm_delete: propagate}\nfield_mapping:\n" +
      "  - {crm_field: Email, penguinmails_field: email}\n" +
      "  - {crm_field: HasOptedOutOfEmail, penguinmails_field: unsubscribed}\n",
  );
  const { code, stdout } = await run(["explain", file], pairs.map((pair) => JSON.stringify(pair)).join("\n"));
  await rm(folder, { recursive: true });
  assert.equal(code, 0);
  const unwrapped = stdout.replace(/\n(?! *Write| *$)/g, " ").replace(/ +/g, " ");
  assert.match(
    unwrapped,
    /Waits for a person: The record was deleted on one side and edited on the other.*\. Left is \{"email":"b@x\.org"/,
  );
  assert.match(unwrapped, /PenguinMails gets true\. An opt-out is lifted only on evidence/);
});

test("--json prints what resolve prints", async () => {
  assert.deepEqual(await run(["explain", "--json", ...walkthrough]), await run(["resolve", ...walkthrough]));
});

test("several pairs are several tables", async () => {
  const { stdout } = await run(["explain", example("hubspot-contacts.yaml"), example("hubspot-pairs.json")]);
  assert.equal(stdout.match(/^Outcome: /gm).length, 7);
});

test("a broken pair is an error, and the others are explained", async () => {
  const { code, stdout, stderr } = await run(
    ["explain", example("walkthrough.yaml")],
    '7\n{"local":null,"crm":null}\n',
  );
  assert.equal(code, 1);
  assert.match(stderr, /^stdin:1:1: error /);
  assert.equal(stdout.includes('"error"'), false);
});

test("every reason and outcome has its words", async () => {
  const { outcomes } = await source("web/cli/outcomes.ts");
  const { reasons } = await source("web/cli/reasons.ts");
  const pages = [
    ["hubspot-contacts.yaml", "hubspot-pairs.json"],
    ["salesforce-contacts.yaml", "salesforce-pairs.json"],
  ];
  for (const [mapping, pairs] of pages) {
    for (const decision of jsonLines((await run(["resolve", example(mapping), example(pairs)])).stdout)) {
      assert.ok(outcomes[decision.outcome], decision.outcome);
      for (const field of decision.fields) assert.ok(reasons[field.reason], field.reason);
    }
  }
});

test("demo shows the mapping, the change, the decision and both writes", async () => {
  const { code, stdout, stderr } = await run(["demo"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^The mapping/m);
  assert.match(stdout, /^ {2}email +↔ +Email +direct$/m);
  assert.match(stdout, /^ {2}lead_score +→ +Lead_Status__c +conditional$/m);
  assert.match(stdout, /^Both sides have changed/m);
  assert.match(stdout, /^ {2}company +Lovelace +Lovelace Ltd +Lovelace Limited$/m);
  assert.match(stdout, /^What is decided, and why/m);
  assert.match(stdout, /^Write to PenguinMails:/m);
  assert.match(stdout, /^Write to the CRM:/m);
});
