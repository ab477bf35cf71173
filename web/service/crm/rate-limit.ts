/** A token bucket of one account: how fast we ask it, and how long not at all. */
import type { Clock } from "../clock.js";
import { CrmUnavailable } from "./client.js";

export interface RateLimit {
  /** Waits for its turn; throws `CrmUnavailable("later")` where that is longer than `patience`. */
  take(): Promise<void>;
  /** Nothing is asked before then (milliseconds since 1970). */
  hold(until: number): void;
  /**
   * The same limit for what nobody waits for. It leaves half of the capacity to others, and none of them waits behind it;
   * but after its patience it is as urgent as they are.
   */
  behind(): RateLimit;
}

export interface RateLimitOptions {
  clock: Clock;
  /** At once. In any one interval up to `capacity + refill` are let through: together they are the vendor's limit. */
  capacity: number;
  refill: number;
  /** Milliseconds. */
  interval: number;
  /** The longest wait inside a request, in milliseconds; 15 seconds unless given. */
  patience?: number;
}

export function createRateLimit({ clock, capacity, refill, interval, patience = 15_000 }: RateLimitOptions): RateLimit {
  const perToken = interval / refill;
  let tokens = capacity; // below zero: that many wait already
  let counted = clock.now();
  let held = 0;
  const count = (): number => {
    const now = clock.now();
    tokens = Math.min(capacity, tokens + (now - counted) / perToken);
    counted = now;
    return now;
  };
  const limit: RateLimit = {
    async take() {
      const now = count();
      const wait = Math.max((1 - tokens) * perToken, held - now, 0);
      if (wait > patience) throw new CrmUnavailable("later", "rate limit", Math.ceil(wait));
      tokens--;
      if (wait > 0) await clock.sleep(Math.ceil(wait));
      // Another request may have been told to wait meanwhile.
      for (let more = held - clock.now(); more > 0; more = held - clock.now()) {
        if (more > patience) throw new CrmUnavailable("later", "rate limit", more);
        await clock.sleep(more);
      }
    },
    hold(until) {
      held = Math.max(held, until);
    },
    behind() {
      let last = Promise.resolve();
      const turn = async (until: number) => {
        const enough = 1 + Math.floor(capacity / 2);
        for (let now = count(); tokens < enough && now < until; now = count())
          await clock.sleep(Math.ceil(Math.min((enough - tokens) * perToken, until - now)));
        return limit.take();
      };
      const take = () => {
        const until = clock.now() + patience;
        // One after the other: none of them overtakes another.
        const own = last.then(() => turn(until));
        last = own.catch(() => {});
        return own;
      };
      return { ...limit, take };
    },
  };
  return limit;
}
