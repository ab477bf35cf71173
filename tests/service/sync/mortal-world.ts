/** A world whose process may die while a scenario is played, is followed by another, and whose callers ask again. */
import assert from "node:assert/strict";
import { createPostgresStore } from "../../../web/service/store/postgres/postgres-store.js";
import { keyring } from "../store/support.js";
import { Death, Life, mortalClock, mortalDatabase, mortalFetch, mortalJobs, mortalStore } from "./fault-points.js";
import { expire, jobTable } from "./waits.js";
import { start, type World, type WorldOptions, world } from "./world.js";

type Process = Awaited<ReturnType<typeof start>>;

/** A job of a process that died comes back when its time is over, and somebody has noticed. */
const jobTime = 75_000;

export interface MortalWorld extends World {
  /** From now on a process works that dies at the first of these fault points, the one after it at the second, … */
  dieAt(points: readonly number[]): Promise<void>;
  lives: Life[];
  /** The fault points at which one died. */
  deaths: string[];
}

export async function mortalWorld(options: WorldOptions): Promise<MortalWorld> {
  const w = (await world(options)) as MortalWorld;
  w.lives = [];
  w.deaths = [];
  let ends: number[] = [];
  let process: Process = { context: w.context, service: w.service, app: w.app, clients: w.clients, log: w.log };
  let life = new Life();
  let following: Promise<void> | null = null;
  let jobsBack: number | null = null;

  async function follow(): Promise<void> {
    life = new Life(ends.shift() ?? null);
    w.lives.push(life);
    const { jobs, standIn, sql, clock } = w;
    const own = mortalJobs(life, jobs);
    const store = mortalStore(life, createPostgresStore(mortalDatabase(life, sql), own, clock, keyring));
    const fetch = mortalFetch(life, (request) => standIn.handle(request));
    process = await start({ store, jobs: own, clock: mortalClock(life, clock) as typeof clock, fetch });
    w.log = process.log;
  }

  async function mourn(death: Death): Promise<void> {
    following ??= (async () => {
      w.deaths.push(death.message);
      jobsBack = w.clock.now() + jobTime;
      await follow();
      following = null;
    })();
    await following;
  }

  async function once<T>(work: (process: Process) => Promise<T>): Promise<T> {
    await following;
    try {
      return await life.orEnds(work(process));
    } catch (error) {
      if (error instanceof Death) await mourn(error);
      throw error;
    }
  }

  async function again<T>(work: (process: Process) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await once(work);
      } catch (error) {
        if (!(error instanceof Death)) throw error;
      }
    }
  }

  w.app = {
    // The CRM that sent it tries again later, by its own rules.
    fetch: (request: Request) => once(async ({ app }) => app.fetch(request)),
    // PenguinMails, or a person, sends it once more.
    request: (path: string, init: RequestInit) => again(async ({ app }) => app.request(path, init)),
  } as unknown as World["app"];
  w.service = { drain: () => again(({ service }) => service.drain()) } as World["service"];

  const unfinished = async () => {
    const [row] = await w.sql.query<{ jobs: number }>(
      `select count(*)::int as jobs from ${jobTable} where state in ('created', 'retry', 'active') and name like 'sync.%'`,
    );
    return row?.jobs ?? 0;
  };

  w.settle = async (limit = 60) => {
    for (let round = 0; round < limit; round++) {
      const delivered = await w.deliver();
      await w.service.drain();
      // A person has to connect it anew before anything goes on.
      if ((await w.integration()).state === "revoked") return;
      if (delivered === 0 && w.standIn.waiting === 0 && (await unfinished()) === 0) return;
      await w.pass(Math.min(250 * 4 ** round, 600_000));
      if (jobsBack !== null && w.clock.now() >= jobsBack) {
        jobsBack = null;
        await expire(w.sql);
      }
    }
    assert.fail(`after ${limit} rounds something still waits`);
  };

  w.dieAt = async (points) => {
    ends = [...points];
    await follow();
  };
  return w;
}
