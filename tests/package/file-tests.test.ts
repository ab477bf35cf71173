/** `mapping.test()`: the tests of a mapping file, and the laws that it tries on their records. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { compiled } from "./support.js";

const engine = await loadEngine();

const file = `crm: hubspot
catalog: {crm: {score: number}, penguinmails: {score: number}}
field_mapping:
  - {crm_field: firstname, penguinmails_field: first_name, normalize: [trim]}
  - {crm_field: city, penguinmails_field: address.city, required: {create: true}}
  - {crm_field: score, penguinmails_field: score}
  - {crm_field: status, condition: "score >= 75", value_if_true: OPEN, value_if_false: NEW, direction: to_crm}
tests:
`;

test("a test that passes compares the fields it names and no others", () => {
  const mapping = compiled(
    engine,
    `${file}  - name: both ways
    given: {penguinmails: {first_name: " Ada ", score: 80, address: {city: Oslo}}, crm: {city: Rome, score: "7.5"}}
    to_crm: {status: OPEN, score: "80"}
    from_crm: {address: {city: Rome}, score: 7.50}
  - name: dotted names are paths
    given: {crm: {city: Rome}}
    from_crm: {address.city: Rome}
`,
  );
  const report = mapping.test();
  assert.deepEqual([report.passed, report.failed], [2, 0]);
  assert.deepEqual(
    report.tests.map(({ name, line, column, failures }) => [name, line, column, failures]),
    [
      ["both ways", 9, 5, []],
      ["dotted names are paths", 13, 5, []],
    ],
  );
  assert.deepEqual(report.laws.broken, []);
  assert.equal(report.laws.tried, 6);
  mapping.dispose();
});

test("a test that fails says where, what was expected, what came and why", () => {
  const mapping = compiled(
    engine,
    `${file}  - name: wrong
    given: {penguinmails: {first_name: Ada, score: many, address: {city: Oslo}}}
    to_crm: {firstname: Bo, score: "80", nobody: 1}
  - {given: {penguinmails: {first_name: Ada}}, to_crm: {firstname: Ada}}
  - {given: {penguinmails: {first_name: Ada}}, to_crm: {firstname: Ada}, operation: update}
`,
  );
  const { tests, passed, failed } = mapping.test();
  assert.deepEqual([passed, failed], [1, 2]);
  const [first, second, third] = tests;
  assert.deepEqual(
    first?.failures.map(({ diagnostic, ...failure }) => ({ ...failure, code: diagnostic?.code })),
    [
      {
        side: "crm",
        field: "firstname",
        line: 11,
        column: 25,
        expected: "Bo",
        actual: "Ada",
        entry: "first_name",
        reason: "mapped",
        code: undefined,
      },
      {
        side: "crm",
        field: "score",
        line: 11,
        column: 36,
        expected: "80",
        entry: "score",
        reason: "wrong_type",
        code: "REC002",
      },
      { side: "crm", field: "nobody", line: 11, column: 50, expected: 1, code: undefined },
    ],
  );
  assert.deepEqual([second?.failures[0]?.field, second?.failures[0]?.diagnostic?.code], ["", "REC001"]);
  assert.equal(third?.passed, true);
  mapping.dispose();
});

test("null is a clear, and not the same as nothing", () => {
  const mapping = compiled(
    engine,
    `field_mapping: [{crm_field: A, penguinmails_field: a}, {crm_field: B, penguinmails_field: b}]
tests:
  - {given: {penguinmails: {a: null}}, to_crm: {A: null}}
  - {given: {penguinmails: {a: null}}, to_crm: {B: null}}
`,
  );
  assert.deepEqual(
    mapping.test().tests.map(({ passed }) => passed),
    [true, false],
  );
  mapping.dispose();
});

test("lookups and times may be given", () => {
  const mapping = compiled(
    engine,
    `field_mapping:
  - {crm_field: OwnerId, penguinmails_field: owner, lookup: {object: User, by: Email}}
  - {crm_field: Year, formula: "{{now.getFullYear()}}", direction: to_crm}
tests:
  - given: {penguinmails: {owner: ada@example.org}}
    lookups: {User: {Email: {ada@example.org: "005"}}}
    now: "2026-03-01T00:00:00Z"
    to_crm: {OwnerId: "005", Year: 2026}
  - {given: {penguinmails: {owner: x}}, to_crm: {OwnerId: "005"}, lookups: {User: 5}}
`,
  );
  const [good, bad] = mapping.test().tests;
  assert.deepEqual(good?.failures, []);
  assert.equal(bad?.failures[0]?.diagnostic?.code, "MAP002");
  mapping.dispose();
});
