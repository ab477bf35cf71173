import { isDeepStrictEqual } from "node:util";
import type { Decision } from "../../../bindings/package/node.js";
import { type Command, catalog, crm, json, lookups, mappingAndInputs } from "../command.js";
import { crmFor } from "../crm.js";
import { readDecision } from "../decision.js";
import { failure } from "../failure.js";
import { bytesAt, memberNamed, membersOf, wholeText } from "../json-text.js";
import { loadMapping, lookupsOf } from "../mapping-file.js";
import { completePair } from "../pairs.js";
import { runRecords } from "../records.js";
import { Reporter } from "../report.js";

/** What differs between a recorded decision and the one that is made now: parts, and entries in the place of `fields`. */
function differences(recorded: Decision, now: Decision): string[] {
  const parts = Object.keys(now).filter((key) => key !== "fields") as (keyof Decision)[];
  const differing: string[] = parts.filter((part) => !isDeepStrictEqual(recorded[part], now[part]));
  for (const field of now.fields) {
    const before = recorded.fields?.find(({ id }) => id === field.id);
    if (!isDeepStrictEqual(before, field)) differing.push(`field ${field.id}`);
  }
  return differing;
}

export const replay: Command = {
  name: "replay",
  usage: "crm-sync replay mapping.yaml [recorded.ndjson …]",
  summary: "whether recorded decisions come out the same again",
  details: [
    'Reads {"input": …, "decision": …}, a pair as `resolve` reads it and what was decided, and decides each again. Writes\n{"index": n, "same": true} a line, or what differs and the decision as it is now.',
    "A decision that comes out differently makes the exit code 1. One of another version of the mapping says so\n(`mapping` among what differs): replay it with the mapping that it was made with.",
  ],
  options: { catalog, crm, lookups, json },
  async run(values, positionals) {
    const [file, inputs] = mappingAndInputs(this, positionals);
    const context = await lookupsOf(values);
    const reporter = new Reporter(values.json === true);
    const mapping = await loadMapping(file, values, reporter);
    if (mapping === null) return 1;
    const envelope = crmFor(values, mapping);
    const recorded = new WeakMap<Uint8Array, Uint8Array>();
    const counts = await runRecords(
      inputs,
      {
        open(text) {
          const members = membersOf(text, wholeText(text)) ?? [];
          const [input, decision] = [memberNamed(members, "input"), memberNamed(members, "decision")];
          if (input === undefined || decision === undefined)
            return [{ offset: 0, record: failure("CLI007", "a recorded decision is {input, decision}") }];
          // The recorded input says when it was: the present decides nothing here.
          const record = completePair(bytesAt(text, input), envelope, "");
          if (record instanceof Uint8Array) recorded.set(record, bytesAt(text, decision));
          return [{ offset: input.start, record }];
        },
        verbatim: false,
        call: (batch) => mapping.resolveMany(batch, context),
        finish(line, place, record) {
          const now = readDecision(line);
          const before = readDecision(recorded.get(record) as Uint8Array);
          const differing = differences(before, now);
          const { index } = place;
          if (differing.length === 0)
            return { line: Buffer.from(JSON.stringify({ index, same: true })), failed: false };
          reporter.record(place, "CLI007", `the decision comes out differently now: ${differing.join(", ")}`);
          const answer = `${JSON.stringify({ index, same: false, differs: differing }).slice(0, -1)},"decision":`;
          return { line: Buffer.concat([Buffer.from(answer), line, Buffer.from("}")]), failed: true };
        },
      },
      reporter,
    );
    mapping.dispose();
    if (counts.failed > 0) reporter.counts(counts, "decision");
    return counts.failed > 0 ? 1 : 0;
  },
};
