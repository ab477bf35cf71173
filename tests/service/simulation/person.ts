/** One person, who is in PenguinMails, in the CRM, or in both, and what the simulation knows of them. */

import type { SideName } from "../../simulation/fields.js";
import { Random } from "../../simulation/random.js";
import { type Edited, editedFields } from "./fields.js";
import { History } from "./history.js";

export interface Gone {
  at: number;
  privacy: boolean;
}

export class Person {
  /** Their last name, which nobody edits, and the beginning of all their addresses. */
  readonly name: string;
  readonly random: Random;
  readonly histories = new Map<Edited, History>(editedFields.map((field) => [field, new History(field)]));
  readonly where: SideName | "both";
  contact: string | null = null;
  crmId: string | null = null;
  /** Acts that are left to them. */
  acts: number;
  /** In the middle of an act. */
  busy = false;
  /** What was last done in the CRM is committed only then. */
  pendingUntil = 0;
  linked = false;
  /** The service wrote to the record and has not heard what became of it: Salesforce has no history that would tell. */
  unanswered = false;
  gone: Partial<Record<SideName, Gone>> = {};
  /** The latest edit on either side. */
  editedAt: Record<SideName, number> = { local: 0, crm: 0 };
  restored = false;
  /** With whom, where the CRM has one record of both. */
  merged: Person | null = null;
  isLoser = false;
  /**
   * `known`: somebody in PenguinMails has seen it. `moved`: before that the address was changed, to which HubSpot's opt-outs
   * belong; where its webhook was lost too nobody can know of it any more.
   */
  outs: { side: SideName; at: number; known?: true; moved?: true }[] = [];
  ins: number[] = [];

  constructor(
    seed: number,
    readonly number: number,
  ) {
    this.name = `p${number}x`;
    this.random = new Random(seed, number, "person");
    this.where = this.random.of(["local", "crm", "both"] as const);
    this.acts = this.random.between(4, 12);
  }

  history = (field: Edited): History => this.histories.get(field) as History;
}

/** What happens to opt-outs that nobody knows of when somebody changes the address. */
export function changesAddress({ outs }: Person): void {
  for (const out of outs) if (out.side === "crm" && !out.known) out.moved = true;
}

/** Until both records are known to be one person's, nobody changes the address that they are known by. */
export const fieldOf = ({ random, linked }: Person): Edited =>
  random.of(linked ? editedFields : editedFields.filter((field) => field !== "email"));
