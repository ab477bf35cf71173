/** New contacts; what is wrong with one may refuse them all. */
import { behaves } from "../behaviours.js";
import { type Answered, answered, inputsOf, type Result, traced } from "./batch.js";
import { alreadyExists, uniqueAmong } from "./conflicts.js";
import { held, refuse, throwRefusals } from "./errors.js";
import { left } from "./presentation.js";
import { type State, urlOf } from "./state.js";
import { prepare, propertiesOf } from "./writes.js";

behaves(
  "hubspot",
  "recorded",
  "Values that are not taken refuse a whole batch.",
  "sample hs-batch-create-400-invalid-props.json",
);
behaves(
  "hubspot",
  "recorded",
  "Where every input has an objectWriteTraceId of its own, a contact that is there already is an error among the results of a batch create, with 207; otherwise it refuses them all with 409.",
  "samples hs-batch-create-207-conflict.json, hs-batch-create-409.json; the condition is documented for multi-status errors",
);
behaves(
  "hubspot",
  "assumed",
  "A unique property's value that another contact holds refuses a whole batch of creates with 400; addresses are conflicts.",
  "the message is recorded for single updates of an address",
);
behaves(
  "hubspot",
  "assumed",
  "Of two new contacts with one address in a batch, the second is a conflict with the first.",
  "not recorded",
);

export function batchCreate(state: State, body: unknown): Answered {
  const began = state.clock.now();
  const inputs = inputsOf(body, 100);
  const traces = inputs.map(({ objectWriteTraceId }) => objectWriteTraceId);
  const isTraced = traces.every((trace) => typeof trace === "string") && new Set(traces).size === traces.length;
  const prepared = inputs.map(({ properties }) => prepare(state, null, propertiesOf(properties), state.app));
  throwRefusals(prepared.flatMap(({ refusals }) => refusals));
  // Of one address the first input is a new contact, and the others find it there.
  const reserved = new Map<string, string>();
  const parts = prepared.map(({ values, once }) => {
    const id = state.contacts.newId();
    const email = values.get("email") ?? "";
    const taken = email === "" ? undefined : (state.contacts.holders.find("email", email) ?? reserved.get(email));
    const existing = once === "CONFLICT" ? (taken ?? "0") : taken;
    if (existing === undefined && email !== "") reserved.set(email, id);
    const other = state.contacts.holders.conflict(values);
    if (existing === undefined && other !== null) {
      throw held(state.id, other.property, other.value, { id: other.id, on: id });
    }
    return { id, values, existing };
  });
  uniqueAmong(state, parts);
  if (!isTraced && parts.some(({ existing }) => existing !== undefined)) {
    throw refuse(409, "CONFLICT", "Contact already exists");
  }
  const results: Result[] = [];
  const errors: unknown[] = [];
  for (const [index, { id, values, existing }] of parts.entries()) {
    const trace = traces[index];
    if (existing !== undefined) {
      const context = { objectWriteTraceId: [String(trace)], existingId: [existing] };
      errors.push({ status: "error", category: "CONFLICT", message: alreadyExists(existing), context });
      continue;
    }
    const { now } = state.contacts.create(id, values, state.app);
    results.push(traced(left(state.schema, now, values.keys(), urlOf(state.id, id)), trace));
  }
  return answered(state, began, results, errors, true);
}
