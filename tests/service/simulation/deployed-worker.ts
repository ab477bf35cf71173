/** The deployment as it is, in which time passes when the simulation says so, and alarms go off when it asks for them. */
import type { Env, Message } from "../../../web/service/cloudflare/environment.js";
import type { MessageBatch, Queue } from "../../../web/service/cloudflare/runtime.js";
import { createWorker } from "../../../web/service/cloudflare/worker.js";
import { TestTenant as Asked } from "../cloudflare/service-worker.js";
import { variantOf } from "./broken.js";
import { queueAddress, timeHeader, type Work } from "./deployed-calls.js";

/** Whoever hears of a later time is there. Each request and each answer says what time it is for its sender. */
let now = 0;
const hear = (headers: Headers) => {
  now = Math.max(now, Number(headers.get(timeHeader)));
};
const clock = {
  now: () => now,
  sleep: async (milliseconds: number) => {
    now += milliseconds;
  },
};

const out = globalThis.fetch;
globalThis.fetch = async (input: string | URL | Request, init?: RequestInit) => {
  const request = new Request(input, init);
  request.headers.set(timeHeader, String(now));
  const response = await out(request);
  hear(response.headers);
  return response;
};

/** Turns of an object; more follow each other only where what is due is never dealt with. */
const most = 1_000;
const year = 365 * 86_400_000;

export class TestTenant extends Asked {
  protected override readonly clock = clock;
  #broken = false;

  /** No alarm goes off by itself. */
  protected override moment(): number {
    return Date.now() + year;
  }

  protected override async open(tenant?: string) {
    const opened = await super.open(tenant);
    if (!this.#broken) variantOf(String(this.env.BROKEN)).context?.(opened.context);
    this.#broken = true;
    return opened;
  }

  async work(): Promise<void> {
    const { jobs } = await this.open();
    const isDue = () => (jobs.nextDue() ?? Number.POSITIVE_INFINITY) <= now;
    for (let turn = 0; isDue(); turn++) {
      if (turn === most) throw new Error("something is due and never dealt with");
      await this.alarm();
    }
  }
}

/** The platform's queue is the simulation's: what it has taken it keeps, whatever becomes of the Worker. */
const send = async (messages: readonly Message[]) => {
  const { ok } = await fetch(queueAddress, { method: "POST", body: JSON.stringify(messages) });
  if (!ok) throw new Error("the queue took nothing");
};
const WEBHOOKS: Queue<Message> = {
  send: (message) => send([message]),
  sendBatch: (messages) => send(messages.map(({ body }) => body)),
};

const worker = createWorker(() => clock);

async function work(env: Env, asked: Work): Promise<unknown> {
  // biome-ignore lint/suspicious/noExplicitAny: the object's own methods, which the deployment has none of
  const objectOf = (tenant: string) => env.TENANTS.getByName(tenant) as any;
  switch (asked.kind) {
    case "ask":
      return objectOf(asked.tenant).ask(asked.tenant, asked.text);
    case "work":
      return objectOf(asked.tenant).work();
    case "cron":
      return worker.scheduled({}, env);
    case "queue": {
      const delays: (number | null)[] = asked.messages.map(() => 0);
      const messages = asked.messages.map((body, index) => ({
        body,
        ack() {
          delays[index] = null;
        },
        retry({ delaySeconds = 0 } = {}) {
          delays[index] = delaySeconds;
        },
      }));
      await worker.queue({ queue: asked.queue, messages } satisfies MessageBatch<Message>, env);
      return delays;
    }
  }
}

export default {
  async fetch(request: Request, given: Env): Promise<Response> {
    hear(request.headers);
    const env = { ...given, WEBHOOKS };
    const isOurs = new URL(request.url).pathname === "/simulation";
    const answer = isOurs
      ? new Response(JSON.stringify((await work(env, await request.json())) ?? null))
      : await worker.fetch(request, env);
    const headers = new Headers(answer.headers);
    headers.set(timeHeader, String(now));
    return new Response(answer.body, { status: answer.status, headers });
  },
};
