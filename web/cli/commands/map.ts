import type { Diagnostic, FieldOutcome } from "../../../bindings/package/node.js";
import {
  type Command,
  catalog,
  crm,
  json,
  lookups,
  mappingAndInputs,
  now,
  oneOf,
  timeOf,
  type Values,
} from "../command.js";
import { crmFor, recordsIn } from "../crm.js";
import { Misuse } from "../failure.js";
import type { Span } from "../json-text.js";
import { loadMapping, lookupsOf } from "../mapping-file.js";
import { runRecords } from "../records.js";
import { Reporter } from "../report.js";

type Direction = "to_crm" | "from_crm";

/** The record within a line `{"record":{…},"fields":[…]}`. No other part of `fields` has that name, so the last is the one. */
function recordOf(line: Buffer): Span {
  return { start: '{"record":'.length, end: line.lastIndexOf(',"fields":[') };
}

/** The fields that failed, of what follows the record. */
function failedFields(rest: Buffer): (FieldOutcome & { diagnostic: Diagnostic })[] {
  if (!rest.includes('"diagnostic":')) return [];
  const fields = JSON.parse(rest.subarray(',"fields":'.length, -1).toString()) as FieldOutcome[];
  return fields.filter((field) => field.diagnostic !== undefined) as (FieldOutcome & { diagnostic: Diagnostic })[];
}

/** `--to crm` and `--from penguinmails` say the same; saying both is allowed when they agree. */
function directionOf(values: Values): Direction {
  const sides = ["crm", "penguinmails"] as const;
  const said: Direction[] = [];
  if (typeof values.to === "string") said.push(oneOf("to", values.to, sides) === "crm" ? "to_crm" : "from_crm");
  if (typeof values.from === "string") said.push(oneOf("from", values.from, sides) === "crm" ? "from_crm" : "to_crm");
  const [direction, other] = said;
  if (direction === undefined) throw new Misuse("CLI001", "map: say the direction", "--to crm, or --to penguinmails");
  if (other !== undefined && other !== direction)
    throw new Misuse("CLI001", "map: --to and --from contradict each other");
  return direction;
}

export const map: Command = {
  name: "map",
  usage: "crm-sync map mapping.yaml --to crm|penguinmails [records.ndjson …]",
  summary: "maps records from one side to the other",
  details: [
    "Reads records as NDJSON, as JSON documents or as an array of them, from files or stdin, and writes one mapped\nrecord a line. Records of a CRM may lie in its answers' envelopes: HubSpot's {results: […]} and {properties: …},\nSalesforce's {records: […]}.",
    'A record that fails becomes a line {"error": …, "index": n}. A field that fails is left out of its record and\nreported on stderr. Either makes the exit code 1.',
  ],
  options: {
    to: { type: "string", value: "crm|penguinmails", help: "the side to map to" },
    from: { type: "string", value: "crm|penguinmails", help: "the same, said from the other end" },
    catalog,
    crm,
    lookups,
    now,
    trace: { type: "boolean", help: 'lines are {"record", "fields"}: what happened to each field, and why' },
    json,
  },
  async run(values, positionals) {
    const [file, inputs] = mappingAndInputs(this, positionals);
    const direction = directionOf(values);
    const context = { now: timeOf(values), trace: true, ...(await lookupsOf(values)) };
    const reporter = new Reporter(values.json === true);
    const mapping = await loadMapping(file, values, reporter);
    if (mapping === null) return 1;
    // PenguinMails' own records come in no envelope.
    const envelope = direction === "from_crm" ? crmFor(values, mapping) : null;
    const trace = values.trace === true;
    const counts = await runRecords(
      inputs,
      {
        open: (text) => recordsIn(text, envelope),
        verbatim: true,
        call: (batch) => mapping.mapMany(direction, batch, context),
        finish(line, place) {
          const text = Buffer.from(line.buffer, line.byteOffset, line.length);
          const record = recordOf(text);
          const failures = failedFields(text.subarray(record.end));
          for (const { id, diagnostic } of failures)
            reporter.record({ ...place, field: id }, diagnostic.code, diagnostic.message);
          return { line: trace ? line : text.subarray(record.start, record.end), failed: failures.length > 0 };
        },
      },
      reporter,
    );
    mapping.dispose();
    if (counts.failed > 0) reporter.counts(counts, "record");
    return counts.failed > 0 ? 1 : 0;
  },
};
