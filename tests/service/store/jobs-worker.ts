/** A Durable Object that holds nothing but jobs, at a time that its caller says. */
import { DurableObject } from "cloudflare:workers";
import { createObjectJobs, jobTables, type ObjectJobs } from "../../../web/service/cloudflare/object-jobs.js";
import type { QueueTimes } from "../../../web/service/jobs/failures.js";
import type { Wake } from "../../../web/service/jobs/jobs.js";
import type { IntegrationRef } from "../../../web/service/store/model.js";
import type { Sql } from "../../../web/service/store/sql.js";
import { Turns } from "../../../web/service/turns.js";

/** The object's transaction is nobody's to hand over. */
const none = {} as Sql;

export class Queue extends DurableObject {
  #jobs!: ObjectJobs;
  #now = 0;
  #alarms: number[] = [];
  #events: unknown[] = [];
  readonly #turns = new Turns();

  open(times: Partial<QueueTimes>): void {
    const { sql } = this.ctx.storage;
    for (const statement of jobTables) sql.exec(statement);
    this.#jobs = createObjectJobs({
      sql,
      alone: (work) => this.#turns.run("", async () => work()),
      setAlarm: (at) => this.#alarms.push(at),
      clock: { now: () => this.#now, sleep: async () => {} },
      times,
      log: (event, detail) => this.#events.push([event, detail]),
    });
  }

  /** What comes over as JSON stays what it is; an error and a date are made of it. */
  call(now: number, method: keyof ObjectJobs, json: string): Promise<string> {
    const args = JSON.parse(json) as unknown[];
    if (method === "failed") args[2] = Object.assign(new TypeError("jane@example.com"), args[2]);
    if (method === "prune") args[0] = new Date(args[0] as string);
    const called = this.#jobs[method] as (...args: unknown[]) => unknown;
    return this.#answer(now, () => called.apply(this.#jobs, args));
  }

  wake(now: number, integration: IntegrationRef, wakes: Wake[], inVain = false): Promise<string> {
    const work = async () => {
      await this.#jobs.wake(none, integration, wakes);
      if (inVain) throw new Error("changed its mind");
    };
    return this.#answer(now, () => this.#transaction(work));
  }

  async #answer(now: number, work: () => unknown): Promise<string> {
    this.#now = now;
    this.#alarms = [];
    try {
      return JSON.stringify({ result: await work() });
    } catch (error) {
      return JSON.stringify({ error: String(error) });
    }
  }

  /** Takes while a transaction is open that wakes and is undone. */
  async takeMeanwhile(now: number, integration: IntegrationRef, wakes: Wake[]): Promise<string> {
    this.#now = now;
    let taking: Promise<unknown> | undefined;
    const undone = this.#transaction(async () => {
      await this.#jobs.wake(none, integration, wakes);
      taking = this.#jobs.take(10);
      for (let n = 0; n < 20; n++) await null;
      throw new Error("changed its mind");
    });
    await undone.catch(() => {});
    return JSON.stringify(await taking);
  }

  /** What the jobs said: which alarms in the last call, and what was logged since the object was opened. */
  said(): string {
    return JSON.stringify({ alarm: this.#alarms.length > 0 ? Math.min(...this.#alarms) : null, events: this.#events });
  }

  rows(query: string): string {
    return JSON.stringify(this.ctx.storage.sql.exec(query).toArray());
  }

  #transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run("", () => this.ctx.storage.transaction(work));
  }
}

export default { fetch: () => new Response(null, { status: 404 }) };
