/** A running count on stderr while it is a terminal; nothing otherwise. */
export class Progress {
  private readonly started = Date.now();
  private lastShown = this.started;
  private shown = false;

  constructor(private readonly enabled = process.stderr.isTTY === true && process.stdout.isTTY !== true) {}

  update(count: number): void {
    const now = Date.now();
    if (!this.enabled || now - this.lastShown < 200) return;
    this.lastShown = now;
    this.shown = true;
    process.stderr.write(`\r${count.toLocaleString("en")} records`);
  }

  /** Clears the line, so that what follows stands on its own. */
  end(): void {
    if (this.shown) process.stderr.write("\r\u001b[K");
    this.shown = false;
  }
}
