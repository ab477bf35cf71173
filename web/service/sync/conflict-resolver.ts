/** The mission's `ConflictResolver`: what is decided when both sides differ, and what waits for a person. */
import type { CrmRecord } from "../crm/client.js";
import type { Pair } from "../store/model.js";
import type { Work } from "./context.js";
import { type Decided, decide } from "./decide.js";
import { writeReview } from "./identity-review.js";

export class ConflictResolver {
  constructor(readonly work: Work) {}

  /** Decides; the mapping says by which strategy. Nothing is written: `Decided.plan` is for the store to commit. */
  handleConflict(pair: Pair, read: CrmRecord): Decided {
    return decide(this.work, { pair, crmId: pair.link?.crmId ?? read.id, read, readAt: this.work.clock.now() });
  }

  /** Two who could be one person wait for somebody who knows. Fields wait by the strategy `manual`. */
  async flagForManualReview(pair: Pair, read: CrmRecord): Promise<void> {
    await writeReview(this.work, `local:${pair.contact?.id}`, [`crm:${read.id}`], "ambiguous");
  }
}
