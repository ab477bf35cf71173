/** What becomes of a job that fails. */

export interface QueueTimes {
  /** After so many seconds a job counts as its dead process', and is taken again. */
  expireInSeconds: number;
  retryLimit: number;
  /** Seconds; doubled with every attempt. */
  retryDelay: number;
  retryDelayMax: number;
}

export const usualTimes: QueueTimes = { expireInSeconds: 60, retryLimit: 8, retryDelay: 5, retryDelayMax: 15 * 60 };

/** A name and a code: messages of databases and CRMs hold values. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "Error";
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^[\w.-]{1,64}$/.test(code) ? `${error.name}: ${code}` : error.name;
}
