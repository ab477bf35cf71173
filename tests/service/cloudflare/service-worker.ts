/** The deployment as it is, whose time is the test's, and whose objects let the test look inside. */

import type { Clock } from "../../../web/service/clock.js";
import type { Env } from "../../../web/service/cloudflare/environment.js";
import { TenantObject } from "../../../web/service/cloudflare/tenant-object.js";
import { createWorker } from "../../../web/service/cloudflare/worker.js";
import { answered } from "./asked.js";

/** When its time began, by the machine's clock, and how many times as fast it goes. */
export interface Time {
  began: number;
  speed: number;
}

const timeOf = (env: Env) => JSON.parse(env.TIME as string) as Time;

const clockOf = (env: Env): Clock => {
  const { began, speed } = timeOf(env);
  return {
    now: () => began + (Date.now() - began) * speed,
    sleep: (milliseconds) => new Promise<void>((done) => setTimeout(done, milliseconds / speed)),
  };
};

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

export default createWorker(clockOf);
