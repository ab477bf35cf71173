/** How often a portal may be asked: in ten seconds, in a day, and for searches in one second. */
import type { Clock } from "../../service/clock.js";
import { behaves } from "../behaviours.js";
import { Refused } from "./errors.js";
import type { Limits } from "./state.js";

behaves(
  "hubspot",
  "documented",
  "Beyond a limit requests are answered with 429 and the limit's policyName; there is no Retry-After.",
  "HubSpot, API usage guidelines; sample hs-429.json",
);
behaves(
  "hubspot",
  "documented",
  "An app of the marketplace has 110 requests in ten seconds for each portal, all of them 250,000 a day or more, and 5 searches a second.",
  "HubSpot, API usage guidelines; CRM search guide: rate limits",
);
behaves(
  "hubspot",
  "documented",
  "Answers tell the limits in X-HubSpot-RateLimit headers, except those of searches.",
  "HubSpot, API usage guidelines: rate limit headers; CRM search guide",
);
behaves(
  "hubspot",
  "assumed",
  "Searches count for the day, not for the ten seconds; the day begins at midnight UTC.",
  "the portal's own midnight",
);

const day = 86_400_000;

export class RateLimits {
  #recent: number[] = [];
  #searches: number[] = [];
  #day = 0;
  #today = 0;

  constructor(
    private readonly clock: Clock,
    private readonly limits: Limits,
  ) {}

  /** Throws where a limit is reached. */
  take(isSearch: boolean): void {
    const now = this.clock.now();
    if (Math.floor(now / day) !== this.#day) [this.#day, this.#today] = [Math.floor(now / day), 0];
    this.#recent = withinLast(this.#recent, now - 10_000);
    this.#searches = withinLast(this.#searches, now - 1_000);
    const { ratePerTenSeconds = 110, daily = 250_000, searchPerSecond = 5 } = this.limits;
    if (this.#today >= daily) throw tooMany("DAILY");
    if (isSearch && this.#searches.length >= searchPerSecond) throw tooMany("SECONDLY");
    if (!isSearch && this.#recent.length >= ratePerTenSeconds) throw tooMany("TEN_SECONDLY_ROLLING");
    this.#today++;
    (isSearch ? this.#searches : this.#recent).push(now);
  }

  headers(isSearch: boolean): Record<string, string> {
    if (isSearch) return {};
    const { ratePerTenSeconds = 110, daily = 250_000 } = this.limits;
    return {
      "x-hubspot-ratelimit-max": String(ratePerTenSeconds),
      "x-hubspot-ratelimit-remaining": String(Math.max(0, ratePerTenSeconds - this.#recent.length)),
      "x-hubspot-ratelimit-interval-milliseconds": "10000",
      "x-hubspot-ratelimit-daily": String(daily),
      "x-hubspot-ratelimit-daily-remaining": String(Math.max(0, daily - this.#today)),
    };
  }
}

function withinLast(times: number[], since: number): number[] {
  const first = times.findIndex((time) => time > since);
  return first === 0 ? times : first < 0 ? [] : times.slice(first);
}

const limitNames = { DAILY: "daily", TEN_SECONDLY_ROLLING: "ten_secondly_rolling", SECONDLY: "secondly" };

export function tooMany(policyName: keyof typeof limitNames): Refused {
  const message = `You have reached your ${limitNames[policyName]} limit.`;
  return new Refused(429, { status: "error", message, errorType: "RATE_LIMIT", policyName });
}
