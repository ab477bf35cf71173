/**
 * A process that can die before and after each of its inputs and outputs. A dead process does nothing any more: what it
 * waits for never comes, so that none of its error handling runs; its connection to the database is gone, so that what it
 * had not committed is undone.
 */
import type { Clock } from "../../../web/service/clock.js";
import type { Jobs } from "../../../web/service/jobs/jobs.js";
import type { Database, Sql } from "../../../web/service/store/sql.js";
import type { SyncStore } from "../../../web/service/store/store.js";

/** What whoever waits for a process is told of its end. */
export class Death extends Error {
  override readonly name = "Death";
}

const never = new Promise<never>(() => {});

export class Life {
  /** Every fault point in the order in which it was passed. */
  readonly passed: string[] = [];
  /** Rejects at its end. */
  readonly end: Promise<never>;
  isOver = false;
  #die: (death: Death) => void = () => {};

  constructor(
    /** The fault point to die at, counted from 0; null: none. */
    readonly last: number | null = null,
  ) {
    this.end = new Promise((_, reject) => {
      this.#die = reject;
    });
    this.end.catch(() => {});
  }

  /** Goes on where the process does. */
  async point(name: string): Promise<void> {
    if (this.isOver) return never;
    this.passed.push(name);
    if (this.passed.length - 1 !== this.last) return;
    this.isOver = true;
    this.#die(new Death(name));
    return never;
  }

  /** Something outside of the process, which may be done although the process never hears of it. */
  async reaches<T>(name: string, work: () => Promise<T>): Promise<T> {
    await this.point(`before ${name}`);
    try {
      return await work();
    } finally {
      await this.point(`after ${name}`);
    }
  }

  /** What ends with the process wherever it stands, as a transaction does and a lock. */
  async holds<T>(work: () => Promise<T>): Promise<T> {
    if (this.isOver) return never;
    try {
      return await work();
    } catch (error) {
      return error instanceof Death ? never : Promise.reject(error);
    }
  }

  orEnds = <T>(work: Promise<T>): Promise<T> => Promise.race([work, this.end]);
}

/** Each of its methods with a fault point before and after. */
function mortalMethods<T extends object>(life: Life, name: string, ports: T): T {
  return new Proxy(ports, {
    get(target, method) {
      const member: unknown = Reflect.get(target, method);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => life.reaches(`${name}.${String(method)}`, () => member.apply(target, given));
    },
  });
}

export const mortalStore = (life: Life, store: SyncStore): SyncStore => {
  const within = (trace: string) => mortalStore(life, store.within(trace));
  return Object.assign(Object.create(mortalMethods(life, "store", store)), { within });
};

/** A wake-up is a statement of the caller's transaction, and is counted there. */
export function mortalJobs(life: Life, jobs: Jobs): Jobs {
  const mortal = mortalMethods(life, "jobs", jobs);
  return new Proxy(mortal, {
    get: (target, method) =>
      method === "wake" ? (...given: Parameters<Jobs["wake"]>) => jobs.wake(...given) : Reflect.get(target, method),
  });
}

const statements = (life: Life, sql: Sql): Sql => ({
  query: (text, values) =>
    life.reaches(`statement ${text.trim().split(/\s+/, 3).join(" ")}`, () => sql.query(text, values)),
});

export function mortalDatabase(life: Life, database: Database): Database {
  return {
    ...statements(life, database),
    transaction: (tenant, work) =>
      life.holds(() =>
        database.transaction(tenant, (sql) =>
          // Without COMMIT the server undoes the transaction of a connection that has gone.
          life.orEnds(work(statements(life, sql))),
        ),
      ),
    exclusively: (name, work) => life.holds(() => database.exclusively(name, () => life.orEnds(work()))),
    script: (text) => life.reaches("script", () => database.script(text)),
    close: () => database.close(),
  };
}

export const mortalFetch =
  (life: Life, fetch: (request: Request) => Promise<Response>) =>
  (request: Request): Promise<Response> =>
    life.reaches(`${request.method} ${new URL(request.url).pathname}`, () => fetch(request));

export const mortalClock = (life: Life, clock: Clock): Clock => ({
  now: () => clock.now(),
  sleep: async (milliseconds) => {
    await clock.sleep(milliseconds);
    if (life.isOver) await never;
  },
});
