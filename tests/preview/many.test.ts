/** Many records in the worker, with the real engine in Node: taken apart, counted, and opened as one. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { type Engine, loadEngine, type Mapping } from "@penguinmails/crm-sync";
import { Answerer } from "../../web/preview/answer.js";
import { membersOf, partsOf, recordsIn } from "../../web/preview/json-parts.js";
import { type Prepared, prepared, runMany } from "../../web/preview/many.js";
import { openedRecord } from "../../web/preview/opened-record.js";
import type { Input, Many } from "../../web/preview/protocol.js";
import { manyRecords } from "../../web/preview/sample/many.js";

const mapping = readFileSync(new URL("../../web/preview/sample/mapping.yaml", import.meta.url), "utf8");
const now = "2026-03-01T12:00:00Z";
const blank = {
  mapping,
  payload: "",
  saved: null,
  local: "",
  crm: "",
  base: "",
  localChangedAt: "",
  crmChangedAt: "",
  now,
};

let engine: Engine;
let answerer: Answerer;
before(async () => {
  engine = await loadEngine();
  answerer = new Answerer(engine);
});
const answer = (records: string, each: Input["each"] = "resolve") =>
  answerer.answer({ ...blank, mode: "many", each, records });
const many = (...given: Parameters<typeof answer>) => answer(...given).many as Many;
const textsOf = (text: string) => recordsIn(text)?.map(({ from, to }) => text.slice(from, to));

test("records are the lines, the elements of an array, or the one object that goes over several lines", () => {
  assert.deepEqual(textsOf('{"a": 1}\r\n\n  {"b": "\\n"}\n'), ['{"a": 1}', '{"b": "\\n"}']);
  assert.deepEqual(textsOf(' [ {"a": [1, 2]},\n {"b": "],{"} , 3 ] '), ['{"a": [1, 2]}', '{"b": "],{"}', "3"]);
  assert.deepEqual(textsOf('{\n  "a": 1\n}\n'), ['{\n  "a": 1\n}']);
  assert.deepEqual(textsOf(" \n"), []);
  assert.deepEqual(textsOf("[]"), []);
  assert.equal(recordsIn('[{"a": 1}, {'), null);
  assert.equal(partsOf('["\\'), null);
});

test("members are found with their text", () => {
  assert.deepEqual(
    [...membersOf('{"a\\u0062": 9007199254740993, "c": {"d": ":,}"}}')],
    [
      ["ab", "9007199254740993"],
      ["c", '{"d": ":,}"}'],
    ],
  );
  assert.equal(membersOf("[1]").size, 0);
});

test("of 1,000 records each is counted once, and the one that fails says why", () => {
  const { records } = many(manyRecords());
  const count = (group: string) => records.filter((record) => record.group === group).length;
  assert.deepEqual(
    ["update", "conflict", "failed", "unchanged", "filtered"].map((group) => [group, count(group)]),
    [
      ["update", 599],
      ["conflict", 30],
      ["failed", 1],
      ["unchanged", 320],
      ["filtered", 50],
    ],
  );
  const failed = records[612];
  assert.deepEqual([failed?.group, failed?.outcome, failed?.label], ["failed", "REC002", "person613@example.com"]);
  assert.deepEqual([failed?.remark, failed?.reason], ["lead_score: number", "wrong_type"]);
  assert.deepEqual([records[4]?.outcome, records[4]?.remark], ["review", "custom_fields.note"]);
});

test("one run after the other gets the engine's answers in the same memory", () => {
  const into: (Uint8Array | undefined)[] = [];
  const run = (file: string, text: string, last: Prepared | null) => {
    const { mapping: compiled } = engine.compile(file);
    assert.ok(compiled);
    const resolveMany: Mapping["resolveMany"] = (inputs, context, output) => {
      into.push(output);
      return compiled.resolveMany(inputs, context, output);
    };
    const set = last?.text === text ? last : prepared(text, "resolve", now, last);
    assert.ok(set);
    const { records } = runMany({ ...compiled, resolveMany } as Mapping, set);
    assert.equal(records.length, recordsIn(text)?.length);
    compiled.dispose();
    return set;
  };
  const first = run(mapping, manyRecords(), null);
  const second = run(mapping.replace(">= 75", ">= 75000"), manyRecords(), first);
  run(mapping, manyRecords(10), second);
  assert.equal(into[0]?.length, 0);
  assert.ok(into[1] !== undefined && into[1].length > 1_000_000);
  assert.equal(into[2], into[1], "what an edit adds has room, and so have other records");
});

test("lines that are no record fail alone, in every way of looking at them", () => {
  const lines = '{"email": "a@example.org"}\n[{"email": "b@example.org"}]\n7\n{"email": \n{}\n';
  const groups = (each: Input["each"]) => many(lines, each).records.map(({ group, outcome }) => `${group} ${outcome}`);
  assert.deepEqual(groups("to_crm"), [
    "mapped mapped",
    "failed JSN010",
    "failed JSN010",
    "failed JSN003",
    "unchanged nothing",
  ]);
  assert.deepEqual(many("[[], {}]", "to_crm").records.length, 2);
  assert.equal(
    many("7\n{}").records.every(({ group }) => group === "failed"),
    true,
  );
});

test("a record's own time counts, and the run's where it has none", () => {
  const pair = (more: string) => `{"local": {"record": {"email": "a@example.org"}}, "crm": null, "base": null${more}}`;
  const outcomes = many(`${pair("")}\n${pair(`, "now": "yesterday"`)}\n${pair(`, "note": {"now": 1}`)}`).records;
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ["filtered", "CNF002", "filtered"],
  );
});

test("a text that says status and error in a value is none", () => {
  const record = { local: { record: { email: "a@b.c", custom_fields: { note: { status: "error" } } } }, crm: null };
  assert.equal(many(JSON.stringify({ ...record, base: null })).records[0]?.group, "filtered");
});

test("an array without its end is a mistake at its place, and the next text is looked at anew", () => {
  const { many: none, paneDiagnostics } = answer('[{"email": "a"},\n {"email": ');
  assert.equal(none, null);
  assert.deepEqual(
    paneDiagnostics.records.map(({ line }) => line),
    [2],
  );
  assert.equal(many("[]").records.length, 0);
});

test("a record is opened as it stands, with what the panes have no place for", () => {
  const text =
    '{"local":{"record":{"id":9007199254740993},"updated_at":"2026-01-01T00:00:00Z","fetched":["id"]},' +
    '"crm":null,"base":{"local":{}},"suppressions":[],"now":"2026-02-01T00:00:00Z"}';
  const opened = openedRecord(text, "resolve", now);
  assert.equal(opened?.input.local, '{\n  "id": 9007199254740993\n}');
  assert.deepEqual(
    [opened?.input.localChangedAt, opened?.input.crm, opened?.input.crmChangedAt, opened?.input.now],
    ["2026-01-01T00:00:00Z", "", "", "2026-02-01T00:00:00Z"],
  );
  assert.equal(opened?.input.base, '{\n  "local": {}\n}');
  assert.deepEqual(opened?.leftOut, ["local.fetched", "suppressions"]);
  assert.deepEqual(openedRecord("{nothing", "from_crm", now)?.input, { crm: "{nothing" });
  assert.equal(openedRecord("nothing", "resolve", now), null);
});

test("opened alone, the failing record fails as it did among the others", () => {
  const text = manyRecords();
  const { from, to } = many(text).records[612] ?? { from: 0, to: 0 };
  const opened = openedRecord(text.slice(from, to), "resolve", now);
  const alone = answerer.answer({ ...blank, mode: "resolve", each: "resolve", records: "", ...opened?.input });
  const row = alone.rows.find(({ id }) => id === "lead_score");
  assert.equal(row?.effect, "error");
  assert.match(row?.problem ?? "", /^REC002/);
});
