import { decode } from "../../../bindings/package/decode.js";
import { encode } from "../../../bindings/package/encode.js";
import { CrmSyncError, loadEngine, type TypedValue } from "../../../bindings/package/node.js";
import { type Command, json, now, oneOf, timeOf, type Values } from "../command.js";
import { Misuse } from "../failure.js";
import { Reporter } from "../report.js";
import { openInputs, write } from "../streams.js";

type Variables = Record<string, unknown>;

/** `name=json`. Integers of any length keep their digits. */
function variableOf(text: string): [string, unknown] {
  const equals = text.indexOf("=");
  const name = text.slice(0, equals);
  if (equals < 1) throw new Misuse("CLI001", `eval: --var is name=json, not "${text}"`, "such as --var score=80");
  const value = text.slice(equals + 1);
  try {
    JSON.parse(value);
  } catch {
    throw new Misuse(
      "CLI001",
      `eval: the value of --var ${name} is not JSON`,
      `a text has quotes: --var '${name}="…"'`,
    );
  }
  return [name, decode(value)];
}

/** The one JSON object of a file or of stdin; nothing at all is no fields. */
async function recordIn(name: string): Promise<Variables> {
  const chunks: Uint8Array[] = [];
  const [source] = await openInputs([name]);
  for await (const chunk of source?.chunks ?? []) chunks.push(chunk);
  let record: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)).trim();
    if (text === "") return {};
    JSON.parse(text);
    record = decode(text);
  } catch (error) {
    throw new CrmSyncError("JSN001", `${source?.name} is not valid JSON: ${(error as Error).message}`);
  }
  if (typeof record === "object" && record !== null && !Array.isArray(record)) return record as Variables;
  throw new CrmSyncError("JSN010", `${source?.name}: a record must be a JSON object`);
}

/** A value of JSON as expressions see it: numbers are doubles, integers beyond 2^53 ints. */
function typed(value: unknown): TypedValue {
  if (value === null) return { t: "null" };
  if (Array.isArray(value)) return { t: "list", v: value.map(typed) };
  switch (typeof value) {
    case "boolean":
      return { t: "bool", v: value };
    case "number":
      return { t: "double", v: value };
    case "bigint":
      return { t: "int", v: String(value) };
    case "string":
      return { t: "string", v: value };
    default:
      return { t: "map", v: Object.entries(value as object).map(([key, member]) => [typed(key), typed(member)]) };
  }
}

async function variablesOf(values: Values, input: string | undefined): Promise<Variables> {
  const given = ((values.var ?? []) as string[]).map(variableOf);
  // With --var alone nothing is read, so that a script's own stdin stays its own.
  const read = input ?? (given.length > 0 || process.stdin.isTTY ? undefined : "-");
  return Object.assign(read === undefined ? {} : await recordIn(read), Object.fromEntries(given));
}

export const evaluate: Command = {
  name: "eval",
  usage: "crm-sync eval '<expression>' [record.json] [--var name=json …]",
  summary: "evaluates an expression on a record",
  details: [
    "Names are the fields of the record, one JSON object from the file or stdin (-), and the variables; a variable goes\nbefore a field of its name. Without a file, stdin is read unless there are variables. Prints the value as JSON.",
  ],
  options: {
    var: { type: "string", value: "name=json", multiple: true, help: "a variable; may be given many times" },
    dialect: {
      type: "string",
      value: "crm|cel",
      help: "the leniencies of mapping files, or the standard (default: crm)",
    },
    now,
    typed: { type: "boolean", help: 'the value with its type: {"t":"int","v":"1"}' },
    json,
  },
  async run(values, positionals) {
    const [expression, input, ...more] = positionals;
    if (expression === undefined) throw new Misuse("CLI001", "eval: give an expression", this.usage);
    if (more.length > 0) throw new Misuse("CLI001", "eval: give one expression and one record", "quote the expression");
    const dialect = oneOf("dialect", typeof values.dialect === "string" ? values.dialect : "crm", ["crm", "cel"]);
    const options = { dialect, now: timeOf(values) };
    const reporter = new Reporter(values.json === true);
    const variables = await variablesOf(values, input);
    const engine = await loadEngine();
    try {
      let value: unknown;
      if (values.typed === true) {
        const entries = Object.entries(variables).map(([name, variable]) => [name, typed(variable)] as const);
        const result = engine.evaluateTyped(expression, Object.fromEntries(entries), options);
        if ("error" in result) {
          reporter.diagnostics([result.error], "expression", expression);
          return 1;
        }
        value = result.value;
      } else {
        value = engine.evaluate(expression, variables, options);
      }
      await write(`${encode(value, "the value")}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof CrmSyncError) || error.diagnostics === undefined) throw error;
      reporter.diagnostics(error.diagnostics, "expression", expression);
      return 1;
    }
  },
};
