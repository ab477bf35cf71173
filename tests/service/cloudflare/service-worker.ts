/** The deployment as it is, whose time is the test's, and whose objects let the test look inside. */

import type { Env } from "../../../web/service/cloudflare/environment.js";
import { TenantObject } from "../../../web/service/cloudflare/tenant-object.js";
import { createWorker } from "../../../web/service/cloudflare/worker.js";
import { fastClock, type Time } from "../sync/fast-clock.js";
import { answered, askedAt } from "./asked.js";
import { withOutsideQueue } from "./outside-queue.js";

const timeOf = (env: Env) => JSON.parse(env.TIME as string) as Time;

const clockOf = (env: Env) => fastClock(timeOf(env));

export class TestTenant extends TenantObject {
  protected override readonly clock = clockOf(this.env);

  protected override moment(due: number): number {
    return Date.now() + Math.ceil(Math.max(0, due - this.clock.now()) / timeOf(this.env).speed);
  }

  ask(tenant: string, text: string): Promise<string> {
    return answered(text, async () => {
      const { store, jobs, clients, database, service } = await this.open(tenant);
      return { store, jobs, clients, database, service };
    });
  }
}

type Worker = ReturnType<typeof createWorker>;

/** Whose objects answer what the test asks, in the language of asked.ts. */
export function withQuestions(worker: Worker): Worker {
  return {
    ...worker,
    async fetch(request, env) {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith(askedAt)) return worker.fetch(request, env);
      const tenant = pathname.slice(askedAt.length);
      const object = env.TENANTS.getByName(tenant) as unknown as Pick<TestTenant, "ask">;
      return new Response(await object.ask(tenant, await request.text()));
    },
  };
}

export default withQuestions(withOutsideQueue(createWorker(clockOf)));
