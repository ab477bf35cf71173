import { type Command, catalog, crm, json, lookups, mappingAndInputs, now, timeOf } from "../command.js";
import { crmFor } from "../crm.js";
import { failedFields, readDecision, renderDecision } from "../decision.js";
import { loadMapping, lookupsOf } from "../mapping-file.js";
import { completePair } from "../pairs.js";
import { runRecords } from "../records.js";
import { Reporter } from "../report.js";
import { paintFor, widthOf } from "../terminal.js";

export const explain: Command = {
  name: "explain",
  usage: "crm-sync explain mapping.yaml [pair.json …]",
  summary: "the decision on a pair as a table for people",
  details: [
    "Reads pairs as `resolve` does and prints for each: every field with both values and what the sides last agreed on,\nwhat is done with it and why, then what is written to each side.",
  ],
  options: {
    catalog,
    crm,
    lookups,
    now,
    json: { ...json, help: "the decisions as JSON, one a line, as `resolve` prints them" },
  },
  async run(values, positionals) {
    const [file, inputs] = mappingAndInputs(this, positionals);
    const present = timeOf(values);
    const context = await lookupsOf(values);
    const asJson = values.json === true;
    const reporter = new Reporter(asJson);
    const mapping = await loadMapping(file, values, reporter);
    if (mapping === null) return 1;
    const envelope = crmFor(values, mapping);
    const paint = paintFor(process.stdout);
    const width = widthOf(process.stdout);
    const counts = await runRecords(
      inputs,
      {
        open: (text) => [{ offset: 0, record: completePair(text, envelope, present) }],
        verbatim: false,
        call: (batch) => mapping.resolveMany(batch, context),
        finish(line, { index }) {
          const failed = failedFields(line).length > 0;
          if (asJson) return { line, failed };
          const text = renderDecision(readDecision(line), { paint, width }).trimEnd();
          return { line: Buffer.from(index === 0 ? text : `\n${text}`), failed };
        },
        forPeople: !asJson,
      },
      reporter,
    );
    mapping.dispose();
    return counts.failed > 0 ? 1 : 0;
  },
};
