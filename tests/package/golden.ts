/** The cases of tests/cases/*.yaml, run through the package: as objects and as bytes. */
import { readFileSync } from "node:fs";
import type {
  Catalogs,
  Context,
  CrmSyncError,
  Diagnostic,
  Direction,
  Engine,
  EvaluateOptions,
  Mapping,
} from "@penguinmails/crm-sync";
import { parse } from "yaml";
import { renderDiagnostic } from "../../web/cli/diagnostics.js";
import { plain } from "../../web/cli/terminal.js";
import { compiled, root, text, utf8 } from "./support.js";

export interface Case {
  name: string;
  /** What the case gives through objects, or the code of the error that it throws. */
  objects(): unknown;
  /** One line of NDJSON: what the Many function gives for a list of the one record. */
  bytes(): string;
  expected: Record<string, unknown>;
}

interface Group {
  name: string;
  mapping?: string;
  /** Instead of `mapping`, where it stands in the repository. */
  file?: string;
  /** What was imported of the fields, as JSON. */
  catalogs?: string;
  cases: Record<string, string>[];
}

const orCode = (call: () => unknown) => {
  try {
    return call();
  } catch (error) {
    return { error: (error as CrmSyncError).code };
  }
};

const json = (source?: string) => (source === undefined ? undefined : JSON.parse(source));

export function groups(engine: Engine, file: string): { name: string; mapping: Mapping; cases: Group["cases"] }[] {
  const read = parse(readFileSync(new URL(`tests/cases/${file}`, root), "utf8")) as Group[];
  return read.map(({ name, mapping, file: stands, catalogs, cases }) => ({
    name,
    mapping: compiled(engine, stands ? readFileSync(new URL(stands, root), "utf8") : mapping, {
      catalogs: json(catalogs),
    }),
    cases,
  }));
}

/** Cases whose record is no valid JSON, or holds what JavaScript would lose, exist as bytes only. */
function asObject(source: string): object | undefined {
  try {
    const value = JSON.parse(source);
    return JSON.stringify(value).length > 0 && !/\d{16}/.test(source) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A case maps to the CRM or from it. */
export const directionOf = (one: Group["cases"][number]): Direction =>
  one.to_crm === undefined ? "from_crm" : "to_crm";

export function mappingCases(engine: Engine, file = "mapping.yaml"): Case[] {
  return groups(engine, file).flatMap(({ name, mapping, cases }) =>
    cases.map((one) => {
      const direction = directionOf(one);
      const source = one[direction] ?? "";
      const context: Context = json(one.context) ?? {};
      const record = asObject(source);
      return {
        name: `${name}: ${one.name}`,
        objects: () =>
          record &&
          orCode(() => (direction === "to_crm" ? mapping.toCrm(record, context) : mapping.fromCrm(record, context))),
        bytes: () => text(mapping.mapMany(direction, utf8(`[${source}]`), { ...context, trace: true })),
        expected: { record: json(one.record), reasons: json(one.reasons), error: one.error },
      };
    }),
  );
}

export function resolveCases(engine: Engine): Case[] {
  return groups(engine, "resolve.yaml").flatMap(({ name, mapping, cases }) =>
    cases.map((one) => {
      const source = one.input ?? "";
      const input = asObject(source);
      return {
        name: `${name}: ${one.name}`,
        objects: () => input && orCode(() => mapping.resolve(input as never)),
        bytes: () => text(mapping.resolveMany(utf8(`[${source}]`))),
        expected: json(one.expect),
      };
    }),
  );
}

interface Mistaken {
  name: string;
  /** The file, written so many `times` after itself, or its bytes. */
  file?: string;
  times?: number;
  base64?: string;
  /** What was imported, as JSON. */
  catalogs?: string;
  expect: Partial<Diagnostic>[];
}

export interface MistakenCase extends Pick<Mistaken, "name" | "expect"> {
  diagnostics(): Diagnostic[];
  /** As `crm-sync check` shows it, without colours. */
  shown(): string;
}

export function diagnosticCases(engine: Engine): MistakenCase[] {
  const cases = parse(readFileSync(new URL("tests/cases/diagnostics.yaml", root), "utf8")) as Mistaken[];
  return cases.map(({ name, file = "", times = 1, base64, catalogs, expect }) => {
    const bytes = base64 === undefined ? utf8(file.repeat(times)) : new Uint8Array(Buffer.from(base64, "base64"));
    const options = { fileName: "mapping.yaml", ...(catalogs && { catalogs: JSON.parse(catalogs) as Catalogs }) };
    const diagnostics = () => engine.compile(bytes, options).diagnostics;
    const source = new TextDecoder().decode(bytes);
    const shown = (one: Diagnostic) => `${renderDiagnostic(one, options.fileName, source, plain)}\n`;
    return { name, expect, diagnostics, shown: () => `=== ${name}\n\n${diagnostics().map(shown).join("")}` };
  });
}

export interface FailureCase {
  name: string;
  shown(): string;
}

type Failing = [expression: string, variables?: Record<string, unknown>, options?: EvaluateOptions];

/** Evaluations that fail, each with another code: most of them only when they run. */
const failing: Failing[] = [
  ["emial == 'a@x.org'", { email: "a@x.org" }],
  ["1 / size(tags)", { tags: [] }, { dialect: "cel" }],
  ["9223372036854775807 + size(tags)", { tags: ["a"] }, { dialect: "cel" }],
  ["contact.phone", { contact: {} }, { dialect: "cel" }],
  ["tags[2]", { tags: ["a", "b"] }, { dialect: "cel" }],
  ["1 + int(score)", { score: "many" }],
  ["n.all(a, n.all(b, n.all(c, a >= 0)))", { n: Array.from({ length: 100 }, (_, i) => i) }],
  ["now > timestamp('2026-01-01T00:00:00Z')"],
  ["{'a': 1, key: 2}", { key: "a" }],
];

/** Records that are no JSON objects, each in another way. */
const unreadable: [name: string, record: Uint8Array][] = [
  ["a comma too many", utf8('{"a": 1,}')],
  ["a byte that is no UTF-8", new Uint8Array([...utf8('{"a": "J'), 0xfc, ...utf8('rgen"}')])],
  ["cut off", utf8('{"a": "x')],
  ["ten thousand levels", utf8(`{"a": ${"[".repeat(10_000)}`)],
  ["more than 32 MB", utf8(`{"a": "${"x".repeat(1 << 25)}"}`)],
  ["half a surrogate pair", utf8('{"a": "\\ud83d"}')],
  ["text behind the record", utf8('{"a": 1} {"a": 2}')],
  ["a number with a zero before it", utf8('{"a": 01}')],
  ["a tab in a string", utf8('{"a": "x\ty"}')],
  ["a list", utf8('[["a"]]')],
];

/** What a call says of what it was given, in the text and with the caret that people see. */
export function failureCases(engine: Engine): FailureCase[] {
  const mapping = compiled(engine, "field_mapping: [{crm_field: A, penguinmails_field: a}]");
  return [
    ...failing.map(([expression, variables = {}, options = {}]) => ({
      name: expression,
      shown: () => {
        const { diagnostics = [] } = thrownBy(() => engine.evaluate(expression, variables, options));
        return diagnostics.map((one) => renderDiagnostic(one, "expression", expression, plain)).join("");
      },
    })),
    ...unreadable.map(([name, record]) => ({
      name,
      shown: () => {
        const { error } = JSON.parse(text(mapping.mapMany("to_crm", record)).split("\n")[0] ?? "");
        return renderDiagnostic(error, "record", new TextDecoder().decode(record), plain);
      },
    })),
  ].map(({ name, shown }) => ({ name, shown: () => `=== ${name}\n\n${shown()}\n` }));
}

function thrownBy(call: () => unknown): CrmSyncError {
  try {
    call();
  } catch (error) {
    return error as CrmSyncError;
  }
  throw new Error("nothing was thrown");
}
