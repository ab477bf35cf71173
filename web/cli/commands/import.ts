import { basename } from "node:path";
import { mappingText } from "../../import/mapping-text.js";
import { importSegment } from "../../import/segment.js";
import { type Command, json } from "../command.js";
import { Misuse } from "../failure.js";
import { readJsonObject } from "../json-file.js";
import { Reporter } from "../report.js";
import { write } from "../streams.js";

export const importMapping: Command = {
  name: "import",
  usage: "crm-sync import segment [mapping.json]",
  summary: "turns a mapping of Segment's into a mapping file",
  details: [
    "Reads a mapping of a Segment destination, an object of mapping-kit values by field, or an action with its fields and\ntheir defaults, from the file or stdin, and writes a mapping file to stdout. What cannot be said exactly is reported\non stderr, and stands as a comment in the file. Exit code 1 only if no field could be imported.",
  ],
  options: { json: { ...json, help: "the mapping file as JSON, messages as JSON on stderr" } },
  async run(values, [format, file, ...more]) {
    if (format !== "segment" || more.length > 0)
      throw new Misuse("CLI001", "import: say whose mapping it is, and name one", this.usage);
    const reporter = new Reporter(values.json === true);
    const imported = importSegment(await readJsonObject(file, "a mapping of Segment's"));
    const { entries, refused, notes } = imported;
    const name = file === undefined || file === "-" ? "segment" : basename(file).replace(/\.json$/, "");
    await write(
      values.json === true
        ? `${JSON.stringify({ version: 1, name, sync: { direction: "to_crm" }, field_mapping: Object.fromEntries(entries) }, null, 2)}\n`
        : mappingText(name, imported),
    );
    for (const { field, directive, message, hint, path } of refused)
      reporter.warning("CLI005", `${field}: ${directive}: ${message}`, hint, path);
    for (const { fields, message } of notes) reporter.note("CLI006", `${fields.join(", ")}: ${message}`);
    reporter.summary(`${entries.size} of ${entries.size + refused.length} fields imported`);
    return entries.size === 0 && refused.length > 0 ? 1 : 0;
  },
};
