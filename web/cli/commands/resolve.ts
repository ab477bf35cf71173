import { type Command, catalog, crm, json, lookups, mappingAndInputs, now, timeOf } from "../command.js";
import { crmFor } from "../crm.js";
import { failedFields } from "../decision.js";
import { loadMapping, lookupsOf } from "../mapping-file.js";
import { completePair } from "../pairs.js";
import { runRecords } from "../records.js";
import { Reporter } from "../report.js";

export const resolve: Command = {
  name: "resolve",
  usage: "crm-sync resolve mapping.yaml [pairs.ndjson …]",
  summary: "decides what to write to each side",
  details: [
    "Reads pairs {local, crm, base, now, …} (docs/conflicts.md) as NDJSON, as JSON documents or as an array, from files\nor stdin, and writes one decision a line. The crm side may be a record as the CRM gave it, {id, properties,\nupdatedAt} or an sObject with attributes: it is opened, and its keys are taken as what was fetched.",
    'A pair that fails becomes a line {"error": …, "index": n}. That, an invalid record or a field in error makes the\nexit code 1; a review does not.',
  ],
  options: { catalog, crm, lookups, now, json },
  async run(values, positionals) {
    const [file, inputs] = mappingAndInputs(this, positionals);
    const present = timeOf(values);
    const context = await lookupsOf(values);
    const reporter = new Reporter(values.json === true);
    const mapping = await loadMapping(file, values, reporter);
    if (mapping === null) return 1;
    const envelope = crmFor(values, mapping);
    const counts = await runRecords(
      inputs,
      {
        open: (text) => [{ offset: 0, record: completePair(text, envelope, present) }],
        verbatim: false,
        call: (batch) => mapping.resolveMany(batch, context),
        finish(line, place) {
          const failures = failedFields(line);
          for (const { field, code, message } of failures) reporter.record({ ...place, field }, code, message);
          return { line, failed: failures.length > 0 };
        },
      },
      reporter,
    );
    mapping.dispose();
    if (counts.failed > 0) reporter.counts(counts, "pair");
    return counts.failed > 0 ? 1 : 0;
  },
};
