/** A bucket of wake-ups for each integration, in this process: what is beyond it is to be delivered again later. */
import type { Clock } from "../clock.js";
import type { IntegrationRef } from "../store/model.js";

export interface WakeLimit {
  /** Wake-ups each second. */
  rate: number;
  /** How many may come at once after a while without any. */
  burst: number;
}

/** HubSpot delivers at most a hundred events at a time, ten times at once; an import there changes all contacts. */
export const defaultWakeLimit: WakeLimit = { rate: 500, burst: 10_000 };

export class WakeBuckets {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly limit: WakeLimit = defaultWakeLimit,
  ) {}

  /** Takes that many, or none of them. There are no more buckets than integrations. */
  take({ tenant, id }: IntegrationRef, wakes: number): boolean {
    const { rate, burst } = this.limit;
    const now = this.clock.now();
    const key = JSON.stringify([tenant, id]);
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    this.#buckets.set(key, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * rate) / 1000);
    bucket.at = now;
    // A delivery that is larger than the bucket would otherwise never pass.
    const cost = Math.min(wakes, burst);
    if (cost > bucket.tokens) return false;
    bucket.tokens -= cost;
    return true;
  }
}
