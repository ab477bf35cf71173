/** The JSON Schema of the mapping file says what the engine says: good files pass, and what has no place in one does not. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { type Diagnostic, loadEngine } from "@penguinmails/crm-sync";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { root } from "./support.js";

const schema = JSON.parse(readFileSync(new URL("dist/schema.json", root), "utf8"));
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(
  schema,
);
const engine = await loadEngine();

/** What the schema says against a file; nothing where it fits. */
function refusals(file: string): string[] {
  if (validate(parse(file))) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function filesIn(folder: URL, pattern: RegExp): URL[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => new URL(name, folder));
}

const examples = filesIn(new URL("examples/", root), /\.yaml$/).filter(({ pathname }) => !/walkthrough/.test(pathname));
const samples = filesIn(new URL("../shared/samples/mappings/", root), /\.yaml$/);

test("there are files to hold it against", () => assert.ok(examples.length >= 4));

for (const url of [...examples, ...samples, new URL("tests/cases/mission.yaml", root)]) {
  test(`${url.pathname.split("/").slice(-2).join("/")} fits`, () => {
    assert.deepEqual(refusals(readFileSync(url, "utf8")), []);
  });
}

interface Case {
  name: string;
  /** Handed in beside the file, which then is not what is wrong. */
  catalogs?: object;
  file: string;
  expect: { code: string }[];
}
const cases = parse(readFileSync(new URL("tests/cases/diagnostics.yaml", root), "utf8")) as Case[];
/** Keys that are none, values of the wrong kind, words that are not of their list: the shape of a file. */
const ofShape = new Set(["MAP001", "MAP002", "MAP003", "MAP005"]);

const shaped = cases.filter(
  ({ catalogs, expect }) => !catalogs && expect.length > 0 && expect.every(({ code }) => ofShape.has(code)),
);
for (const { name, file } of shaped) {
  test(`refused: ${name}`, () => assert.notDeepEqual(refusals(file), []));
}

const good = `
crm: salesforce
sync: {direction: bidirectional, filters: {to_crm: "email != null"}}
identity: [{penguinmails_field: email, crm_field: [Email, Other__c], normalize: [trim, email]}]
conflict_resolution: {default: newest_wins, fields: {email: crm_wins}, groups: [[address.city, address.street]]}
value_maps: {countries: {Germany: DE, Norway: [NO, Norge]}}
catalog: {penguinmails: {closed: true, a: number}, crm: {B__c: {type: enum, values: [x, y], max_length: 40}}}
field_mapping:
  - {penguinmails_field: email, crm_field: Email, required: {create: true}, value_map: countries}
  - {penguinmails_field: a, crm_field: A, to_crm: {default: 5}, format: {decimals: 2}, lossy: acknowledged}
  - {crm_field: B__c, cases: [{when: "a > 1", value: x}], otherwise: y}
  - {crmField: C, formula: "{{a}}", onNull: skip}
tests: [{given: {penguinmails: {a: 1}}, to_crm: {A: 5}}]
limits: {cost: 1000}
`;

test("what the engine accepts fits", () => {
  assert.deepEqual(
    engine.compile(good).diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
  assert.deepEqual(refusals(good), []);
});

/** One mistake a line; each the engine has a code for, and the schema must refuse. */
const mistakes: [from: string, to: string, code: string][] = [
  ["crm: salesforce", "crn: salesforce", "MAP001"],
  ["crm: salesforce", "crm: 5", "MAP002"],
  ["crm: salesforce", "version: 2", "MAP003"],
  ["direction: bidirectional", "direction: both", "MAP003"],
  ["direction: bidirectional", "directoin: to_crm", "MAP001"],
  ['{to_crm: "email != null"}', "{to_crm: 5}", "MAP002"],
  ["normalize: [trim, email]", "normalize: trim", "MAP002"],
  ["normalize: [trim, email]", "normalize: [trimm]", "MAP003"],
  ["default: newest_wins", "default: newest", "MAP003"],
  ["fields: {email: crm_wins}", "fields: [email]", "MAP002"],
  ["groups: [[address.city, address.street]]", "groups: [address.city]", "MAP002"],
  ["{Germany: DE, Norway: [NO, Norge]}", "{Germany: null}", "MAP002"],
  ["{Germany: DE, Norway: [NO, Norge]}", "{}", "MAP002"],
  ["a: number}", "a: nubmer}", "MAP003"],
  ["type: enum, values", "tpye: enum, values", "MAP001"],
  ["values: [x, y]", "values: x", "MAP002"],
  ["required: {create: true}", "required: yes", "MAP002"],
  ["required: {create: true}", "required: {update: true}", "MAP001"],
  ["to_crm: {default: 5}", "to_crm: {crm_field: A}", "MAP001"],
  ["onNull: skip", "onNull: clera", "MAP003"],
  ['crmField: C, formula: "{{a}}"', "crmField: C, formula: 5", "MAP002"],
  ["crm_field: Email, ", "", "MAP005"],
  ['when: "a > 1"', "when: [a]", "MAP002"],
  ["given: {penguinmails: {a: 1}}", "given: {contact: {a: 1}}", "MAP001"],
  ["limits: {cost: 1000}", "limits: {costs: 1000}", "MAP001"],
];

for (const [from, to, code] of mistakes) {
  test(`refused as by the engine, ${code}: ${to || `without ${from}`}`, () => {
    assert.ok(good.includes(from));
    const file = good.replace(from, to);
    const found = engine.compile(file).diagnostics.map((diagnostic: Diagnostic) => diagnostic.code);
    assert.ok(found.includes(code), found.join(", "));
    assert.notDeepEqual(refusals(file), []);
  });
}

test("every key has a description", () => {
  const sections = [schema, ...Object.values(schema.$defs)] as {
    properties: Record<string, { description?: string }>;
  }[];
  for (const { properties } of sections) {
    for (const [key, { description }] of Object.entries(properties)) assert.match(description ?? "", /\.$/, key);
  }
});
