/** One contact that both sides have changed, from the files in examples/. */
import type { FieldDescription } from "../../../bindings/package/node.js";
import type { Command } from "../command.js";
import { renderChange, renderReasons, renderWrites } from "../decision.js";
import { exampleFile } from "../example-file.js";
import { loadMapping } from "../mapping-file.js";
import { completePair } from "../pairs.js";
import { Reporter } from "../report.js";
import { readWhole, write } from "../streams.js";
import { table } from "../table.js";
import { paintFor, widthOf } from "../terminal.js";
import { printable } from "../text.js";

const arrows = { to_crm: "→", from_crm: "←", bidirectional: "↔" } as const;

function mappingRow({ local_field, crm_field, direction, kind, reads }: FieldDescription): string[] {
  // A derived entry has a field on one side only; on the other stand those that it reads.
  const from = printable(reads.join(", "));
  return [
    local_field === null ? from : printable(local_field),
    arrows[direction],
    crm_field === null ? from : printable(crm_field),
    kind,
  ];
}

export const demo: Command = {
  name: "demo",
  usage: "crm-sync demo",
  summary: "shows a two-sided change and its decision on examples",
  details: [
    "Prints a mapping, a contact that both sides have changed, the decision with its reasons, and both writes.",
  ],
  options: {},
  async run() {
    const paint = paintFor(process.stdout);
    const options = { paint, width: widthOf(process.stdout), indent: 2 };
    const mapping = await loadMapping(exampleFile("walkthrough.yaml"), {}, new Reporter(false));
    if (mapping === null) return 1;
    const pair = completePair(await readWhole(exampleFile("walkthrough.json")), null, new Date().toISOString());
    if ("code" in pair) throw new Error(pair.message);
    const decision = mapping.resolve(pair);
    const section = (title: string, text: string) => `${paint.cyan(title)}\n${text}\n`;
    const fields = mapping.fields.map((field) => ({ cells: mappingRow(field) }));
    await write(
      [
        section("The mapping (examples/walkthrough.yaml)", table(["PenguinMails", "", "CRM", "Kind"], fields, options)),
        section(
          "Both sides have changed since they last agreed (examples/walkthrough.json)",
          renderChange(decision, options),
        ),
        section("What is decided, and why", renderReasons(decision, options)),
        renderWrites(decision, { ...options, indent: 0 }),
        `\n${paint.dim("More:\nnpx crm-sync explain examples/hubspot-contacts.yaml examples/hubspot-pairs.json")}\n`,
      ].join(""),
    );
    mapping.dispose();
    return 0;
  },
};
