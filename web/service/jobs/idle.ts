/** Who has nothing to do waits here. */
export class Idle {
  readonly #waiting = new Set<() => void>();

  /** Until it is woken, at the latest for so many milliseconds. */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const timer = setTimeout(look, milliseconds);
      this.#waiting.add(look);
    });
  }

  wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}
