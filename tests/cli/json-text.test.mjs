import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./support.mjs";

const { elementsOf, membersOf, objectOf, stringAt } = await source("web/cli/json-text.ts");

const bytes = (text) => new TextEncoder().encode(text);
const cut = (text, { start, end }) => new TextDecoder().decode(bytes(text).subarray(start, end));
const whole = (text) => ({ start: 0, end: bytes(text).length });
const members = (text) => membersOf(bytes(text), whole(text))?.map((member) => [member.key, cut(text, member)]);
const elements = (text) => elementsOf(bytes(text), whole(text))?.map((element) => cut(text, element));

test("members are cut out as they were written", () => {
  assert.deepEqual(members(' {"a" : 9007199254740993 ,"b":1.10, "\\u0063":{"x":"}"},"d":[1,{}]} '), [
    ["a", "9007199254740993"],
    ["b", "1.10"],
    ["c", '{"x":"}"}'],
    ["d", "[1,{}]"],
  ]);
  assert.deepEqual(members("{}"), []);
  assert.deepEqual(members('{"ä":"ö\\"","ä":2}'), [
    ["ä", '"ö\\""'],
    ["ä", "2"],
  ]);
});

test("what is no object has no members", () => {
  for (const text of ["", "[]", "1", '"{}"', "{", '{"a"}', '{"a":}', '{"a":1', '{"a":1 "b":2}', "{a:1}", '{"a":1,}'])
    assert.equal(members(text), undefined, text);
});

test("elements are cut out as they were written", () => {
  assert.deepEqual(elements('[1.0,"a,]", {"b":[2]} ,null]'), ["1.0", '"a,]"', '{"b":[2]}', "null"]);
  assert.deepEqual(elements("[ ]"), []);
  for (const text of ["", "{}", "[", "[1", "[1 2]", "[1,]", "[,]"]) assert.equal(elements(text), undefined, text);
});

test("deep nesting needs no stack", () => {
  const text = `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  assert.equal(membersOf(bytes(text), whole(text)).length, 1);
});

test("a string that is no UTF-8 is no string", () => {
  assert.equal(stringAt(new Uint8Array([0x22, 0xff, 0x22]), { start: 0, end: 3 }), null);
});

test("an object is put together from written values", () => {
  const text = objectOf(
    new Map([
      ["a\n", bytes("1.10")],
      ["b", bytes("{}")],
    ]),
  );
  assert.equal(text.toString(), '{"a\\n":1.10,"b":{}}');
  assert.equal(objectOf(new Map()).toString(), "{}");
});
