import { type Command, crms } from "../command.js";
import { exampleFile } from "../example-file.js";
import { Misuse } from "../failure.js";
import { readWhole, write } from "../streams.js";

export const init: Command = {
  name: "init",
  usage: "crm-sync init salesforce|hubspot",
  summary: "writes a commented mapping file to start from",
  details: [
    "The file goes to stdout: crm-sync init hubspot >contacts.yaml. It has an entry of each kind, and says in a sentence\nwhat each block does; crm-sync check contacts.yaml finds what is wrong once you have changed it.",
  ],
  options: {},
  async run(_values, [crm, ...more]) {
    if (!crms.some((candidate) => candidate === crm) || more.length > 0)
      throw new Misuse("CLI001", `init: name the CRM, ${crms.join(" or ")}`, this.usage);
    await write(await readWhole(exampleFile(`starter-${crm}.yaml`)));
    return 0;
  },
};
