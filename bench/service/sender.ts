/** Deliveries on their way to a service: so many at once and no more, and again until they are taken. */
import { createHmac } from "node:crypto";
import type { Crm } from "../../tests/service/sync/hands.js";
import { app, publicUrl } from "./secrets.js";
import { now, pause } from "./time.js";

/** As HubSpot has it. */
const atOnce = 10;
/** The CRMs wait a minute first, and then longer; nobody would wait for that here. */
const firstPause = 500;
const longestPause = 4_000;

export interface Delivery {
  crm: Crm;
  path: string;
  body: string;
  events: number;
}

export class Sender {
  readonly #queue: (Delivery & { attempt: number })[] = [];
  /** By HTTP status. */
  readonly answers: Record<number, number> = {};
  /** Those that were taken, and the milliseconds that each answer took. */
  taken = { requests: 0, events: 0 };
  readonly milliseconds: number[] = [];
  #sending = 0;
  #pausing = 0;

  constructor(private readonly origin: string) {}

  /** Deliveries that are not taken yet. */
  get waiting(): number {
    return this.#queue.length + this.#sending + this.#pausing;
  }

  add(delivery: Delivery): void {
    this.#queue.push({ ...delivery, attempt: 0 });
    this.#next();
  }

  #next(): void {
    while (this.#sending < atOnce && this.#queue.length > 0) {
      const delivery = this.#queue.shift() as Delivery & { attempt: number };
      this.#sending++;
      void this.#send(delivery).finally(() => {
        this.#sending--;
        this.#next();
      });
    }
  }

  async #send(delivery: Delivery & { attempt: number }): Promise<void> {
    const began = now();
    const status = await this.#answer(delivery).catch(() => 0);
    this.milliseconds.push(now() - began);
    this.answers[status] = (this.answers[status] ?? 0) + 1;
    if (status >= 200 && status < 300) {
      this.taken.requests++;
      this.taken.events += delivery.events;
      return;
    }
    this.#pausing++;
    void pause(Math.min(firstPause * 2 ** delivery.attempt, longestPause)).then(() => {
      this.#pausing--;
      this.#queue.push({ ...delivery, attempt: delivery.attempt + 1 });
      this.#next();
    });
  }

  async #answer({ crm, path, body }: Delivery): Promise<number> {
    const headers = crm === "hubspot" ? signed(body) : { "content-type": "text/xml; charset=UTF-8" };
    const response = await fetch(this.origin + path, { method: "POST", body, headers });
    await response.arrayBuffer();
    return response.status;
  }
}

/** By version 3 of HubSpot's signatures; anew for each attempt, since they hold the time. */
function signed(body: string): Record<string, string> {
  const timestamp = String(Date.now());
  const signature = createHmac("sha256", app.clientSecret).update(`POST${publicUrl}${body}${timestamp}`);
  return {
    "content-type": "application/json",
    "x-hubspot-signature-v3": signature.digest("base64"),
    "x-hubspot-request-timestamp": timestamp,
  };
}
