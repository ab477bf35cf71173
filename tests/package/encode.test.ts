import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decode } from "../../bindings/package/decode.js";
import { encode, wellFormed } from "../../bindings/package/encode.js";
import { failing } from "./support.js";

/** JSON values whose objects have any keys, __proto__ among them. */
const json = fc.jsonValue({ maxDepth: 4 });
const withBigints = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.bigInt(),
    fc.integer(),
    fc.string({ unit: "binary" }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** A number where it holds the integer exactly, as the package hands integers out. */
function asHandedOut(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(asHandedOut);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asHandedOut(member)]));
}

test("what JSON can say is written as JSON.stringify writes it", () => {
  fc.assert(fc.property(json, (value) => assert.equal(encode(value, "value"), JSON.stringify(value))));
});

test("integers of any size survive both ways, in any place", () => {
  fc.assert(
    fc.property(withBigints, (value) => assert.deepEqual(decode(encode(value, "value")), asHandedOut(value))),
    { numRuns: 500 },
  );
});

test("undefined is absent", () => {
  assert.equal(encode({ a: undefined, b: 1n, c: { d: undefined } }, "value"), '{"b":1,"c":{}}');
  assert.equal(encode({ a: undefined, b: 1 }, "value"), '{"b":1}');
  assert.equal(encode(undefined, "value"), "");
});

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
let deep: unknown = null;
for (let level = 0; level < 100_000; level++) deep = [deep];

const refused: Record<string, [unknown, RegExp]> = {
  NaN: [{ a: [1, Number.NaN] }, /at \/a\/1: NaN/],
  Infinity: [{ "a/b~c": -Infinity }, /at \/a~1b~0c: -Infinity/],
  "a function": [{ a: () => 1 }, /at \/a: a function/],
  "a symbol": [{ a: Symbol("x") }, /at \/a: a symbol/],
  "a Date": [{ a: new Date(0) }, /at \/a: a Date/],
  "a Map": [new Map(), /a Map/],
  "a typed array": [{ a: new Uint8Array(1) }, /a Uint8Array/],
  "a boxed number": [{ a: Object(1) }, /a Number/],
  "an object with toJSON": [{ a: { toJSON: () => 1 } }, /at \/a/],
  "an absent element": [{ a: [1, undefined, 2] }, /at \/a\/1: a list has no absent elements/],
  "a cycle": [cyclic, /512 levels, or in a cycle/],
  "a hundred thousand levels": [deep, /512 levels/],
};
for (const [name, [value, message]] of Object.entries(refused)) {
  test(`${name} is refused, with its place`, () => {
    assert.throws(() => encode(value, "the record"), failing("API006", message));
    assert.throws(() => encode({ n: 1n, x: value }, "the record"), failing("API006"));
  });
}

test("what a getter throws becomes the cause", () => {
  const cause = new Error("mine");
  const value = {
    get a() {
      throw cause;
    },
  };
  assert.throws(
    () => encode(value, "the record"),
    (error: Error) => failing("API006")(error) && error.cause === cause,
  );
});

test("class instances are taken by their own fields", () => {
  class Contact {
    email = "a@b.c";
    get domain() {
      return "b.c";
    }
  }
  assert.equal(encode(new Contact(), "value"), '{"email":"a@b.c"}');
});

test("a key __proto__ stays a key", () => {
  const decoded = decode('{"__proto__":{"polluted":1},"n":12345678901234567890}') as Record<string, unknown>;
  assert.deepEqual(Object.keys(decoded), ["__proto__", "n"]);
  assert.equal(Object.getPrototypeOf(decoded), Object.prototype);
  assert.equal(decoded.polluted, undefined);
});

test("only integers that a number cannot hold become bigint", () => {
  const text =
    '[9007199254740991,9007199254740992,-9007199254740993,1234567890123456.5,12345678901234567e3,"12345678901234567",0.1]';
  assert.deepEqual(decode(text), [
    9007199254740991,
    9007199254740992n,
    -9007199254740993n,
    1234567890123456.5,
    12345678901234567e3,
    "12345678901234567",
    0.1,
  ]);
  assert.equal(decode("12345678901234567890"), 12345678901234567890n);
  assert.deepEqual(decode('{ "a\\"b" : [ 12345678901234567890 , "\\\\" ] }'), { 'a"b': [12345678901234567890n, "\\"] });
});

test("a lone surrogate in a text becomes a byte that the engine refuses, at its place", () => {
  assert.equal(wellFormed("a😀b"), "a😀b");
  assert.deepEqual([...wellFormed("a\ud800b")], [0x61, 0xff, 0x62]);
  assert.deepEqual([...wellFormed("\udc00é\ud800")], [0xff, 0xc3, 0xa9, 0xff]);
});
