import { type Command, catalog, json, mappingAndInputs } from "../command.js";
import { countInWords, renderDiagnostic } from "../diagnostics.js";
import { Misuse } from "../failure.js";
import { compileFile } from "../mapping-file.js";
import { write } from "../streams.js";
import { paintFor } from "../terminal.js";

export const check: Command = {
  name: "check",
  usage: "crm-sync check mapping.yaml",
  summary: "says what is wrong with a mapping file, and where",
  details: [
    "Compiles the mapping file and prints every mistake with its place, the line it stands on, and a hint.\nExit code 1 if any of them is an error; warnings and notes are none.",
  ],
  options: { catalog, json: { ...json, help: "the diagnostics as a JSON array" } },
  async run(values, positionals) {
    const [file, ...more] = mappingAndInputs(this, positionals);
    if (more.length > 0 && more[0]?.length !== 0) throw new Misuse("CLI001", "check: name one mapping file");
    const { mapping, diagnostics, source } = await compileFile(file, values);
    if (values.json === true) {
      await write(`${JSON.stringify(diagnostics, null, 2)}\n`);
    } else {
      const paint = paintFor(process.stdout);
      for (const diagnostic of diagnostics) await write(`${renderDiagnostic(diagnostic, file, source, paint)}\n`);
      const entries = mapping === null ? "" : `${mapping.fields.length} entries, `;
      await write(`${file}: ${entries}${countInWords(diagnostics)}\n`);
    }
    return mapping === null ? 1 : 0;
  },
};
