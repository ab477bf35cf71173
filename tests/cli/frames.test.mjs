import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./support.mjs";

const { framesOf } = await source("web/cli/frames.ts");
const decoder = new TextDecoder();

async function* arriving(chunks) {
  yield* chunks;
}

async function frames(...pieces) {
  const encoded = pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece));
  const found = [];
  for await (const frame of framesOf(arriving(encoded))) {
    const { line, column } = frame.start;
    found.push([`${line}:${column}`, "broken" in frame ? frame.broken.code : decoder.decode(frame.text)]);
  }
  return found;
}

const table = {
  "nothing at all": ["", []],
  "only white space": [" \n\n\t", []],
  "one record without a newline": ['{"a":1}', [["1:1", '{"a":1}']]],
  "NDJSON with blank lines": [
    '\n{"a":1}\n\n{"b":2}\n',
    [
      ["2:1", '{"a":1}'],
      ["4:1", '{"b":2}'],
    ],
  ],
  "NDJSON with CRLF": [
    '{"a":1}\r\n{"b":2}\r\n',
    [
      ["1:1", '{"a":1}\r'],
      ["2:1", '{"b":2}\r'],
    ],
  ],
  "a byte order mark": ['\ufeff{"a":1}\n', [["1:1", '{"a":1}']]],
  "a broken line inside NDJSON": [
    '{"a":1}\n{"b":\n{"c":3}\n',
    [
      ["1:1", '{"a":1}'],
      ["2:1", '{"b":'],
      ["3:1", '{"c":3}'],
    ],
  ],
  "a broken first line of NDJSON": [
    '{"a":\n{"b":2}\n',
    [
      ["1:1", '{"a":'],
      ["2:1", '{"b":2}'],
    ],
  ],
  "a line that is no object": [
    "nonsense\n{}\n",
    [
      ["1:1", "nonsense"],
      ["2:1", "{}"],
    ],
  ],
  "a document over several lines": ['{\n "a": 1\n}\n', [["1:1", '{\n "a": 1\n}']]],
  "two documents": [
    '{\n"a":1}\n\n {\n"b":2}',
    [
      ["1:1", '{\n"a":1}'],
      ["4:2", '{\n"b":2}'],
    ],
  ],
  "two documents on one line": [
    '{"a":"ü😀"} {"b":2}',
    [
      ["1:1", '{"a":"ü😀"}'],
      ["1:13", '{"b":2}'],
    ],
  ],
  "brackets and quotes inside strings": [
    '[{"a":"]}\\"{"},\n{"b":"\\\\"}]',
    [
      ["1:2", '{"a":"]}\\"{"}'],
      ["2:1", '{"b":"\\\\"}'],
    ],
  ],
  "an array": [
    '[\n {"a":1},\n {"b":2}\n]',
    [
      ["2:2", '{"a":1}'],
      ["3:2", '{"b":2}'],
    ],
  ],
  "an empty array": ["[ ]", []],
  "an array of other things": [
    '[1, "x,]", null, [2]]',
    [
      ["1:2", "1"],
      ["1:5", '"x,]"'],
      ["1:12", "null"],
      ["1:18", "[2]"],
    ],
  ],
  "two arrays": [
    "[1]\n[2]",
    [
      ["1:2", "1"],
      ["2:2", "2"],
    ],
  ],
  "an array without its end": [
    '[{"a":1},\n',
    [
      ["1:2", '{"a":1}'],
      ["2:1", "JSN003"],
    ],
  ],
  "an array that ends inside a record": [
    '[{"a":1},{"b":',
    [
      ["1:2", '{"a":1}'],
      ["1:10", '{"b":'],
    ],
  ],
  "an array without a comma": [
    "[{} {}]",
    [
      ["1:2", "{}"],
      ["1:5", "JSN001"],
    ],
  ],
  "an array with a comma too many": [
    "[{},]",
    [
      ["1:2", "{}"],
      ["1:5", "JSN001"],
    ],
  ],
  "an array that begins with a comma": ["[,{}]", [["1:2", "JSN001"]]],
  "a document without its end": ['{\n"a": [1,', [["1:1", '{\n"a": [1,']]],
};

for (const [name, [text, expected]] of Object.entries(table)) {
  test(`${name} is framed alike however it is cut into chunks`, async () => {
    assert.deepEqual(await frames(text), expected);
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at <= bytes.length; at += 1) {
      assert.deepEqual(await frames(bytes.subarray(0, at), bytes.subarray(at)), expected, `cut at byte ${at}`);
    }
    assert.deepEqual(await frames(...Array.from(bytes, (byte) => new Uint8Array([byte]))), expected, "byte by byte");
  });
}

test("frames stay what they were while more input arrives", async () => {
  const kept = [];
  const records = Array.from({ length: 3000 }, (_, index) => JSON.stringify({ index, text: "x".repeat(index % 97) }));
  const bytes = new TextEncoder().encode(records.join("\n"));
  const chunks = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, index) =>
    bytes.subarray(index * 1000, index * 1000 + 1000),
  );
  for await (const frame of framesOf(arriving(chunks))) kept.push(frame.text);
  assert.deepEqual(
    kept.map((text) => decoder.decode(text)),
    records,
  );
});
