import { type Command, catalog, json, mappingAndInputs } from "../command.js";
import { Misuse } from "../failure.js";
import { loadMapping } from "../mapping-file.js";
import { Reporter } from "../report.js";
import { write } from "../streams.js";

export const compile: Command = {
  name: "compile",
  usage: "crm-sync compile mapping.yaml >mapping.bin",
  summary: "makes bytes of a mapping file that run without being compiled",
  details: [
    "Writes the compiled mapping to stdout. `map`, `resolve` and `explain` take such a file in the place of the mapping\nfile, and so does the package: engine.load(bytes), also of its smaller module without a compiler. Bytes of another\nversion of crm-sync are refused: compile the file again after an update.",
  ],
  options: { catalog, json },
  async run(values, positionals) {
    const [file, others] = mappingAndInputs(this, positionals);
    if (others.length > 0) throw new Misuse("CLI001", "compile: name one mapping file", this.usage);
    if (process.stdout.isTTY) throw new Misuse("CLI001", "compile: bytes are nothing for a terminal", this.usage);
    const mapping = await loadMapping(file, values, new Reporter(values.json === true));
    if (mapping === null) return 1;
    await write(mapping.toBytes());
    mapping.dispose();
    return 0;
  },
};
