/** The suite's cases as tests, one a section, and the table when they have run. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Dialect, expectedIn } from "./dialects.js";
import { type Answer, mistake, report } from "./report.js";
import type { Case, Suite } from "./suite.js";

/** `answer` asks the engine, somewhere. */
export function testSuite(suite: Suite, dialect: Dialect, where: string, answer: (each: Case) => Answer): void {
  const failed = new Set<string>();
  const sections = new Map<string, Case[]>();
  for (const each of suite.cases) {
    const name = `${each.file}/${each.section}`;
    sections.set(name, [...(sections.get(name) ?? []), each]);
  }
  for (const [name, cases] of sections) {
    test(`${dialect} in ${where}: ${name}`, () => {
      const mistakes = cases.flatMap((each) => {
        const wrong = mistake(expectedIn(dialect, each), answer(each));
        if (wrong === undefined) return [];
        failed.add(each.id);
        return [`${each.id}: ${each.expression}: ${wrong}`];
      });
      assert.deepEqual(mistakes, []);
    });
  }
  after(() => console.log(report(suite, failed, `CEL's conformance suite in ${where}, dialect ${dialect}`)));
}
