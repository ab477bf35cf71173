/** The mission's SyncRule in a mapping file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ruleOf, withRule } from "../../../web/service/sync/rule.js";

const file = `# Kept as it is.
version: 1
sync:
  direction: bidirectional   # both ways
  conflictResolution: newest_wins
field_mapping:
  - {penguinmails_field: email, crm_field: email}
`;

test("a file's rule, with what is not said", () => {
  assert.deepEqual(ruleOf(file), {
    direction: "bidirectional",
    frequency: "real_time",
    conflictResolution: "newest_wins",
  });
  assert.deepEqual(ruleOf("field_mapping: []"), {
    direction: "bidirectional",
    frequency: "real_time",
    conflictResolution: "field_level",
  });
  assert.equal(ruleOf("sync: {filters: 'email != null'}").filters, "email != null");
});

test("another rule changes nothing else in the file", () => {
  const ruled = withRule(file, { direction: "from_crm", conflictResolution: "crm_wins", frequency: "hourly" });
  assert.deepEqual(ruleOf(ruled), { direction: "from_crm", frequency: "hourly", conflictResolution: "crm_wins" });
  assert.match(ruled, /^# Kept as it is\.$/m);
  assert.match(ruled, /# both ways/);
  assert.match(ruled, /penguinmails_field: email, crm_field: email/);
  assert.doesNotMatch(ruled, /conflictResolution/);
});

test("a file without a rule gets one", () => {
  assert.equal(ruleOf(withRule("version: 1\n", { frequency: "daily" })).frequency, "daily");
  assert.equal(ruleOf(withRule('{"version": 1}', { direction: "to_crm" })).direction, "to_crm");
});
