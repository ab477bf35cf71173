/** A short run of the simulation of the whole service; `npm run simulate:service` is the long one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { broken } from "./broken.js";
import { onNode } from "./process.js";
import { table } from "./report.js";
import { simulate } from "./simulate.js";

const engine = await loadEngine();
const contacts = 300;
/** One database for all, since making one takes as long as a simulation. */
const folder = mkdtempSync(join(tmpdir(), "crm-sync-simulation-"));
const on = onNode({ folder });
after(() => rmSync(folder, { recursive: true, force: true }));

test(`${contacts} contacts, both sides edited, everything failing: nothing is lost, doubled, lifted or left`, async (t) => {
  const seed = 1;
  const outcome = await simulate({ engine, seed, contacts, on });
  const { ledger, faults, deaths } = outcome;
  t.diagnostic(`\n${table(outcome)}`);
  assert.deepEqual(ledger.stories, [], `seed ${seed}`);

  // What must be survived has happened.
  assert.ok(ledger.edits > 3 * contacts, `${ledger.edits} edits`);
  assert.ok(ledger.decisions > 3 * contacts && ledger.replayed === ledger.decisions, `${ledger.decisions} decisions`);
  for (const count of ["optOuts", "optIns", "deletions", "merges", "answers", "openReviews"] as const) {
    assert.ok(ledger[count] > 0, `no ${count}`);
  }
  for (const fault of ["rate_limited", "unavailable", "failed", "no_request", "no_answer", "expired"] as const) {
    assert.ok((faults.get(fault) ?? 0) > 0, `no ${fault}`);
  }
  for (const fault of ["lost", "doubled", "late", "forged"] as const) {
    assert.ok((faults.get(fault) ?? 0) > 0, `no webhook was ${fault}`);
  }
  assert.ok(deaths > 0, "the process never died");
});

/** Whether an edit falls where the service is broken depends on the machine too; one run hardly ever misses it. */
const tries = 4;

for (const [index, [name, { found, contacts = 30 }]] of Object.entries(broken).entries()) {
  test(`a service that ${name} is found out: ${found.join(", ")}`, async () => {
    for (let seed = 1; seed <= tries; seed++) {
      const { ledger } = await simulate({
        ...{ engine, seed, contacts, rounds: 10, meanwhile: 0.7, crms: ["salesforce"], broken: name, on },
        tenantsBefore: 10 * (tries * index + seed),
      });
      if (found.some((breach) => ledger.of(breach) > 0)) return;
    }
    assert.fail(`not in ${tries} runs`);
  });
}
