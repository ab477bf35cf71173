/** Webhooks on their way out: in order, unless a fault strikes; tried again until they are taken. */
import type { Clock } from "../service/clock.js";
import type { Faults, Place } from "./faults.js";

/** `attempt` counts from 0. Called anew for each attempt, since signatures hold the time. */
export type Send = (attempt: number, forged: boolean) => Promise<Request>;

interface Waiting {
  place: Place;
  send: Send;
  at: number;
  attempt: number;
}

/** Of one CRM: how long after each failed attempt the next one follows; after the last one it is given up. */
export class Deliveries {
  #waiting: Waiting[] = [];
  /** What came of each attempt: HTTP status; 0 where there was no answer. */
  readonly answers: number[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly faults: Faults,
    private readonly delays: readonly number[],
  ) {}

  add(place: Place, send: Send): void {
    const fault = this.faults.webhook(place);
    if (fault === "lost") return;
    const at = this.clock.now() + (fault === "late" ? 5_000 : 0);
    this.#waiting.push({ place, send, at, attempt: 0 });
    if (fault === "doubled") this.#waiting.push({ place, send, at, attempt: 0 });
    // A forger tries once.
    if (fault === "forged") this.#waiting.push({ place, send: () => send(0, true), at, attempt: this.delays.length });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Sends what is due by the clock; gives how many attempts were made. */
  async deliver(fetchIt: (request: Request) => Promise<Response>): Promise<number> {
    const now = this.clock.now();
    const due = this.#waiting.filter(({ at }) => at <= now);
    this.#waiting = this.#waiting.filter(({ at }) => at > now);
    await Promise.all(due.map((one) => this.#attempt(one, fetchIt)));
    return due.length;
  }

  async #attempt(one: Waiting, fetchIt: (request: Request) => Promise<Response>): Promise<void> {
    const status = await one
      .send(one.attempt, false)
      .then(fetchIt)
      .then(
        async (response) => {
          await response.body?.cancel();
          return response.status;
        },
        () => 0,
      );
    this.answers.push(status);
    const delay = this.delays[one.attempt];
    if ((status >= 200 && status < 300) || delay === undefined) return;
    this.#waiting.push({ ...one, at: this.clock.now() + delay, attempt: one.attempt + 1 });
  }
}
