/** What a runtime answered to the suite's cases, compared exactly with what the suite expects, and the table of it. */
import type { Diagnostic, TypedValue } from "@penguinmails/crm-sync";
import { type Case, type Level, levels, type Suite } from "./suite.js";

export type Answer = { value: TypedValue } | { error: Diagnostic };

/** A value as text that is equal for equal values: type and value exactly, maps in any order. */
export function canonical(value: TypedValue): string {
  if (value.t === "list") return `[${value.v.map(canonical).join(", ")}]`;
  if (value.t === "map") {
    const entries = value.v.map(([key, member]) => `${canonical(key)}: ${canonical(member)}`);
    return `{${entries.sort().join(", ")}}`;
  }
  return "v" in value ? `${value.t} ${JSON.stringify(value.v)}` : value.t;
}

/** Wrong calls, and what is not built, are no errors of an expression. */
const noError = /^API|^EXP012$/;

/** What is wrong with an answer; nothing where it is as expected. */
export function mistake(expected: TypedValue | null, answer: Answer): string | undefined {
  const wanted = expected === null ? "an error" : canonical(expected);
  if ("value" in answer) {
    const given = canonical(answer.value);
    return given === wanted ? undefined : `gives ${given}, not ${wanted}`;
  }
  const { code, message } = answer.error;
  return expected === null && !noError.test(code) ? undefined : `${code} ${message}; wanted ${wanted}`;
}

interface Count {
  passed: number;
  all: number;
}
const counted = (cases: readonly Case[], failed: ReadonlySet<string>): Count => ({
  passed: cases.filter(({ id }) => !failed.has(id)).length,
  all: cases.length,
});
const shown = ({ passed, all }: Count) => (all === 0 ? "-" : `${passed}/${all}`);
const valueTests = (cases: readonly Case[]) => cases.filter(({ expected }) => expected !== null);
const errorTests = (cases: readonly Case[]) => cases.filter(({ expected }) => expected === null);

/** Value tests and error tests apart, since an engine that always fails passes the latter; per file and section. */
export function report({ cases, leftOut, files, total }: Suite, failed: ReadonlySet<string>, title: string): string {
  const lines = [title, row("", "value", "error", "left out, by rule")];
  for (const level of Object.keys(levels) as Level[]) {
    for (const file of levels[level]) {
      const ofFile = cases.filter((each) => each.file === file);
      const out = leftOut.filter((each) => each.file === file);
      lines.push(counts(file, ofFile, failed, out));
      for (const section of new Set([...ofFile, ...out].map((each) => each.section))) {
        const inSection = <T extends { section: string }>(list: T[]) => list.filter((each) => each.section === section);
        lines.push(counts(`  ${section}`, inSection(ofFile), failed, inSection(out)));
      }
    }
  }
  for (const level of Object.keys(levels) as Level[]) {
    const ofLevel = cases.filter((each) => each.level === level);
    const out = leftOut.filter(({ file }) => levels[level].includes(file));
    lines.push(counts(`all ${level} files`, ofLevel, failed, out));
  }
  lines.push("files left out as a whole:");
  for (const { file, reason, tests } of files) lines.push(`  ${file}: ${tests} (${reason})`);
  const wholly = files.reduce((sum, { tests }) => sum + tests, 0);
  lines.push(`${total} tests: ${cases.length} run, ${leftOut.length} left out singly, ${wholly} with their files`);
  return lines.join("\n");
}

function counts(name: string, cases: Case[], failed: ReadonlySet<string>, leftOut: Suite["leftOut"]): string {
  const byRule = new Map<string, number>();
  for (const { rule } of leftOut) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
  const out = [...byRule].map(([rule, count]) => `${count} ${rule}`).join(", ");
  return row(name, shown(counted(valueTests(cases), failed)), shown(counted(errorTests(cases), failed)), out);
}

function row(name: string, value: string, error: string, leftOut: string): string {
  return `${name.padEnd(36)}${value.padStart(11)}${error.padStart(11)}  ${leftOut}`.trimEnd();
}
