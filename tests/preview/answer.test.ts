/** What the worker answers, with the real engine in Node. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { Answerer } from "../../web/preview/answer.js";
import { indented } from "../../web/preview/indent.js";
import { valueAt } from "../../web/preview/paths.js";
import type { Input } from "../../web/preview/protocol.js";

const blank: Input = {
  mapping: "field_mapping:\n  - {penguinmails_field: account.number, crm_field: Number__c}\n",
  mode: "resolve",
  local: "",
  crm: "",
  base: "",
  each: "resolve",
  payload: "",
  saved: null,
  records: "",
  localChangedAt: "",
  crmChangedAt: "",
  now: "",
};

let answerer: Answerer;
before(async () => {
  answerer = new Answerer(await loadEngine());
});
const answer = (input: Partial<Input>) => answerer.answer({ ...blank, ...input });

test("a record of one side is created on the other, with every digit", () => {
  const { outcome, rows, result } = answer({ local: '{"account": {"number": 9007199254740993}}' });
  assert.equal(outcome, "create_crm");
  assert.deepEqual(rows[0]?.local, [{ field: "account.number", value: "9007199254740993" }]);
  assert.deepEqual([rows[0]?.effect, rows[0]?.result], ["crm", "9007199254740993"]);
  assert.match(result ?? "", /"crm":\{"Number__c":9007199254740993\}/);
});

test("the sides' times decide a conflict", () => {
  const sides = {
    local: '{"account": {"number": 1}}',
    crm: '{"Number__c": 2}',
    base: '{"local": {"account": {"number": 0}}, "crm": {"Number__c": 0}}',
    crmChangedAt: "2026-03-01T10:00:00Z",
  };
  const effect = (localChangedAt: string) => answer({ ...sides, localChangedAt }).rows[0]?.effect;
  assert.equal(effect("2026-03-01T09:00:00Z"), "local");
  assert.equal(effect("2026-03-01T11:00:00Z"), "crm");
});

test("a time that is none is a coded failure", () => {
  for (const mode of ["resolve", "to_crm"] as const) {
    const { failure, result } = answer({ mode, local: "{}", now: "yesterday" });
    assert.match(`${failure?.code} ${failure?.message}`, /^(CNF|API)\d+ (a|the option now) .*RFC 3339/);
    assert.equal(result, null);
  }
});

test("mapping goes both ways and reads one pane alone", () => {
  const crm = '{"Number__c": 7}';
  const mapped = answer({ mode: "from_crm", crm, local: "not JSON" });
  assert.match(mapped.result ?? "", /^\{"record":\{"account":\{"number":7\}\}/);
  assert.deepEqual([mapped.rows[0]?.effect, mapped.rows[0]?.result], ["local", "7"]);
  assert.equal(answer({ mode: "to_crm", crm }).result, null);
});

test("places in a pane are the engine's, on the pane's own lines", () => {
  const at = (local: string) =>
    answer({ local }).paneDiagnostics.local.map(({ code, line, column }) => `${code} ${line}:${column}`);
  assert.deepEqual(at('{\n  "é😀": tru\n}'), ["JSN001 2:13"]);
  assert.deepEqual(at('{"a": 1'), ["JSN003 1:8"]);
  assert.deepEqual(at('{"a": "x\ny"}'), ["JSN009 1:9"]);
  assert.deepEqual(at("[{}]"), ["JSN010 0:0"]);
  assert.deepEqual(at('{}\n, "now": 1'), ["JSN007 2:1"]);
  assert.deepEqual(at("\n"), []);
});

test("panes are checked while the mapping file does not compile", () => {
  const { diagnostics, paneDiagnostics, result } = answer({ mapping: "field_mapping: [", local: "{" });
  assert.ok(diagnostics.some(({ severity }) => severity === "error"));
  assert.equal(paneDiagnostics.local.length, 1);
  assert.equal(result, null);
});

test("fields are found by their paths, inherited names are none", () => {
  const record = { a: { "b c.d": [1] }, "": 2 };
  assert.deepEqual(valueAt(record, "a.`b c.d`"), [1]);
  assert.equal(valueAt(record, "a.x.y"), undefined);
  assert.equal(valueAt(record, "a.constructor"), undefined);
  assert.equal(valueAt(null, "a"), undefined);
});

test("indented JSON says the same in the same digits", () => {
  const text = '{"a":[],"b":{},"c":[1.50,-0,9007199254740993],"d":"x, {\\"y\\": [1]}"}';
  assert.equal(
    indented(text),
    '{\n  "a": [],\n  "b": {},\n  "c": [\n    1.50,\n    -0,\n    9007199254740993\n  ],\n  "d": "x, {\\"y\\": [1]}"\n}',
  );
});
