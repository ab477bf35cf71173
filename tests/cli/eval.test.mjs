import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { lines, run } from "./support.mjs";

const gives = async (args, input, expected) => {
  assert.deepEqual(await run(["eval", ...args], input), { code: 0, stdout: `${expected}\n`, stderr: "" });
};

test("a record from stdin", async () => {
  const record = '{"items": [{"opens": 1}, {"opens": 2}], "first_name": "Ada"}';
  await gives(["SUM(items, opens)"], record, "3");
  await gives(["first_name + '!'"], record, '"Ada!"');
  await gives(["items[1]", "-"], record, '{"opens":2}');
  await gives(["1 + 1"], "", "2");
});

test("a record from a file, and variables before its fields", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "crm-sync-")), "record.json");
  writeFileSync(file, '{"a": 1, "b": 2, "id": 9007199254740993}');
  await gives(["[a, b, id]", file, "--var", "b=3"], "", "[1,3,9007199254740993]");
});

test("variables alone leave stdin unread", async () => {
  await gives(["a + ' ' + b.c", "--var", 'a="x=y"', "--var", 'b={"c":"d"}'], "no JSON", '"x=y d"');
  await gives(["id + 1", "--var", "id=9007199254740993"], "", "9007199254740994");
});

test("values with their types", async () => {
  await gives(
    ["--typed", "[a, 2u, b, x]", "--var", "a=1", "--var", "b=null", "--var", "x=9007199254740993"],
    "",
    '{"t":"list","v":[{"t":"double","v":1},{"t":"uint","v":"2"},{"t":"null"},{"t":"int","v":"9007199254740993"}]}',
  );
  await gives(
    ["--typed", "m", "--var", 'm={"k":[true,"s"]}'],
    "",
    '{"t":"map","v":[[{"t":"string","v":"k"},{"t":"list","v":[{"t":"bool","v":true},{"t":"string","v":"s"}]}]]}',
  );
});

test("two dialects", async () => {
  await gives(["a + 1", "--var", "a=1.5"], "", "2.5");
  const strict = await run(["eval", "a + 1", "--var", "a=1.5", "--dialect", "cel"]);
  assert.equal(strict.code, 1);
  assert.match(strict.stderr, /error EXP004/);
});

test("the present is given, or the clock's", async () => {
  await gives(["now", "--now", "2026-03-01T10:00:05Z"], "", '"2026-03-01T10:00:05Z"');
  await gives(["now > timestamp('2026-01-01T00:00:00Z')"], "", "true");
});

test("a mistake is shown under the expression", async () => {
  const { code, stdout, stderr } = await run(["eval", "firstname + 1", "--var", 'first_name="Ada"']);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.deepEqual(lines(stderr).slice(0, 3), [
    "expression:1:1: error EXP002: there is nothing named 'firstname' here",
    "  firstname + 1",
    "  ^^^^^^^^^",
  ]);
  assert.match(stderr, /did you mean first_name\?/);
  for (const typed of [[], ["--typed"]]) {
    const failed = await run(["eval", "1 / 0", "--json", ...typed]);
    assert.equal(failed.code, 1);
    const { code: which, column, file } = JSON.parse(failed.stderr);
    assert.deepEqual([which, column, file], ["EXP005", 3, "expression"]);
  }
});

test("a record that is none", async () => {
  for (const [input, code] of [
    ["{", "JSN001"],
    ["[1]", "JSN010"],
    [Buffer.from([0x7b, 0xff]), "JSN001"],
  ]) {
    const said = await run(["eval", "1"], input);
    assert.deepEqual([said.code, said.stdout], [1, ""]);
    assert.ok(said.stderr.startsWith(`crm-sync: error ${code}: stdin`), said.stderr);
  }
});
