/** Calls of the last 24 hours, of which there may be so many. */
import type { Clock } from "../../service/clock.js";
import { refuse } from "./errors.js";

const hour = 3_600_000;

export class Calls {
  readonly #hours = new Map<number, number>();
  most = 100_000;

  constructor(private readonly clock: Clock) {}

  get used(): number {
    const first = Math.floor(this.clock.now() / hour) - 23;
    for (const at of this.#hours.keys()) if (at < first) this.#hours.delete(at);
    return [...this.#hours.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Throws where the limit is reached. */
  take(): void {
    if (this.used >= this.most) throw refuse(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    const at = Math.floor(this.clock.now() / hour);
    this.#hours.set(at, (this.#hours.get(at) ?? 0) + 1);
  }

  /** As Sforce-Limit-Info has it. */
  told(): string {
    return `api-usage=${this.used}/${this.most}`;
  }
}
