/** Ctrl+C or SIGTERM ends what was begun; a second one ends at once. */

/** A terminal tells all of its processes, and a parent may tell them once more: that is one signal. */
const same = 1000;

export function ending(): AbortSignal {
  const ended = new AbortController();
  let first = 0;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (!ended.signal.aborted) {
        first = Date.now();
        ended.abort();
      } else if (Date.now() - first > same) process.exit(130);
    });
  }
  return ended.signal;
}

export function untilEnded(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });
}
