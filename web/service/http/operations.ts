/** What the HTTP routes need of the engine and of the CRMs; the rest they find in the store. */
import type { Diagnostic } from "@penguinmails/crm-sync";
import type { Crm } from "../crm/client.js";
import type { Integration, IntegrationRef, Run, RunKind } from "../store/model.js";

export interface Operations {
  /** The mistakes of a mapping file, also where it is for another CRM; none of them an error: it can be in force. */
  check(file: string, crm: Crm): Promise<Diagnostic[]>;
  /**
   * What would be decided; nothing is stored. The inputs are those of `resolve`. Throws a `CrmSyncError` where the engine
   * refuses them, `MappingRefused` where it refuses the file.
   */
  preview(file: string, inputs: readonly Record<string, unknown>[], now: string): Promise<unknown[]>;
  /** Gives the run of that kind that is under way, if there is one. Throws `NotNow`. */
  startRun(ref: IntegrationRef, kind: RunKind, how: { dry: boolean; by: string }): Promise<Run>;
  /** Of a dry first sync that is done: the integration becomes active, and the real run is given. Throws `NotNow`. */
  approve(ref: IntegrationRef, run: string, by: string): Promise<Run>;
  /** What the mappings in force say of PenguinMails' own changes. */
  rule(integration: Integration): Promise<IntegrationRule>;
}

export interface IntegrationRule {
  /** Whether PenguinMails' changes are looked at when they come, instead of at the next run. */
  realTime: boolean;
  /** Top-level fields of PenguinMails' record that are consent (true: do not mail), and the topic of each. */
  consent: { field: string; topic: string }[];
}

/** The state does not allow it: `code` says why, such as "not_approved" or "paused". */
export class NotNow extends Error {
  override readonly name = "NotNow";
  constructor(readonly code: string) {
    super(code);
  }
}

export class MappingRefused extends Error {
  override readonly name = "MappingRefused";
  constructor(readonly diagnostics: Diagnostic[]) {
    super("the mapping file has mistakes");
  }
}
