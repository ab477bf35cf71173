/** What all batches share: up to a hundred inputs, each of them once, and how they are answered. */
import { behaves } from "../behaviours.js";
import type { Contact } from "./contacts.js";
import { badRequest } from "./errors.js";
import type { Presented } from "./presentation.js";
import type { State } from "./state.js";

behaves(
  "hubspot",
  "documented",
  "A batch has 1 to 100 inputs, 50 where histories are read.",
  "HubSpot, CRM object APIs: batch limits",
);
behaves("hubspot", "recorded", "An id twice in a batch refuses it.", "sample hs-batch-400-duplicate-ids.json");
behaves(
  "hubspot",
  "assumed",
  "An id twice in a batch of reads, or of deletions, refuses it too.",
  "recorded for updates",
);
behaves(
  "hubspot",
  "recorded",
  "Inputs of records that are not there are told as one error among the results, with 207.",
  "sample hs-batch-update-207-not-found.json",
);
behaves(
  "hubspot",
  "assumed",
  "Results are in another order than inputs.",
  "integrators report it; no page says either",
);
behaves(
  "hubspot",
  "recorded",
  "An idProperty that is not unique, also hs_object_id, refuses the request with 400.",
  "github.com/segmentio/action-destinations/pull/3957, of updates",
);

export type Input = Record<string, unknown>;
export interface Answered {
  status: number;
  body?: unknown;
}

export function inputsOf(body: unknown, most: number): Input[] {
  const { inputs } = (body ?? {}) as { inputs?: unknown };
  if (!Array.isArray(inputs) || inputs.length === 0) throw badRequest("inputs must not be empty");
  if (inputs.length > most) throw badRequest(`The number of inputs must be at most ${most}`);
  if (!inputs.every((input) => typeof input === "object" && input !== null)) throw badRequest("an input is no object");
  return inputs as Input[];
}

/** In the request's order, as texts. */
export function idsOf(inputs: readonly Input[]): string[] {
  const ids = inputs.map(({ id }) => {
    if (typeof id !== "string" && typeof id !== "number") throw badRequest("an input lacks its id");
    return String(id);
  });
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const id of ids) (seen.has(id.toLowerCase()) ? twice : seen).add(id.toLowerCase());
  if (twice.size > 0) {
    const message = `Duplicate IDs found in batch input: [${[...twice].join(", ")}]. IDs must be unique`;
    throw badRequest(message, { ids: [...twice] });
  }
  return ids;
}

/** The live contact by its own id, or by a unique property. */
export function find(state: State, id: string, idProperty: unknown): Contact | null {
  if (idProperty === undefined) return state.contacts.getLive(id);
  const name = String(idProperty);
  if (name !== "email" && state.schema.property(name)?.unique !== true) {
    throw badRequest(`Unable to perform update/upsert by non-unique 0-1 property ${name} in portal ID ${state.id}`);
  }
  return state.contacts.getLive(state.contacts.holders.find(name, id) ?? "");
}

export type Result = Presented & { objectWriteTraceId?: string };

export function answered(state: State, began: number, results: Result[], errors: unknown[], created = false): Answered {
  const [startedAt, completedAt] = [began, state.clock.now()].map((time) => new Date(time).toISOString());
  const body = { completedAt, status: "COMPLETE", startedAt, results: results.reverse() };
  if (errors.length === 0) return { status: created ? 201 : 200, body };
  return { status: 207, body: { ...body, errors, numErrors: errors.length } };
}

export const missing = (ids: readonly string[]) => ({
  status: "error",
  category: "OBJECT_NOT_FOUND",
  message: "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",
  context: { ids },
});

export const traced = (result: Presented, trace: unknown): Result =>
  typeof trace === "string" ? { ...result, objectWriteTraceId: trace } : result;
