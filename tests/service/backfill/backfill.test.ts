/** A short backfill, killed three times, and two services that are broken; `npm run backfill` is the long one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { backfill } from "./backfill.js";
import { complaints, table } from "./report.js";

function database(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "crm-sync-backfill-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { folder };
}

test("5,000 contacts on each side, killed three times: nobody is lost or doubled, nothing overwritten", async (t) => {
  const outcome = await backfill({ crm: "hubspot", contacts: 5_000, kills: 3, seed: 1, database: database(t) });
  t.diagnostic(`\n${table(outcome)}`);
  assert.deepEqual(complaints(outcome), []);
  // All kinds of people have been met, and somebody edited meanwhile.
  assert.deepEqual([...outcome.report.keys()].sort(), ["ambiguous", "create_crm", "create_local", "linked", "matched"]);
  assert.ok(outcome.verdict.links > 5_000, `${outcome.verdict.links} linked`);
  assert.ok(outcome.live.during.edits > 0);
});

test("a service that does not hear the CRM's opt-outs is found out", async (t) => {
  const given = { crm: "salesforce", contacts: 200, kills: 0, seed: 1, afterwards: 0 } as const;
  const { verdict } = await backfill({ ...given, database: database(t), fault: "deaf" });
  assert.ok((verdict.breaches.get("opt-out lost") ?? 0) > 0, verdict.stories.join("\n"));
});

test("a service that forgets what it was at when it was killed is found out", async (t) => {
  const given = { crm: "hubspot", contacts: 300, kills: 3, afterwards: 0, fault: "forgets" } as const;
  // Whether it is killed in the midst of something depends on the machine too.
  for (let seed = 1; seed <= 3; seed++) {
    const { verdict } = await backfill({ ...given, seed, database: database(t) });
    if ((verdict.breaches.get("lost") ?? 0) + (verdict.breaches.get("not linked") ?? 0) > 0) return;
  }
  assert.fail("not in three runs");
});
