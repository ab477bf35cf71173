import assert from "node:assert/strict";
import { test } from "node:test";
import { example, lines, run } from "./support.mjs";

const mapping = example("hubspot-contacts.yaml");

const misuses = {
  "no command": [[], "CLI001"],
  "an unknown command": [["frobnicate"], "CLI001"],
  "an unknown option": [["check", mapping, "--frob"], "CLI001"],
  "an option without its value": [["map", mapping, "--to"], "CLI001"],
  "no mapping file": [["check"], "CLI001"],
  "two mapping files to check": [["check", mapping, mapping], "CLI001"],
  "a mapping file that is not there": [["check", "nowhere.yaml"], "CLI003"],
  "a mapping file that is a directory": [["check", "examples"], "CLI003"],
  "an input that is not there": [["map", mapping, "--to", "crm", "nowhere.ndjson"], "CLI003"],
  "map without a direction": [["map", mapping], "CLI001"],
  "map with an unknown direction": [["map", mapping, "--to", "mars"], "CLI001"],
  "map with two directions": [["map", mapping, "--to", "crm", "--from", "crm"], "CLI001"],
  "an unknown CRM": [["map", mapping, "--to", "penguinmails", "--crm", "zoho"], "CLI001"],
  "a time that is none": [["resolve", mapping, "--now", "yesterday"], "CLI001"],
  "eval without an expression": [["eval"], "CLI001"],
  "eval with two records": [["eval", "1", "a.json", "b.json"], "CLI001"],
  "eval with an unknown dialect": [["eval", "1", "--dialect", "sql"], "CLI001"],
  "a variable without a value": [["eval", "a", "--var", "a"], "CLI001"],
  "a variable without a name": [["eval", "a", "--var", "=1"], "CLI001"],
  "a variable that is not JSON": [["eval", "a", "--var", "a=Ada"], "CLI001"],
  "a record that is not there": [["eval", "a", "nowhere.json"], "CLI003"],
  "a catalog of no CRM": [["catalog"], "CLI001"],
  "a catalog of an unknown CRM": [["catalog", "zoho"], "CLI001"],
  "a catalog of two answers": [["catalog", "hubspot", "a.json", "b.json"], "CLI001"],
  "an answer that is not there": [["catalog", "hubspot", "nowhere.json"], "CLI003"],
  "a catalog file that is not there": [["check", mapping, "--catalog", "nowhere.json"], "CLI003"],
  "import of nothing": [["import"], "CLI001"],
  "import of an unknown tool": [["import", "zapier", "a.json"], "CLI001"],
  "import of two files": [["import", "segment", "a.json", "b.json"], "CLI001"],
  "an import that is not there": [["import", "segment", "nowhere.json"], "CLI003"],
  "init without a CRM": [["init"], "CLI001"],
  "init for an unknown CRM": [["init", "zoho"], "CLI001"],
  "a time without an offset": [["resolve", mapping, "--now", "2026-03-01T10:00:05"], "CLI001"],
};

for (const [name, [args, code]] of Object.entries(misuses)) {
  test(`${name} is misuse`, async () => {
    const said = await run(args);
    assert.equal(said.code, 2);
    assert.equal(said.stdout, "");
    assert.ok(said.stderr.startsWith(`crm-sync: error ${code}: `), said.stderr);
  });
}

test("misuse is JSON with --json", async () => {
  const { code, stderr } = await run(["map", mapping, "--json"]);
  assert.equal(code, 2);
  const said = JSON.parse(stderr);
  assert.deepEqual([said.code, said.severity], ["CLI001", "error"]);
});

test("--help lists every command, and each has its own", async () => {
  const { code, stdout, stderr } = await run(["--help"]);
  assert.deepEqual([code, stderr], [0, ""]);
  for (const command of [
    "check",
    "test",
    "map",
    "resolve",
    "explain",
    "eval",
    "catalog",
    "import",
    "init",
    "serve",
    "new-key",
    "demo",
  ]) {
    assert.match(stdout, new RegExp(`^ {2}${command} `, "m"));
    const own = await run([command, "--help"]);
    assert.equal(own.code, 0);
    assert.ok(own.stdout.startsWith(`crm-sync ${command}`), own.stdout);
    assert.match(own.stdout, /--help/);
    for (const line of lines(own.stdout)) assert.ok(line.length <= 120, line);
  }
  assert.deepEqual(await run(["help", "map"]), await run(["map", "--help"]));
});

test("--version is the package's", async () => {
  const { default: manifest } = await import("../../package.json", { with: { type: "json" } });
  assert.deepEqual(await run(["--version"]), { code: 0, stdout: `${manifest.version}\n`, stderr: "" });
});
