/** Ids in the order of their numbers. */

export class SortedIds {
  readonly #ids: number[] = [];

  get size(): number {
    return this.#ids.length;
  }

  add(id: string): void {
    const at = this.#place(Number(id));
    if (this.#ids[at] !== Number(id)) this.#ids.splice(at, 0, Number(id));
  }

  delete(id: string): void {
    const at = this.#place(Number(id));
    if (this.#ids[at] === Number(id)) this.#ids.splice(at, 1);
  }

  /** At most so many, from this id on. */
  from(id: string, count: number): string[] {
    const at = this.#place(Number(id));
    return this.#ids.slice(at, at + count).map(String);
  }

  /** Where it is, or would be. */
  #place(id: number): number {
    let [low, high] = [0, this.#ids.length];
    if (high > 0 && (this.#ids[high - 1] as number) < id) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ids[middle] as number) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
