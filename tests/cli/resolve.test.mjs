import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { example, jsonLines, run } from "./support.mjs";

const hubspot = example("hubspot-contacts.yaml");
const salesforce = example("salesforce-contacts.yaml");

const reasonsOf = (decision) => Object.fromEntries(decision.fields.map(({ id, reason }) => [id, reason]));

test("the walkthrough is decided as it is printed", async () => {
  const { code, stdout, stderr } = await run(["resolve", example("walkthrough.yaml"), example("walkthrough.json")]);
  assert.deepEqual([code, stderr], [0, ""]);
  const [decision] = jsonLines(stdout);
  assert.equal(decision.outcome, "review");
  assert.deepEqual(decision.local, { email: "ada@new.org", company: "Lovelace Limited" });
  assert.deepEqual(decision.crm, { Score__c: 80, Lead_Status__c: "Hot" });
  assert.deepEqual(decision.expect, { local: "2026-03-01T09:00:00Z", crm: "2026-03-01T10:00:00Z" });
  assert.deepEqual(reasonsOf(decision), {
    email: "crm_changed",
    company: "newer_by_field_time",
    lead_score: "derived_changed",
    "custom_fields.note": "manual_review",
    Lead_Status__c: "derived_changed",
  });
  const [{ id, ...review }] = decision.reviews;
  assert.equal(typeof id, "string");
  assert.deepEqual(review, {
    field: "custom_fields.note",
    local: "call in May",
    crm: "call in June",
    base: "call",
    reason: "manual_review",
    opened_at: "2026-03-01T10:00:05Z",
  });
});

test("each of the HubSpot pairs is decided as its name says", async () => {
  const { code, stdout, stderr } = await run(["resolve", hubspot, example("hubspot-pairs.json")]);
  assert.deepEqual([code, stderr], [0, ""]);
  const decisions = jsonLines(stdout);
  const [both, first, optOut, optIn, created, filtered, archived] = decisions;
  assert.deepEqual(
    decisions.map(({ outcome }) => outcome),
    ["review", "merged", "merged", "review", "create_local", "filtered", "unlink"],
  );

  // Both changed last name and company, only HubSpot the first name; the note waits.
  assert.deepEqual(both.local, {
    first_name: "Augusta Ada",
    last_name: "Lovelace-King",
    company: "Engines Ltd",
    display_name: "Augusta Ada Lovelace-King",
  });
  assert.equal(both.crm.hs_lead_status, "OPEN");
  assert.equal(both.crm.company, undefined);
  assert.deepEqual(
    [reasonsOf(both).first_name, reasonsOf(both).last_name, reasonsOf(both).company, reasonsOf(both).phone],
    ["crm_changed", "newer_by_record_time", "crm_wins", "in_sync"],
  );
  assert.equal(reasonsOf(both).website, "not_fetched");

  // A blank never beats a value; the two companies conflict, and the CRM wins them.
  assert.deepEqual(first.local, {
    last_name: "Somerville",
    company: "Somerville College",
    display_name: "Somerville",
  });
  assert.equal(first.crm.firstname, "Mary");
  assert.equal(first.crm.email, undefined);

  assert.deepEqual([optOut.local, reasonsOf(optOut).unsubscribed], [{ unsubscribed: true }, "opt_out_wins"]);
  // Mailing stays off: the CRM gets the opt-out back that somebody took away there.
  assert.deepEqual([optIn.local, optIn.crm], [{}, { hs_email_optout: "true" }]);
  assert.equal(reasonsOf(optIn).unsubscribed, "opt_in_needs_evidence");

  assert.deepEqual(created.local, {
    email: "new@example.org",
    first_name: "Nell",
    lifecycle_stage: "lead",
    display_name: "Nell",
  });
  for (const quiet of [filtered, archived]) assert.deepEqual([quiet.local, quiet.crm], [{}, {}]);
});

test("each of the Salesforce pairs is decided as its name says", async () => {
  const { code, stdout } = await run(["resolve", salesforce, example("salesforce-pairs.json")]);
  assert.equal(code, 0);
  const [both, cleared, unwanted] = jsonLines(stdout);
  assert.equal(both.outcome, "review");
  assert.deepEqual(both.local, { department: "Research" });
  assert.equal(reasonsOf(both).department, "crm_wins");
  assert.equal(reasonsOf(both).description, "manual_review");
  assert.equal(reasonsOf(both).source, "in_sync"); // another spelling of the same value is no change
  assert.equal(both.crm.Total_Email_Engagement__c, undefined); // of the rows only one had opens
  assert.deepEqual([cleared.outcome, cleared.local], ["merged", { department: null }]);
  assert.equal(unwanted.outcome, "filtered");
});

test("an envelope says no more and no less than an opened side", async () => {
  const [pair] = JSON.parse(readFileSync(example("hubspot-pairs.json"), "utf8"));
  const { properties, updatedAt } = pair.crm;
  const opened = { ...pair, crm: { record: properties, fetched: Object.keys(properties), updated_at: updatedAt } };
  const decide = async (input) => (await run(["resolve", hubspot], JSON.stringify(input))).stdout;
  assert.equal(await decide(opened), await decide(pair));
});

test("--now gives the time where the pair does not", async () => {
  const pair = JSON.parse(readFileSync(example("walkthrough.json"), "utf8"));
  const { now, ...without } = pair;
  const decide = async (input, ...args) =>
    (await run(["resolve", example("walkthrough.yaml"), ...args], JSON.stringify(input))).stdout;
  assert.equal(await decide(without, "--now", now), await decide(pair));
  const before = Date.now();
  const [{ reviews }] = jsonLines(await decide(without));
  assert.ok(Date.parse(reviews[0].opened_at) >= before - 1000 && Date.parse(reviews[0].opened_at) <= Date.now());
});

const bad = {
  "a pair that is no object": ["7", /^(CNF001|JSN010)$/],
  "a side that is no object": ['{"local": 1, "crm": null}', /^CNF001$/],
  "a CRM side without a record": ['{"local": null, "crm": {"email": "x"}}', /^CNF001$/],
  "a time that is none": ['{"local": null, "crm": null, "now": "yesterday"}', /^CNF002$/],
  "an error answer as the CRM's side": ['{"local": null, "crm": {"status": "error", "message": "x"}}', /^CLI004$/],
};
for (const [name, [text, expected]] of Object.entries(bad)) {
  test(`${name} is an error line, and the next pair is decided`, async () => {
    const next = JSON.stringify(JSON.parse(readFileSync(example("hubspot-pairs.json"), "utf8"))[4]);
    const { code, stdout } = await run(["resolve", hubspot], `${text}\n${next}\n`);
    assert.equal(code, 1);
    const [failed, decided] = jsonLines(stdout);
    assert.match(failed.error.code, expected);
    assert.equal(failed.index, 0);
    assert.equal(decided.outcome, "create_local");
  });
}
