/** A clock that is moved by hand, and by whoever sleeps. */
import type { Clock } from "../../../web/service/clock.js";

export interface HandClock extends Clock {
  time: number;
  /** How long was slept in all. */
  slept: number;
}

export function handClock(time = Date.UTC(2026, 2, 1, 10)): HandClock {
  const clock: HandClock = {
    time,
    slept: 0,
    now: () => clock.time,
    sleep: async (milliseconds) => {
      clock.time += milliseconds;
      clock.slept += milliseconds;
    },
  };
  return clock;
}

/** What a CRM is asked. */
export interface Asked {
  method: string;
  url: URL;
  path: string;
  headers: Headers;
  body: string;
}

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } });

/** A fetch that answers as the function says, and keeps what it was asked. */
export function scripted(answer: (asked: Asked, index: number) => Response | Promise<Response>) {
  const asked: Asked[] = [];
  const fetch = (async (input: string, init: RequestInit) => {
    const url = new URL(input);
    const request = {
      method: init.method ?? "GET",
      url,
      path: url.pathname,
      headers: new Headers(init.headers),
      body: String(init.body ?? ""),
    };
    asked.push(request);
    return answer(request, asked.length - 1);
  }) as unknown as typeof globalThis.fetch;
  return { fetch, asked };
}

/** What a fetch of Node throws where there is no connection. */
export const connectionError = (code: string) =>
  new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
