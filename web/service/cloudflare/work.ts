/** What an alarm does: works until nothing is due, or for one turn; what is left is the next alarm's. */
import type { Lane } from "../jobs/jobs.js";
import type { SyncContext } from "../sync/context.js";
import { workOnce } from "../sync/worker.js";

/** Milliseconds; an event of an object may take minutes, but what it has asked of CRMs counts against one limit. */
const turn = 20_000;
const batches = 25;

/** Several batches at the same time: while one waits for its CRM, another is decided on. One never waits for a run's. */
export async function workFor(context: SyncContext): Promise<void> {
  const until = context.clock.now() + turn;
  let left = batches;
  const loop = async (least?: Lane) => {
    while (left-- > 0 && context.clock.now() < until && (await workOnce(context, least)));
  };
  const ended = await Promise.allSettled([loop("live"), loop(), loop()]);
  const failed = ended.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
