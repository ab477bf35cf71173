/** Who tries keys that are not known soon has to wait; others do not. Counted in this process, by address. */
import type { Clock } from "../clock.js";

/** So many in a row, then one each `pause` milliseconds. */
const burst = 10;
const pause = 6_000;
const kept = 10_000;

export class Attempts {
  /** By address: the time at which all of its failures are forgotten. */
  readonly #until = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  may(address: string): boolean {
    return this.#of(address) - this.clock.now() <= (burst - 1) * pause;
  }

  failed(address: string): void {
    if (this.#until.size >= kept) this.#tidy();
    this.#until.set(address, this.#of(address) + pause);
  }

  #of(address: string): number {
    return Math.max(this.#until.get(address) ?? 0, this.clock.now());
  }

  #tidy(): void {
    const now = this.clock.now();
    for (const [address, until] of this.#until) if (until <= now) this.#until.delete(address);
    // Of more addresses than that at once none is known from the others.
    if (this.#until.size >= kept) this.#until.clear();
  }
}
