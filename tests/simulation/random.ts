/** Random numbers that a seed and names determine, so that any single contact of a run can be run again. */
export class Random {
  #state: number;

  constructor(...seeds: (number | string)[]) {
    // FNV-1a over the seeds' text.
    this.#state = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(seeds.join("/"))) {
      this.#state = Math.imul(this.#state ^ byte, 0x01000193) >>> 0;
    }
  }

  /** At least 0 and less than 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  of<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }
}
