const seconds = 60;

/** What `work` comes to. It is given up after a while, and the error says what was waited for. */
export function within<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = new AbortController();
    const timer = setTimeout(() => {
      reject(new Error(`${seconds} seconds were not enough for ${what}`));
      limit.abort();
    }, seconds * 1_000);
    work(limit.signal)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        limit.abort();
      });
  });
}
