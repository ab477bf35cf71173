/** What the engine is told of a record in the CRM. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CrmRecord } from "../../../web/service/crm/client.js";
import { crmSide } from "../../../web/service/sync/sides.js";

const read: CrmRecord = { id: "2", record: { Email: "a@example.com" }, fetched: ["Email"], updatedAt: null };

test("a record that was merged into another one names the survivor", () => {
  assert.deepEqual(crmSide(read, "1", []), { record: read.record, fetched: ["Email"], merged_into: "2" });
  assert.deepEqual(crmSide(read, "2", []), { record: read.record, fetched: ["Email"] });
});

test("where the survivor is deleted as well there is none", () => {
  const gone: CrmRecord = { ...read, deleted: true };
  assert.deepEqual(crmSide(gone, "1", []), { record: read.record, fetched: ["Email"], deleted: true });
});
