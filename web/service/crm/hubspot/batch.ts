/** One batch of writes, and what became of each: whatever the order of the answer, and whoever spoilt it for the others. */
import { CrmUnavailable, type CrmWritten } from "../client.js";
import type { HubSpotApi, HubSpotContact } from "./api.js";
import type { HubSpotError } from "./hubspot-error.js";

/** HubSpot's limit. */
export const inputsAtOnce = 100;

export interface Input {
  ref: string;
  /** Of the record, where it exists. */
  id?: string;
  /** What HubSpot is sent, without the trace id. */
  body: Record<string, unknown>;
  /** Whether this is its result, where nothing else tells. */
  matches(result: HubSpotContact): boolean;
}

export type Outcome =
  | { ref: string; state: "taken"; result: HubSpotContact | null }
  | { ref: string; state: "failed"; error: HubSpotError }
  | Extract<CrmWritten, { state: "unknown" | "later" }>;

/** `unavailable`: why some were not sent at all; those have no outcome. */
export interface Outcomes {
  outcomes: Outcome[];
  unavailable: CrmUnavailable | null;
}

export async function sendBatch(api: HubSpotApi, path: string, inputs: readonly Input[]): Promise<Outcomes> {
  const archives = path.endsWith("/archive");
  let answer: Awaited<ReturnType<HubSpotApi["send"]>>;
  try {
    const traced = inputs.map(({ body }, index) => (archives ? body : { ...body, objectWriteTraceId: String(index) }));
    answer = await api.send("POST", path, { inputs: traced });
  } catch (error) {
    if (error instanceof CrmUnavailable) return { outcomes: [], unavailable: error };
    throw error;
  }
  const all = (outcome: (input: Input) => Outcome) => ({ outcomes: inputs.map(outcome), unavailable: null });
  switch (answer.state) {
    case "ok":
      return all(assigned(inputs, answer.results, answer.errors, archives));
    case "unknown": {
      const { why } = answer;
      return all(({ ref }) => ({ ref, state: "unknown", why }));
    }
    case "later": {
      const { after, why } = answer;
      return all(({ ref }) => ({ ref, state: "later", after, why }));
    }
    case "failed": {
      const { error } = answer;
      if (inputs.length === 1) return all(({ ref }) => ({ ref, state: "failed", error }));
      // One bad input refuses them all, and the answer does not always say which: halves, until it stands alone.
      const half = inputs.length >> 1;
      const first = await sendBatch(api, path, inputs.slice(0, half));
      if (first.unavailable !== null) return first;
      const second = await sendBatch(api, path, inputs.slice(half));
      return { outcomes: [...first.outcomes, ...second.outcomes], unavailable: second.unavailable };
    }
  }
}

/** Results and errors come in any order: by trace id, by the record's id, by what they hold, and at last by elimination. */
function assigned(
  inputs: readonly Input[],
  results: readonly HubSpotContact[],
  errors: readonly HubSpotError[],
  archives: boolean,
) {
  const outcomes = new Map<Input, Outcome>();
  const open = new Set(results);
  const settle = (input: Input, result: HubSpotContact) => {
    outcomes.set(input, { ref: input.ref, state: "taken", result });
    open.delete(result);
  };
  inputs.forEach((input, index) => {
    const error = errors.find(
      ({ traces, ids }) => traces.includes(String(index)) || (input.id !== undefined && ids.includes(input.id)),
    );
    if (error !== undefined) outcomes.set(input, { ref: input.ref, state: "failed", error });
  });
  const tests: ((input: Input, index: number, result: HubSpotContact) => boolean)[] = [
    (_, index, result) => result.objectWriteTraceId === String(index),
    (input, _, result) => input.id !== undefined && result.id === input.id,
    (input, _, result) => input.id === undefined && result.objectWriteTraceId === undefined && input.matches(result),
  ];
  for (const test of tests) {
    inputs.forEach((input, index) => {
      const result = outcomes.has(input) ? undefined : [...open].find((each) => test(input, index, each));
      if (result !== undefined) settle(input, result);
    });
  }
  const left = inputs.filter((input) => !outcomes.has(input));
  const nameless = errors.filter(({ traces, ids }) => traces.length === 0 && ids.length === 0);
  const [input] = left;
  const [result] = open;
  if (left.length === 1 && input !== undefined) {
    if (result !== undefined && open.size === 1 && nameless.length === 0 && input.id === undefined)
      settle(input, result);
    if (open.size === 0 && nameless.length === 1 && nameless[0] !== undefined) {
      outcomes.set(input, { ref: input.ref, state: "failed", error: nameless[0] });
    }
  }
  // An archive answers for what went wrong only; of everything else an input without an answer is in doubt.
  return (input: Input): Outcome =>
    outcomes.get(input) ??
    (archives
      ? { ref: input.ref, state: "taken", result: null }
      : { ref: input.ref, state: "unknown", why: "the answer does not name it" });
}
