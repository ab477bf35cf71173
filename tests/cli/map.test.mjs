import assert from "node:assert/strict";
import { test } from "node:test";
import { example, jsonLines, lines, run } from "./support.mjs";

const hubspot = example("hubspot-contacts.yaml");
const salesforce = example("salesforce-contacts.yaml");

test("a page of HubSpot contacts becomes PenguinMails contacts", async () => {
  const { code, stdout, stderr } = await run(["map", hubspot, "--to", "penguinmails", example("hubspot-page.json")]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(jsonLines(stdout), [
    {
      email: "ada@example.org",
      first_name: "Ada",
      last_name: "Lovelace",
      company: "Analytical Engines",
      phone: "+44 20 7946 0018",
      website: null,
      lifecycle_stage: "customer",
      unsubscribed: false,
      crm_id: "9007199254740993",
      display_name: "Ada Lovelace",
    },
    {
      email: "mary@example.org",
      first_name: "Mary",
      last_name: null,
      company: null,
      phone: null,
      website: "https://example.org/somerville",
      lifecycle_stage: "mql",
      unsubscribed: true,
      crm_id: "402",
      display_name: "Mary",
    },
    {
      email: "kenji@example.org",
      first_name: "健二",
      last_name: "山田",
      crm_id: "403",
      display_name: "健二 山田",
    },
  ]);
});

test("PenguinMails contacts become HubSpot properties, which are all strings", async () => {
  const { code, stdout } = await run(["map", hubspot, "--to", "crm", example("contacts.ndjson")]);
  assert.equal(code, 0);
  assert.deepEqual(jsonLines(stdout), [
    {
      email: "ada@example.org",
      firstname: "Ada",
      lastname: "Lovelace",
      company: "Analytical Engines",
      lifecyclestage: "customer",
      hs_email_optout: "false",
      vip_note: "prefers letters",
      hs_lead_status: "OPEN",
      pm_greeting: "Dear Ada,",
      pm_total_engagement: "6",
    },
    {
      email: "mary@example.org",
      firstname: "",
      lastname: "Somerville",
      company: "",
      lifecyclestage: "lead",
      hs_email_optout: "true",
      hs_lead_status: "NEW",
      pm_greeting: "Dear friend,",
      pm_total_engagement: "0",
    },
    {
      email: "kenji@example.org",
      firstname: "健二",
      lastname: "山田",
      hs_lead_status: "OPEN",
      pm_greeting: "Dear 健二,",
    },
  ]);
});

test("a page of Salesforce contacts becomes PenguinMails contacts; what is not in a value map is an error", async () => {
  const { code, stdout, stderr } = await run([
    "map",
    salesforce,
    "--to",
    "penguinmails",
    example("salesforce-page.json"),
  ]);
  assert.equal(code, 1);
  assert.deepEqual(jsonLines(stdout), [
    {
      email: "ada@example.org",
      first_name: "Ada",
      last_name: "Lovelace",
      department: "Research",
      assistant: { name: "Charles Babbage" },
      description: null,
      source: "phone",
      birthday: "1985-12-10",
      unsubscribed: false,
      account_id: "001EXAMPLE00001AAA",
    },
    {
      email: "mary@example.org",
      first_name: null,
      last_name: "Somerville",
      department: "Astronomy",
      assistant: { name: null },
      description: "   ",
      source: "web",
      birthday: null,
      unsubscribed: true,
      account_id: null,
    },
    {
      email: "grace@example.org",
      first_name: "Grace",
      last_name: "Hopper",
      department: "Navy",
      unsubscribed: false,
      account_id: "001EXAMPLE00001AAA",
    },
  ]);
  assert.match(stderr, /salesforce-page\.json:\d+:5: error REC003: .*\(record 3, field source\)/);
  assert.match(stderr, /3 records, 1 with errors\n$/);
});

test("PenguinMails contacts become Salesforce fields", async () => {
  const { code, stdout } = await run(["map", salesforce, "--to", "crm", example("contacts.ndjson")]);
  assert.equal(code, 0);
  assert.deepEqual(jsonLines(stdout), [
    {
      Email: "ada@example.org",
      FirstName: "Ada",
      LastName: "Lovelace",
      Department: "Research",
      LeadSource: "Web",
      Birthdate: "1985-12-10",
      HasOptedOutOfEmail: false,
      Full_Name__c: "Ada Lovelace",
      Lead_Status__c: "Hot",
      Total_Email_Engagement__c: 6,
    },
    {
      Email: "mary@example.org",
      FirstName: null,
      LastName: "Somerville",
      Department: null,
      LeadSource: "Phone",
      HasOptedOutOfEmail: true,
      Full_Name__c: "Somerville",
      Lead_Status__c: "Warm",
      Total_Email_Engagement__c: 0,
    },
    {
      Email: "kenji@example.org",
      FirstName: "健二",
      LastName: "山田",
      LeadSource: "Trade Show",
      Full_Name__c: "健二 山田",
      Lead_Status__c: "Hot",
    },
  ]);
});

test("--trace gives each field's reason", async () => {
  const args = ["map", hubspot, "--to", "penguinmails", "--trace", example("hubspot-page.json")];
  const [first] = jsonLines((await run(args)).stdout);
  assert.deepEqual(Object.keys(first), ["record", "fields"]);
  assert.equal(first.record.email, "ada@example.org");
  const byId = Object.fromEntries(first.fields.map((field) => [field.id, field]));
  assert.deepEqual(
    [byId.email.intent, byId.website.intent, byId["custom_fields.note"].intent],
    ["set", "clear", "skip"],
  );
  assert.equal(byId["custom_fields.note"].reason, "absent");
});

test("--from says the same from the other end", async () => {
  const page = example("hubspot-page.json");
  const to = await run(["map", hubspot, "--to", "penguinmails", page]);
  assert.deepEqual(await run(["map", hubspot, "--from", "crm", page]), to);
  assert.deepEqual(await run(["map", hubspot, "--to", "penguinmails", "--from", "crm", page]), to);
});

test("--crm opens another CRM's envelopes than the mapping's", async () => {
  const record = '{"records":[{"attributes":{"type":"Contact"},"email":"ada@example.org"}]}';
  const args = ["map", hubspot, "--to", "penguinmails"];
  assert.equal(jsonLines((await run([...args, "--crm", "salesforce"], record)).stdout)[0].email, "ada@example.org");
  assert.equal((await run(args, record)).code, 1); // unopened there is no e-mail, which the mapping requires
});

test("an error answer of the CRM is no record", async () => {
  const answer = '{"status":"error","message":"You have reached your secondly limit.","category":"RATE_LIMITS"}';
  const { code, stdout } = await run(["map", hubspot, "--to", "penguinmails"], answer);
  assert.equal(code, 1);
  assert.equal(jsonLines(stdout)[0].error.code, "CLI004");
});

test("numbers come out digit by digit", async () => {
  const mapping = '{"field_mapping":[{"penguinmails_field":"n","crm_field":"N"}]}';
  const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
  const folder = mkdtempSync(`${(await import("node:os")).tmpdir()}/crm-sync-map-`);
  try {
    writeFileSync(`${folder}/m.json`, mapping);
    const numbers = [
      "9007199254740993",
      "-12345678901234567890",
      "0.1000000000000000055511151231257827",
      "1e400",
      "1.10",
    ];
    const input = `{"results":[${numbers.map((n) => `{"properties":{"N":${n}}}`).join(",")}]}`;
    const args = ["map", `${folder}/m.json`, "--to", "penguinmails", "--crm", "hubspot"];
    assert.deepEqual(
      lines((await run(args, input)).stdout),
      numbers.map((n) => `{"n":${n}}`),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
