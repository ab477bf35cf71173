/** What an alarm does: works until nothing is due, or for one turn; what is left is the next alarm's. */
import type { Lane } from "../jobs/jobs.js";
import type { SyncContext } from "../sync/context.js";
import { takeBatch, workOn } from "../sync/worker.js";

/** Milliseconds; an event of an object may take minutes, but what it has asked of CRMs counts against one limit. */
const turn = 20_000;
const batches = 25;
/** Woken sooner by what comes in. */
const idle = 100;

/**
 * Several batches at the same time: while one waits for its CRM, another is decided on, what comes in meanwhile too. One
 * never waits for a run's.
 */
export async function workFor(context: SyncContext): Promise<void> {
  const { clock, jobs } = context;
  const until = clock.now() + turn;
  let left = batches;
  let working = 0;
  const loop = async (least?: Lane) => {
    while (left > 0 && clock.now() < until) {
      const batch = await takeBatch(context, least);
      if (batch !== null) {
        left--;
        working++;
        await workOn(context, batch).finally(() => working--);
      } else if (working > 0) await jobs.idle(idle);
      else return;
    }
  };
  const ended = await Promise.allSettled([loop("live"), loop(), loop()]);
  const failed = ended.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
