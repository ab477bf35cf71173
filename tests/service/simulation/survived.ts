/** What every short run is asked: nothing that must not be, and that what was to be survived has happened. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type Broken, broken } from "./broken.js";
import { table } from "./report.js";
import type { Outcome } from "./simulate.js";
import type { WorldOptions } from "./world.js";

export function survived(t: TestContext, outcome: Outcome): void {
  const { options, ledger, faults, deaths } = outcome;
  const { contacts, seed } = options;
  t.diagnostic(`\n${table(outcome)}`);
  assert.deepEqual(ledger.stories, [], `seed ${seed}`);

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
  assert.ok(deaths > 0, "the service never died");
}

/** Whether an edit falls where the service is broken depends on the machine too; one run hardly ever misses it. */
const tries = 4;
/** Of a broken service: fewer people, who edit more often where it hurts. */
const usual = { rounds: 10, meanwhile: 0.7, crms: ["salesforce"] } as const;

export async function foundOut(
  name: string,
  run: (options: Omit<WorldOptions, "engine" | "on">) => Promise<Outcome>,
): Promise<void> {
  const { found, contacts = 30 } = broken[name] as Broken;
  for (let seed = 1; seed <= tries; seed++) {
    const { ledger } = await run({ ...usual, seed, contacts, broken: name });
    if (found.some((breach) => ledger.of(breach) > 0)) return;
  }
  assert.fail(`not in ${tries} runs`);
}
