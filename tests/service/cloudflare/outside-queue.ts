/**
 * A queue that outlives workerd, as the platform's does: its messages are kept by the test, which also brings them. The
 * queue of miniflare is in memory, and would lose with the process what the platform does not lose.
 */
import type { Env, Message } from "../../../web/service/cloudflare/environment.js";
import type { createWorker } from "../../../web/service/cloudflare/worker.js";

/** Where messages are sent to, and where the Worker takes them. */
export const queueUrl = "https://queue.example/";
const door = "/outside-queue";

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
      const acknowledged: number[] = [];
      const bodies = (await request.json()) as Message[];
      const messages = bodies.map((body, index) => ({ body, ack: () => void acknowledged.push(index), retry() {} }));
      await worker.queue({ queue: "webhooks", messages }, envOf(env));
      return Response.json(acknowledged);
    },
    scheduled: (event, env) => worker.scheduled(event, envOf(env)),
  };
}

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
    const request = new Request(new URL(door, queueUrl), { method: "POST", body: JSON.stringify(brought) });
    const answer = await fetchIt(request).catch(() => null);
    const acknowledged: number[] = answer?.ok ? await answer.json() : [];
    const done = new Set(acknowledged.map((index) => brought[index]));
    this.#messages = this.#messages.filter((message) => !done.has(message));
  }
}
