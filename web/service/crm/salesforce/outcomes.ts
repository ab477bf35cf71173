/** One answer for each write, whatever became of the calls that they went in. */
import { CrmUnavailable, type CrmWrite, type CrmWritten } from "../client.js";
import { outcomeOf, unavailable } from "./errors.js";
import type { Answer } from "./requests.js";

export type Write<Kind extends CrmWrite["kind"]> = Extract<CrmWrite, { kind: Kind }>;
export type Answers = Map<string, CrmWritten>;

/** By the writes' `ref`s, so that no answer goes to another write. */
export function answer(answers: Answers, { ref }: CrmWrite, outcome: Parameters<typeof withRef>[1]): void {
  answers.set(ref, withRef(ref, outcome));
}

const withRef = (ref: string, outcome: ReturnType<typeof outcomeOf>) => ({ ...outcome, ref }) as CrmWritten;

export function allOf(answers: Answers, writes: readonly CrmWrite[], outcome: ReturnType<typeof outcomeOf>): void {
  for (const write of writes) answer(answers, write, outcome);
}

/**
 * Sends writes together. A call that Salesforce refuses as a whole is one that none of them was taken of: sent again in
 * halves, so that the one that is wrong stands alone.
 */
export async function sendTogether<W extends CrmWrite>(
  answers: Answers,
  writes: readonly W[],
  send: (writes: readonly W[]) => Promise<Answer | { unknown: string }>,
  taken: (writes: readonly W[], body: unknown) => Promise<void> | void,
): Promise<void> {
  const result = await send(writes);
  if ("unknown" in result) return allOf(answers, writes, { state: "unknown", why: result.unknown });
  if (result.status === 200) return taken(writes, result.body);
  // No such object or key field: that is about no record.
  if (result.status === 404) throw unavailable(result.status, result.errors);
  if (writes.length === 1) return allOf(answers, writes, outcomeOf(result.status, result.errors, []));
  const half = Math.ceil(writes.length / 2);
  await sendTogether(answers, writes.slice(0, half), send, taken);
  await sendTogether(answers, writes.slice(half), send, taken);
}

/** Runs what sends; where Salesforce cannot be had any more, what has no answer by then was not sent. */
export async function answered(
  writes: readonly CrmWrite[],
  steps: readonly ((answers: Answers) => Promise<void>)[],
): Promise<CrmWritten[]> {
  const answers: Answers = new Map();
  try {
    for (const step of steps) await step(answers);
  } catch (error) {
    if (!(error instanceof CrmUnavailable) || answers.size === 0) throw error;
    const rest = writes.filter(({ ref }) => !answers.has(ref));
    allOf(answers, rest, { state: "later", after: error.after || 60_000, why: error.message });
  }
  return writes.map(({ ref }) => answers.get(ref) ?? { ref, state: "unknown", why: "no answer" });
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  const cut: T[][] = [];
  for (let at = 0; at < items.length; at += size) cut.push(items.slice(at, at + size));
  return cut;
}
