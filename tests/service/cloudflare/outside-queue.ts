/**
 * A queue that outlives workerd, as the platform's does: its messages are kept by the test, which also brings them. The
 * queue of miniflare is in memory, and would lose with the process what the platform does not lose.
 */
import type { Env, Message } from "../../../web/service/cloudflare/environment.js";
import type { createWorker } from "../../../web/service/cloudflare/worker.js";

/** Where messages are sent to, and where the Worker takes them. */
export const queueUrl = "https://queue.example/";
const door = "/outside-queue";

/** What the Worker is brought. It answers with the seconds until each is to come again; null: it is dealt with. */
interface Brought {
  queue: string;
  messages: readonly Message[];
}
export type Delays = readonly (number | null)[];

type Worker = ReturnType<typeof createWorker>;

/** In the Worker. */
export function withOutsideQueue(worker: Worker): Worker {
  const send = async (messages: readonly Message[]) => {
    const answer = await fetch(queueUrl, { method: "POST", body: JSON.stringify(messages) });
    if (!answer.ok) throw new Error("the queue takes nothing");
  };
  const outside: Env["WEBHOOKS"] = {
    send: (message) => send([message]),
    sendBatch: (messages) => send(messages.map(({ body }) => body)),
  };
  const envOf = (env: Env): Env => (env.OUTSIDE_QUEUE === true ? { ...env, WEBHOOKS: outside } : env);
  return {
    ...worker,
    async fetch(request, env) {
      if (env.OUTSIDE_QUEUE !== true || new URL(request.url).pathname !== door)
        return worker.fetch(request, envOf(env));
      const { queue, messages: bodies } = (await request.json()) as Brought;
      const delays: (number | null)[] = bodies.map(() => 0);
      const messages = bodies.map((body, index) => ({
        body,
        ack() {
          delays[index] = null;
        },
        retry({ delaySeconds = 0 } = {}) {
          delays[index] = delaySeconds;
        },
      }));
      await worker.queue({ queue, messages }, envOf(env));
      return Response.json(delays);
    },
    scheduled: (event, env) => worker.scheduled(event, envOf(env)),
  };
}

export const bringing = (brought: Brought) =>
  new Request(new URL(door, queueUrl), { method: "POST", body: JSON.stringify(brought) });

/** In the test. */
export class OutsideQueue {
  #messages: Message[] = [];

  get waiting(): number {
    return this.#messages.length;
  }

  take(messages: readonly Message[]): void {
    this.#messages.push(...messages);
  }

  /** Brings what waits; what is not acknowledged waits on, or comes again. */
  async deliver(fetchIt: (request: Request) => Promise<Response>): Promise<void> {
    const brought = this.#messages.slice(0, 10);
    if (brought.length === 0) return;
    const answer = await fetchIt(bringing({ queue: "webhooks", messages: brought })).catch(() => null);
    const delays: Delays = answer?.ok ? await answer.json() : [];
    const done = new Set(brought.filter((_, index) => delays[index] === null));
    this.#messages = this.#messages.filter((message) => !done.has(message));
  }
}
