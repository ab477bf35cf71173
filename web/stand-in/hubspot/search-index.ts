/** What searches see: contacts as they were some time ago, in the order of their last change. */
import type { Clock } from "../../service/clock.js";
import { behaves } from "../behaviours.js";
import type { Snapshot } from "./contacts.js";

behaves(
  "hubspot",
  "documented",
  "A search sees a change some moments after it was made, and until then the contact as it was.",
  "HubSpot, CRM search guide: limitations",
);
behaves("hubspot", "documented", "No search finds archived contacts.", "HubSpot, CRM search guide: limitations");

interface Waiting {
  due: number;
  id: string;
  now: Snapshot | null;
}

export class SearchIndex {
  /** Milliseconds. */
  lag = 0;
  #waiting: Waiting[] = [];
  readonly #seen = new Map<string, Snapshot>();
  /** By last change; what a later one has outdated stays until there is much of it. */
  #log: Snapshot[] = [];

  constructor(private readonly clock: Clock) {}

  add(id: string, now: Snapshot | null): void {
    if (this.lag === 0 && this.#waiting.length === 0) this.#see(id, now);
    else this.#waiting.push({ due: this.clock.now() + this.lag, id, now });
  }

  /** Changed then or later, in that order. */
  *since(time: number): Generator<Snapshot> {
    this.#settle();
    for (let at = this.#place(time); at < this.#log.length; at++) {
      const entry = this.#log[at] as Snapshot;
      if (this.#seen.get(entry.id) === entry) yield entry;
    }
  }

  get size(): number {
    this.#settle();
    return this.#seen.size;
  }

  #settle(): void {
    const now = this.clock.now();
    let count = 0;
    for (const { due, id, now: snapshot } of this.#waiting) {
      if (due > now) break;
      count++;
      this.#see(id, snapshot);
    }
    if (count > 0) this.#waiting = this.#waiting.slice(count);
  }

  #see(id: string, now: Snapshot | null): void {
    if (now === null) {
      this.#seen.delete(id);
      return;
    }
    this.#seen.set(id, now);
    const last = this.#log.at(-1);
    if (last === undefined || last.updatedAt <= now.updatedAt) this.#log.push(now);
    else this.#log.splice(this.#place(now.updatedAt + 1), 0, now);
    if (this.#log.length > 2 * this.#seen.size + 1_000) {
      this.#log = this.#log.filter((entry) => this.#seen.get(entry.id) === entry);
    }
  }

  /** Of the first entry of that time or later. */
  #place(time: number): number {
    let [low, high] = [0, this.#log.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#log[middle] as Snapshot).updatedAt < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
