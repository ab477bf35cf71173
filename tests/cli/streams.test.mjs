import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { example, jsonLines, lines, run, start } from "./support.mjs";

const mapping = example("hubspot-contacts.yaml");
const toCrm = ["map", mapping, "--to", "crm"];
const contact = (n) => JSON.stringify({ email: `c${n}@example.org`, first_name: `Name ${n}` });

test("a broken line costs only itself", async () => {
  const { code, stdout, stderr } = await run(toCrm, `${contact(1)}\n{"email": \n\n${contact(3)}\n`);
  assert.equal(code, 1);
  const [first, second, third] = jsonLines(stdout);
  assert.equal(first.email, "c1@example.org");
  assert.equal(second.index, 1);
  assert.match(second.error.code, /^JSN00/);
  assert.equal(third.email, "c3@example.org");
  assert.match(stderr, /^stdin:2:\d+: error JSN00\d: /);
});

test("messages are JSON with --json", async () => {
  const { stderr } = await run([...toCrm, "--json"], `${contact(1)}\n[1\n`);
  const said = jsonLines(stderr);
  assert.deepEqual([said[0].file, said[0].line, said[0].index], ["stdin", 2, 1]);
});

const bad = {
  "a record that is no object": ["[[1]]", "JSN010"],
  "a lone surrogate": ['{"email": "\\ud800"}', "JSN006"],
  "bytes that are no UTF-8": [
    Buffer.concat([Buffer.from('{"email":"'), Buffer.from([0xc0]), Buffer.from('"}')]),
    "JSN002",
  ],
  "10,000 levels of nesting": [`{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`, "JSN004"],
  "text behind a record": ['{"email": "a@b.c"}\n{"email": "a@b.c"} x\n', "JSN007"],
  "an array that is not closed": [`[${contact(1)},`, "JSN003"],
  "an array without a comma": [`[${contact(1)} ${contact(2)}]`, "JSN001"],
};
for (const [name, [text, expected]] of Object.entries(bad)) {
  test(`${name} is a coded error line`, async () => {
    const { code, stdout } = await run(toCrm, text);
    assert.equal(code, 1);
    const failed = jsonLines(stdout).filter((line) => line.error);
    assert.deepEqual(
      failed.map(({ error }) => error.code),
      [expected],
    );
  });
}

test("a line of 50 MB is an error of its own, and the next line is mapped", async () => {
  const long = `{"email": "${"x".repeat(50 << 20)}"}\n`;
  const { code, stdout } = await run(toCrm, `${contact(1)}\n${long}${contact(3)}\n`);
  assert.equal(code, 1);
  const [first, second, third] = jsonLines(stdout);
  assert.equal(first.email, "c1@example.org");
  assert.deepEqual([second.error.code, second.index], ["JSN005", 1]);
  assert.equal(third.email, "c3@example.org");
});

test("many records come out one a line and in order", async () => {
  const count = 30_000;
  const input = Array.from({ length: count }, (_, n) => (n === 20_000 ? "{" : contact(n))).join("\n");
  const { code, stdout, stderr } = await run(toCrm, input);
  assert.equal(code, 1);
  const mapped = jsonLines(stdout);
  assert.equal(mapped.length, count);
  mapped.forEach((record, n) => {
    if (n === 20_000) assert.deepEqual([record.index, record.error.severity], [n, "error"]);
    else assert.equal(record.email, `c${n}@example.org`);
  });
  assert.match(stderr, /^stdin:20001:2: /);
  assert.match(stderr, /30000 records, 1 with errors\n$/);
});

test("records may come in pieces, as an array, or over several lines", async () => {
  const expected = (await run(toCrm, `${contact(1)}\n${contact(2)}\n`)).stdout;
  const pretty = JSON.stringify([JSON.parse(contact(1)), JSON.parse(contact(2))], null, 2);
  assert.equal((await run(toCrm, pretty)).stdout, expected);
  assert.equal((await run(toCrm, pretty.match(/[\s\S]{1,7}/g))).stdout, expected);
  const documents = [contact(1), contact(2)].map((text) => JSON.stringify(JSON.parse(text), null, 2)).join("\n");
  assert.equal((await run(toCrm, documents)).stdout, expected);
});

test("a broken record over several lines is one error", async () => {
  const { stdout } = await run(toCrm, `[\n{\n"email":\n},\n${contact(2)}\n]`);
  const [first, second, ...rest] = jsonLines(stdout);
  assert.match(first.error.code, /^JSN00/);
  assert.equal(second.email, "c2@example.org");
  assert.deepEqual(rest, []);
});

test("no input is no output", async () => {
  assert.deepEqual(await run(toCrm, ""), { code: 0, stdout: "", stderr: "" });
  assert.deepEqual(await run(toCrm, "[]"), { code: 0, stdout: "", stderr: "" });
});

test("a reader that goes ends the command quietly", async () => {
  const child = start(toCrm);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  child.stdin.on("error", () => {});
  const closed = once(child, "close");
  child.stdin.write(`${contact(1)}\n`.repeat(50_000));
  child.stdin.end();
  await once(child.stdout, "data");
  child.stdout.destroy();
  assert.deepEqual([(await closed)[0], said], [0, ""]);
});

test("several files are read one after the other", async () => {
  const { code, stdout } = await run([...toCrm, example("contacts.ndjson"), example("contacts.ndjson")]);
  assert.equal(code, 0);
  const all = lines(stdout);
  assert.equal(all.length, 6);
  assert.deepEqual(all.slice(0, 3), all.slice(3));
});

test("an error names its place in the input, wherever the record lies in it", async () => {
  const place = async (input, ...args) => {
    const { stdout } = await run([...toCrm, ...args], input);
    const { error } = jsonLines(stdout).find((line) => line.error);
    return [error.line, error.column];
  };
  assert.deepEqual(await place('{"email":"a@b.c"}\n{"name":"ü😀", "email": nul}\n'), [2, 28]);
  assert.deepEqual(await place('[\n  {"email":"a@b.c"},\n  {\n    "email": nul\n  }\n]'), [4, 17]);
});
