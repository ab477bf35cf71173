/** Work that is due again and again, until it is stopped, which ends after what is under way. */
export interface Repeating {
  stop(): Promise<void>;
}

/** What failed is told, and due again the next time. */
export function every(interval: number, work: () => Promise<void>, failed: (error: unknown) => void): Repeating {
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    running = work()
      .catch(failed)
      .finally(() => {
        isRunning = false;
      });
  }, interval);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
