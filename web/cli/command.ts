/** What a command is: its help is made of what it declares, so the two cannot differ. */
import { parseArgs } from "node:util";
import { Misuse } from "./failure.js";

export interface Option {
  type: "string" | "boolean";
  /** How the value is called in the help: `<time>`. */
  value?: string;
  help: string;
  /** May be given many times; its values are a list then. */
  multiple?: boolean;
}

export type Values = Record<string, string | boolean | string[] | undefined>;

export interface Command {
  name: string;
  usage: string;
  summary: string;
  /** Paragraphs for `--help`. */
  details: readonly string[];
  options: Readonly<Record<string, Option>>;
  /** Gives the exit code: 0, or 1 when there were errors. */
  run(values: Values, positionals: readonly string[]): Promise<number>;
}

export const json: Option = {
  type: "boolean",
  help: "everything for machines: JSON on stdout, messages as JSON on stderr",
};
/** Whose answers and records are known. */
export const crms = ["salesforce", "hubspot"] as const;

export const crm: Option = {
  type: "string",
  value: "hubspot|salesforce",
  help: "open that CRM's envelopes (default: the mapping's crm)",
};
export const now: Option = {
  type: "string",
  value: "time",
  help: "the present, RFC 3339, where the input gives none (default: the clock)",
};

export const catalog: Option = {
  type: "string",
  value: "file",
  help: "what is known of the fields, as `crm-sync catalog` writes it",
};

export const lookups: Option = {
  type: "string",
  value: "file",
  help: "the ids that lookups find, as JSON: {object: {by: {value: id}}}",
};

const help: Option = { type: "boolean", help: "this help" };

export interface Parsed {
  values: Values;
  positionals: string[];
}

export function parse(command: Command, args: readonly string[]): Parsed {
  const options = Object.fromEntries(
    Object.entries({ ...command.options, help }).map(([name, { type, multiple = false }]) => [
      name,
      name === "help" ? { type, short: "h" } : { type, multiple },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { values: { ...values } as Values, positionals };
  } catch (error) {
    const [message] = (error as Error).message.split(/\. (?=To |If )|\n/);
    throw new Misuse("CLI001", `${command.name}: ${message}`, `crm-sync ${command.name} --help says what there is`);
  }
}

/** The mapping file and the inputs after it. */
export function mappingAndInputs(command: Command, positionals: readonly string[]): [string, string[]] {
  const [mapping, ...inputs] = positionals;
  if (mapping === undefined) throw new Misuse("CLI001", `${command.name}: name a mapping file`, command.usage);
  return [mapping, inputs];
}

export function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new Misuse("CLI001", `--${name} is ${allowed.join(" or ")}, not "${value}"`);
  return found;
}

/** The time of the call: what `--now` says, else the host's clock; the command line is a host, the engine is not. */
export function timeOf(values: Values): string {
  const given = values.now;
  if (typeof given !== "string") return new Date().toISOString();
  if (!/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(given) || Number.isNaN(Date.parse(given)))
    throw new Misuse("CLI001", `--now is a time such as 2026-03-01T10:00:05Z, not "${given}"`);
  return given;
}

export function helpFor(command: Command): string {
  const options = Object.entries({ ...command.options, help });
  const labels = options.map(([name, option]) => `--${name}${option.value === undefined ? "" : ` <${option.value}>`}`);
  const width = Math.max(...labels.map((label) => label.length));
  const lines = options.map(([, option], index) => `  ${(labels[index] ?? "").padEnd(width)}  ${option.help}`);
  return `${command.usage}\n\n${command.details.join("\n\n")}\n\n${lines.join("\n")}\n`;
}
