/**
 * CEL's conformance suite (npm `@bufbuild/cel-spec`) as neutral cases. What does not apply is left out by rule, and every
 * rule is counted.
 */
import type { Type } from "@bufbuild/cel-spec/cel/expr/checked_pb.js";
import type { Value } from "@bufbuild/cel-spec/cel/expr/value_pb.js";
import { getTestRegistry } from "@bufbuild/cel-spec/testdata/registry.js";
import { getConformanceSuite, type IncrementalTest } from "@bufbuild/cel-spec/testdata/tests.js";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import type { TypedValue } from "@penguinmails/crm-sync";

export type Level = "core" | "extension";

export interface Case {
  /** file/section/name, and #2 and so on where a section has the name again. */
  id: string;
  level: Level;
  file: string;
  section: string;
  expression: string;
  variables: Record<string, TypedValue>;
  /** The namespace in which names are looked up first. */
  container: string;
  /** The value, or null for an error. */
  expected: TypedValue | null;
}

/** The files that apply, in the suite's order within their level. */
export const levels: Record<Level, readonly string[]> = {
  core: [
    "basic",
    "comparisons",
    "conversions",
    "fields",
    "fp_math",
    "integer_math",
    "lists",
    "logic",
    "macros",
    "namespace",
    "parse",
    "plumbing",
    "string",
    "timestamps",
  ],
  extension: ["string_ext", "math_ext", "optionals", "macros2", "bindings_ext", "encoders_ext"],
};

/** Why a whole file does not apply. */
const otherFiles: Record<string, string> = {
  block_ext: "cel.block: a macro for the output of optimisers, not for people",
  dynamic: "protobuf's wrappers and dynamic messages",
  enums: "protobuf's enums",
  proto2: "protobuf's messages",
  proto2_ext: "protobuf's extensions",
  proto3: "protobuf's messages",
  type_deductions: "types that a static checker deduces",
  unknowns: "holds no test",
  wrappers: "protobuf's wrappers",
};

/** Why a single test does not apply. */
export const rules = ["message", "enum", "wrapper", "host function", "check only"] as const;
export type Rule = (typeof rules)[number];

export interface LeftOut {
  name: string;
  file: string;
  section: string;
  rule: Rule;
}

export interface Suite {
  cases: Case[];
  leftOut: LeftOut[];
  /** Files left out as a whole. */
  files: { file: string; reason: string; tests: number }[];
  /** All tests of the package. */
  total: number;
}

const registry = getTestRegistry();
/** Messages that CEL has values for. */
const plainMessages = ["google.protobuf.Timestamp", "google.protobuf.Duration"];

export function readSuite(): Suite {
  const suite: Suite = { cases: [], leftOut: [], files: [], total: 0 };
  for (const { name: file, suites: sections } of getConformanceSuite().suites) {
    const tests = sections.flatMap((section) => section.tests).length;
    suite.total += tests;
    const level = (Object.keys(levels) as Level[]).find((each) => levels[each].includes(file));
    if (level === undefined) {
      const reason = otherFiles[file];
      if (reason === undefined) throw new Error(`nobody has said whether the file ${file} applies`);
      suite.files.push({ file, reason, tests });
      continue;
    }
    for (const { name: section, tests } of sections) {
      const names = new Map<string, number>();
      for (const test of tests) {
        const rule = ruleAgainst(test);
        if (rule !== undefined) {
          suite.leftOut.push({ file, section, name: test.name, rule });
          continue;
        }
        const before = names.get(test.name) ?? 0;
        names.set(test.name, before + 1);
        const id = `${file}/${section}/${test.name}${before > 0 ? `#${before + 1}` : ""}`;
        suite.cases.push({ id, level, file, section, ...converted(test) });
      }
    }
  }
  return suite;
}

function converted({ original }: IncrementalTest): Pick<Case, "expression" | "variables" | "container" | "expected"> {
  const variables: Record<string, TypedValue> = {};
  for (const [name, { kind }] of Object.entries(original.bindings)) {
    if (kind.case !== "value") throw new Error(`${original.name}: a binding that is no value`);
    variables[name] = typed(kind.value);
  }
  return { expression: original.expr, variables, container: original.container, expected: expectedOf(original) };
}

function expectedOf({ name, resultMatcher }: IncrementalTest["original"]): TypedValue | null {
  switch (resultMatcher.case) {
    case undefined:
      return { t: "bool", v: true }; // simple.proto: no matcher at all expects true
    case "value":
      return typed(resultMatcher.value);
    case "typedResult":
      if (resultMatcher.value.result !== undefined) return typed(resultMatcher.value.result);
      break;
    case "evalError":
    case "anyEvalErrors":
      return null;
  }
  throw new Error(`${name}: an expectation of the kind ${resultMatcher.case}`);
}

function typed({ kind }: Value): TypedValue {
  switch (kind.case) {
    case "nullValue":
      return { t: "null" };
    case "boolValue":
      return { t: "bool", v: kind.value };
    case "int64Value":
      return { t: "int", v: String(kind.value) };
    case "uint64Value":
      return { t: "uint", v: String(kind.value) };
    case "doubleValue":
      return { t: "double", v: double(kind.value) };
    case "stringValue":
      return { t: "string", v: kind.value };
    case "bytesValue":
      return { t: "bytes", v: Buffer.from(kind.value).toString("base64") };
    case "typeValue":
      return { t: "type", v: kind.value };
    case "listValue":
      return { t: "list", v: kind.value.values.map(typed) };
    case "mapValue":
      return {
        t: "map",
        v: kind.value.entries.map(({ key, value }) => {
          if (key === undefined || value === undefined) throw new Error("a map's entry lacks its key or value");
          return [typed(key), typed(value)];
        }),
      };
    case "objectValue": {
      const message = anyUnpack(kind.value, registry);
      if (message?.$typeName === "google.protobuf.Timestamp") {
        const { seconds, nanos } = message as unknown as { seconds: bigint; nanos: number };
        const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, -".000Z".length);
        return { t: "timestamp", v: `${whole}${fraction(nanos)}Z` };
      }
      if (message?.$typeName === "google.protobuf.Duration") {
        const { seconds, nanos } = message as unknown as { seconds: bigint; nanos: number };
        const sign = seconds < 0n || nanos < 0 ? "-" : "";
        return { t: "duration", v: `${sign}${String(seconds).replace("-", "")}${fraction(Math.abs(nanos))}s` };
      }
    }
  }
  throw new Error(`a value of the kind ${kind.case}`);
}

function double(value: number): number | "NaN" | "Infinity" | "-Infinity" | "-0" {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : value;
  return String(value) as "NaN" | "Infinity" | "-Infinity";
}

/** Nanoseconds behind the point, without zeros at the end. */
function fraction(nanoseconds: number): string {
  return nanoseconds === 0 ? "" : `.${String(nanoseconds).padStart(9, "0").replace(/0+$/, "")}`;
}

/** The first rule that leaves a test out. */
function ruleAgainst(test: IncrementalTest): Rule | undefined {
  const { original } = test;
  if (original.checkOnly) return "check only";
  for (const { declKind } of original.typeEnv) {
    if (declKind.case === "function") return "host function";
    const rule = declKind.case === "ident" && declKind.value.type && ruleAgainstType(declKind.value.type);
    if (rule) return rule;
  }
  const values = Object.values(original.bindings).flatMap(({ kind }) => (kind.case === "value" ? [kind.value] : []));
  if (original.resultMatcher.case === "value") values.push(original.resultMatcher.value);
  for (const value of values) {
    const rule = ruleAgainstValue(value);
    if (rule !== undefined) return rule;
  }
  return ruleAgainstExpression(original.expr);
}

function ruleAgainstType({ typeKind }: Type): Rule | undefined {
  switch (typeKind.case) {
    case "messageType":
      return plainMessages.includes(typeKind.value) ? undefined : "message";
    case "wrapper":
      return "wrapper";
    case "listType":
      return typeKind.value.elemType && ruleAgainstType(typeKind.value.elemType);
    case "mapType":
      return typeKind.value.valueType && ruleAgainstType(typeKind.value.valueType);
    case "abstractType":
      return typeKind.value.parameterTypes.map(ruleAgainstType).find((rule) => rule !== undefined);
    default:
      return undefined;
  }
}

function ruleAgainstValue({ kind }: Value): Rule | undefined {
  switch (kind.case) {
    case "enumValue":
      return "enum";
    case "objectValue": {
      const name = kind.value.typeUrl.split("/").at(-1) ?? "";
      if (plainMessages.includes(name)) return undefined;
      return isWrapper(name) ? "wrapper" : "message";
    }
    case "listValue":
      return kind.value.values.map(ruleAgainstValue).find((rule) => rule !== undefined);
    case "mapValue":
      return kind.value.entries
        .flatMap(({ key, value }) => [key, value])
        .map((value) => value && ruleAgainstValue(value))
        .find((rule) => rule !== undefined);
    default:
      return undefined;
  }
}

const isWrapper = (name: string) => /^google\.protobuf\.\w+Value$/.test(name);

/** String and bytes literals, raw ones included, and comments. */
const notCode =
  /[rR][bB]?('''[\s\S]*?'''|"""[\s\S]*?"""|'[^'\n]*'|"[^"\n]*")|'''(?:\\[\s\S]|[^\\])*?'''|"""(?:\\[\s\S]|[^\\])*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\/.*/g;

function ruleAgainstExpression(expression: string): Rule | undefined {
  const code = expression.replace(notCode, "''");
  if (/\b(?:Global|Nested)Enum\b/.test(code)) return "enum";
  for (const [name = ""] of code.matchAll(/google\.protobuf\.\w+/g)) {
    if (!plainMessages.includes(name)) return isWrapper(name) ? "wrapper" : "message";
  }
  if (/\bTestAllTypes\b/.test(code)) return "message";
  // A name and a brace: a message's literal.
  return /[A-Za-z_`][\w.`]*\s*\{/.test(code.replace(/\bin\b/g, ",")) ? "message" : undefined;
}
