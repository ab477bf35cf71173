/** The platform's queue, as it is documented: what it has taken it brings at least once, and in any order. */
import type { Message } from "../../../web/service/cloudflare/environment.js";
import type { Random } from "../../simulation/random.js";
import type { Delays } from "../cloudflare/outside-queue.js";
import type { HandClock } from "../crm/support.js";

interface Waiting {
  message: Message;
  at: number;
  attempt: number;
}

/** Brings messages of one of the queues. */
export type Bring = (queue: string, messages: readonly Message[]) => Promise<Delays>;

const batchSize = 100;
/** After so many attempts a message is a dead letter. */
const retries = 10;
/** Of what was dealt with, the queue does not hear of this much. */
const unheard = 0.03;

export class WebhookQueue {
  #waiting: Waiting[] = [];

  constructor(
    readonly clock: HandClock,
    readonly random: Random,
  ) {}

  get waiting(): number {
    return this.#waiting.length;
  }

  take(messages: readonly Message[]): void {
    this.#waiting.push(...messages.map((message) => ({ message, at: this.clock.now(), attempt: 0 })));
  }

  /** Brings what is due, and gives how much that was. Where nobody is there any more, it stays. */
  async deliver(bring: Bring): Promise<number> {
    const now = this.clock.now();
    const due = this.#shuffled(this.#waiting.filter(({ at }) => at <= now));
    for (const queue of ["webhooks", "webhooks-dead"]) {
      const messages = due.filter((one) => queueOf(one) === queue);
      for (let from = 0; from < messages.length; from += batchSize)
        await this.#batch(bring, queue, messages.slice(from, from + batchSize));
    }
    return due.length;
  }

  async #batch(bring: Bring, queue: string, batch: readonly Waiting[]): Promise<void> {
    const delays = await bring(
      queue,
      batch.map(({ message }) => message),
    );
    const done = new Set<Waiting>();
    for (const [index, one] of batch.entries()) {
      const delay = delays[index];
      if (delay == null && !this.random.chance(unheard)) done.add(one);
      one.at = this.clock.now() + (delay ?? 0) * 1000;
      one.attempt++;
    }
    this.#waiting = this.#waiting.filter((one) => !done.has(one));
  }

  #shuffled(list: Waiting[]): Waiting[] {
    const drawn = list.map((one) => ({ one, draw: this.random.next() }));
    return drawn.sort((a, b) => a.draw - b.draw).map(({ one }) => one);
  }
}

const queueOf = ({ attempt }: Waiting) => (attempt > retries ? "webhooks-dead" : "webhooks");
