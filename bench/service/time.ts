/** Times that two processes of one machine can compare, and what is said of many of them. */

/** Milliseconds since 1970, with fractions. */
export const now = () => performance.timeOrigin + performance.now();

export const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

export interface Spread {
  samples: number;
  p50: number;
  p99: number;
  most: number;
}

export function spreadOf(milliseconds: readonly number[]): Spread {
  const sorted = [...milliseconds].sort((one, other) => one - other);
  const at = (share: number) => tenths(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN);
  return { samples: sorted.length, p50: at(0.5), p99: at(0.99), most: at(1) };
}

export const tenths = (value: number) => Math.round(value * 10) / 10;

/** Resolves once it is so; rejects where that takes too long. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  limit = 60_000,
  every = 20,
): Promise<void> {
  const end = now() + limit;
  while (!(await isSo())) {
    if (now() > end) throw new Error(`after ${limit / 1000} seconds still not: ${what}`);
    await pause(every);
  }
}
