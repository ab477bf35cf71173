/** What the HTTP routes need of the engine and of the CRMs; the rest they find in the store. */
import type { Diagnostic } from "@penguinmails/crm-sync";
import type { Crm } from "../crm/client.js";
import type { Check } from "../crm/examine.js";
import type { Integration, Reverts, Run, RunKind } from "../store/model.js";

export interface Operations {
  /** The mistakes of a mapping file, also where it is for another CRM; none of them an error: it can be in force. */
  check(file: string, crm: Crm): Promise<Diagnostic[]>;
  /**
   * What would be decided; nothing is stored. The inputs are those of `resolve`, with `now` for those that have none of
   * their own. Throws a `CrmSyncError` where the engine refuses one of them.
   */
  preview(
    file: string,
    inputs: readonly Record<string, unknown>[],
    now: string,
  ): Promise<{ decisions: unknown[] } | { diagnostics: Diagnostic[] }>;
  /** The same, whose runs carry a trace. */
  within(trace: string): Operations;
  /** Gives the run of that kind that is under way, if there is one. Throws `NotNow`. */
  startRun(integration: Integration, kind: RunKind, how: { dry: boolean; by: string }): Promise<Run>;
  /** Takes back what decisions have written, where it still stands. Throws `NotNow`. */
  revert(integration: Integration, reverts: Reverts, how: { dry: boolean; by: string }): Promise<Run>;
  /** Of a dry first sync that is done: the integration becomes active, and the real run is given. Throws `NotNow`. */
  approve(integration: Integration, run: string, by: string): Promise<Run>;
  /** Sets its schedules, as the mapping in force has them: it is new, or its mapping is. */
  schedule(integration: Integration): Promise<void>;
  /** Whether the CRM is set up for what its mapping does; asks the CRM, and writes nothing. */
  examine(integration: Integration): Promise<Check[]>;
  /** What the mapping in force says of PenguinMails' own changes. */
  rule(integration: Integration): Promise<IntegrationRule>;
}

export interface IntegrationRule {
  /** Whether PenguinMails' changes are looked at when they come, instead of at the next run. */
  realTime: boolean;
  /** Fields that are consent (true: do not mail). Opt-outs are kept by address under the path in PenguinMails' record. */
  consent: { local: string; crm: string }[];
  /** Whether entries refer to other records, such as owners. */
  looksUp: boolean;
}

/** The state does not allow it: `code` says why, such as "not_approved" or "paused". */
export class NotNow extends Error {
  override readonly name = "NotNow";
  constructor(readonly code: string) {
    super(code);
  }
}
