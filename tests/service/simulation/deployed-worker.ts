/** The deployment as it is, in which time passes when the simulation says so, and alarms go off when it asks for them. */
import type { Env } from "../../../web/service/cloudflare/environment.js";
import { createWorker } from "../../../web/service/cloudflare/worker.js";
import { withOutsideQueue } from "../cloudflare/outside-queue.js";
import { TestTenant as Asked, withQuestions } from "../cloudflare/service-worker.js";
import { variantOf } from "./broken.js";
import { cronAt, timeHeader, workAt } from "./deployed-calls.js";

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

const worker = withQuestions(withOutsideQueue(createWorker(() => clock)));

/** What the simulation asks for itself. */
async function ours(path: string, env: Env): Promise<Response | null> {
  if (path === cronAt) await worker.scheduled({}, env);
  else if (path.startsWith(workAt)) {
    const object = env.TENANTS.getByName(path.slice(workAt.length)) as unknown as Pick<TestTenant, "work">;
    await object.work();
  } else return null;
  return new Response();
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    hear(request.headers);
    const answer = (await ours(new URL(request.url).pathname, env)) ?? (await worker.fetch(request, env));
    const headers = new Headers(answer.headers);
    headers.set(timeHeader, String(now));
    return new Response(answer.body, { status: answer.status, headers });
  },
};
