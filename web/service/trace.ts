/**
 * A trace id goes with a request, what it wakes, what is decided for it and what is written for that: 32 digits in hex that
 * are not all 0, as in W3C Trace Context, https://www.w3.org/TR/trace-context/#traceparent-header.
 */

/** Of the caller's trace; of one that is not told, or not as it has to be, a new one begins. */
export function traceOf(traceparent: string | null | undefined): string {
  const [, version = "", trace = "", parent = "", more = ""] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(traceparent ?? "") ?? [];
  // A later version may have more at its end; this one has not.
  const isGiven = trace !== "" && version !== "ff" && !(version === "00" && more !== "") && /[^0]/.test(parent);
  return isGiven && /[^0]/.test(trace) ? trace : newTrace();
}

export const newTrace = (): string => crypto.randomUUID().replaceAll("-", "");
