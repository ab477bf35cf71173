import { type Catalogs, loadEngine } from "../../../bindings/package/node.js";
import { type Command, crms, json } from "../command.js";
import { Misuse } from "../failure.js";
import { readJson } from "../json-file.js";
import { write } from "../streams.js";

/** One field a line, so that two catalogs can be compared. */
function written(catalogs: Catalogs): string {
  const fields = Object.entries(catalogs.crm ?? {}).map(
    ([path, facts]) => `    ${JSON.stringify(path)}: ${JSON.stringify(facts)}`,
  );
  return `{\n  "crm": {\n${fields.join(",\n")}\n  }\n}\n`;
}

export const catalog: Command = {
  name: "catalog",
  usage: "crm-sync catalog salesforce|hubspot [answer.json]",
  summary: "takes the types of a CRM's fields out of what it answers about them",
  details: [
    "Reads what Salesforce answers to GET /services/data/v66.0/sobjects/Contact/describe, or HubSpot to\nGET /crm/v3/properties/contacts, from the file or stdin, and writes the catalog as JSON: the file that the option\n--catalog of the other commands takes. A field that the CRM does not have is then a mistake of the mapping file.",
  ],
  options: { json },
  async run(_values, positionals) {
    const [crm, file, ...more] = positionals;
    const known = crms.find((candidate) => candidate === crm);
    if (known === undefined) {
      const said = crm === undefined ? "" : `, not "${crm}"`;
      throw new Misuse("CLI001", `catalog: name the CRM, ${crms.join(" or ")}${said}`, this.usage);
    }
    if (more.length > 0) throw new Misuse("CLI001", "catalog: name one answer", this.usage);
    const { value } = await readJson(file);
    const engine = await loadEngine();
    await write(written(engine.importCatalog(known, value as object)));
    return 0;
  },
};
