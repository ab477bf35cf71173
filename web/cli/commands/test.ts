import type { BrokenLaw, TestFailure, TestReport } from "../../../bindings/package/node.js";
import { type Command, catalog, json, mappingAndInputs } from "../command.js";
import { Misuse } from "../failure.js";
import { loadMapping } from "../mapping-file.js";
import { reasons } from "../reasons.js";
import { Reporter } from "../report.js";
import { write } from "../streams.js";
import { type Paint, paintFor } from "../terminal.js";
import { printable } from "../text.js";
import { shown } from "../values.js";

export const test: Command = {
  name: "test",
  usage: "crm-sync test mapping.yaml",
  summary: "runs the mapping file's own tests",
  details: [
    "Maps the records of `tests:` and compares the fields that the tests name. On the same records it tries whether\nvalues come back from the other side, for every entry whose round trip loses nothing.\nExit code 1 if a test fails or a value does not come back.",
  ],
  options: { catalog, json: { ...json, help: "the report as JSON" } },
  async run(values, positionals) {
    const [file, ...more] = mappingAndInputs(this, positionals);
    if (more.length > 0 && more[0]?.length !== 0) throw new Misuse("CLI001", "test: name one mapping file");
    const reporter = new Reporter(values.json === true);
    const mapping = await loadMapping(file, values, reporter);
    if (mapping === null) return 1;
    const report = mapping.test();
    await write(
      values.json === true ? `${JSON.stringify(report, null, 2)}\n` : inWords(report, file, paintFor(process.stdout)),
    );
    return report.failed === 0 && report.laws.broken.length === 0 ? 0 : 1;
  },
};

function inWords({ passed, failed, tests, laws }: TestReport, file: string, paint: Paint): string {
  const lines = tests.flatMap(({ name, line, passed: ok, failures }, index) => [
    `${ok ? "ok    " : paint.red("FAILED")}  ${printable(name) || `test ${index + 1}, line ${line}`}`,
    ...failures.flatMap((failure) => failureInWords(failure, file)),
  ]);
  lines.push(...laws.broken.flatMap((broken) => brokenInWords(broken, file, paint)));
  const tried = `${laws.tried} round trips tried${laws.broken.length > 0 ? `, ${laws.broken.length} of them broken` : ""}`;
  const summary =
    tests.length === 0
      ? "the file has no tests; write some under `tests:`"
      : `${passed} passed, ${failed} failed; ${tried}`;
  return [...lines, `${file}: ${summary}`, ""].join("\n");
}

function failureInWords(failure: TestFailure, file: string): string[] {
  const { side, field, line, column, expected, entry, reason, diagnostic } = failure;
  const place = `        ${file}:${line}:${column}: `;
  const why = diagnostic
    ? `${diagnostic.code} ${diagnostic.message}`
    : reason
      ? (reasons[reason] ?? reason)
      : undefined;
  if (field === "") return [`${place}the record cannot be mapped: ${why}`];
  const actual = "actual" in failure ? shown(failure.actual) : "nothing is written";
  const of = side === "crm" ? "the CRM's" : "PenguinMails'";
  return [
    `${place}${of} ${printable(field)}: expected ${shown(expected)}, found ${actual}`,
    entry === undefined ? "          no entry writes this field" : `          by ${printable(entry)}: ${why}`,
  ];
}

function brokenInWords(broken: BrokenLaw, file: string, paint: Paint): string[] {
  const { entry, law, test: name, line, column, from, there, reason } = broken;
  const back = "back" in broken ? shown(broken.back) : (reasons[reason] ?? reason);
  return [
    `${paint.red("BROKEN")}  ${file}:${line}:${column}: ${printable(entry)} does not come back (${law}), in ${printable(name)}`,
    `        ${shown(from)} -> ${shown(there)} -> ${back}`,
  ];
}
