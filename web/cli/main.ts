#!/usr/bin/env node
/** The command line: `crm-sync <command>`. Bundled to dist/cli/crm-sync.js. */
import { CrmSyncError, loadEngine } from "../../bindings/package/node.js";
import { type Command, helpFor, parse } from "./command.js";
import { catalog } from "./commands/catalog.js";
import { check } from "./commands/check.js";
import { compile } from "./commands/compile.js";
import { demo } from "./commands/demo.js";
import { doctor } from "./commands/doctor.js";
import { evaluate } from "./commands/eval.js";
import { explain } from "./commands/explain.js";
import { importMapping } from "./commands/import.js";
import { init } from "./commands/init.js";
import { map } from "./commands/map.js";
import { newKey } from "./commands/new-key.js";
import { replay } from "./commands/replay.js";
import { resolve } from "./commands/resolve.js";
import { serve } from "./commands/serve.js";
import { test } from "./commands/test.js";
import { Misuse } from "./failure.js";
import { messageOf } from "./records.js";
import { Reporter } from "./report.js";
import { endQuietlyOnBrokenPipe, write } from "./streams.js";

const commands: readonly Command[] = [
  check,
  test,
  map,
  resolve,
  explain,
  replay,
  compile,
  evaluate,
  catalog,
  importMapping,
  init,
  serve,
  newKey,
  doctor,
  demo,
];

function help(): string {
  const built = commands.map(({ name, summary }) => `  ${name.padEnd(9)}${summary}`).join("\n");
  return `crm-sync <command> [options]

Maps contacts between PenguinMails and a CRM, and decides what happens when both sides have changed.

${built}

crm-sync <command> --help says more about each. Also: --version, --help.
Exit codes: 0 done, 1 done with errors, 2 called wrongly.
`;
}

async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) throw new Misuse("CLI001", "name a command", "crm-sync --help lists them");
  if (name === "--help" || name === "-h" || name === "help") {
    const command = commands.find((candidate) => candidate.name === rest[0]);
    await write(command === undefined ? help() : helpFor(command));
    return 0;
  }
  if (name === "--version") {
    const engine = await loadEngine();
    await write(`${engine.version}\n`);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) {
    const { values, positionals } = parse(command, rest);
    if (values.help !== true) return command.run(values, positionals);
    await write(helpFor(command));
    return 0;
  }
  throw new Misuse("CLI001", `there is no command "${name}"`, "crm-sync --help lists them");
}

endQuietlyOnBrokenPipe();
const args = process.argv.slice(2);
try {
  process.exitCode = await run(args);
} catch (error) {
  const reporter = new Reporter(args.includes("--json"));
  if (error instanceof Misuse) {
    reporter.error(error.code, error.message, error.hint);
    process.exitCode = 2;
  } else if (error instanceof CrmSyncError) {
    reporter.error(error.code, messageOf(error), error.diagnostics?.[0]?.hint);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
