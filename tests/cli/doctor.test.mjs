/** `crm-sync doctor`: on a service of the test's own, and on the one that is tried out. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { jsonLines, run, start } from "./support.mjs";

const key = "cs_the-key-of-an-editor";
const environment = (more = {}) => ({ ...process.env, NO_COLOR: "1", COLUMNS: "100", CRM_SYNC_API_KEY: key, ...more });
const checks = {
  hubspot: [
    { code: "token", state: "ok", fields: [], hint: "of account 62515" },
    { code: "webhooks", state: "warning", fields: [], hint: "none has ever come" },
  ],
  "acme/1": [{ code: "writable", state: "failed", fields: ["City"], hint: "map it from the CRM only\u001b[31m" }],
};
const asked = [];
let server;
let url;
before(async () => {
  server = createServer(({ url: path, headers }, response) => {
    asked.push([path, headers.authorization]);
    const answer = (status, body) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (headers.authorization === "Bearer a-reader") return answer(403, {});
    if (headers.authorization !== `Bearer ${key}`) return answer(401, {});
    if (path === "/api/integrations") return answer(200, { integrations: Object.keys(checks).map((id) => ({ id })) });
    const id = decodeURIComponent(/^\/api\/integrations\/([^/]+)\/doctor$/.exec(path)?.[1] ?? "");
    if (id === "moved") return response.writeHead(302, { location: "http://169.254.169.254/" }).end();
    return Object.hasOwn(checks, id) ? answer(200, { checks: checks[id] }) : answer(404, {});
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

const doctor = (args, env = {}) => run(["doctor", "--url", url, ...args], "", { env: environment(env) });

test("what is fine, what is to be looked at, and what is wrong, which is the exit code", async () => {
  const { code, stdout, stderr } = await doctor([]);
  assert.deepEqual([code, stderr], [1, ""]);
  assert.match(stdout, /^hubspot\n {2}check +state\n {2}token +fine\n {4}of account 62515\n {2}webhooks +look at it\n/);
  assert.match(stdout, /acme\/1\n.*\n {2}writable +wrong\n {4}City: map it from the CRM only/s);
  assert.ok(!stdout.includes("\u001b"), "nothing of an answer paints the terminal");
  const one = await doctor(["hubspot"]);
  assert.deepEqual([one.code, one.stdout.includes("acme")], [0, false]);
  assert.deepEqual(asked.at(-1), ["/api/integrations/hubspot/doctor", `Bearer ${key}`]);
});

test("for machines, a line for each integration", async () => {
  const { code, stdout } = await doctor(["--json", "acme/1", "hubspot"]);
  assert.equal(code, 1);
  assert.deepEqual(
    jsonLines(stdout),
    ["acme/1", "hubspot"].map((integration) => ({ integration, checks: checks[integration] })),
  );
});

const refusals = {
  "no key": [[], { CRM_SYNC_API_KEY: "" }, /CRM_SYNC_API_KEY is to be a key/],
  "an unknown key": [[], { CRM_SYNC_API_KEY: "another" }, /does not know the key/],
  "a reader's key": [["hubspot"], { CRM_SYNC_API_KEY: "a-reader" }, /not an editor's/],
  "an unknown integration": [["nobody"], {}, /no integration of that name/],
  "a redirect, which would be told the key": [["moved"], {}, /no service that can be reached/],
  "no service": [["--url", "http://127.0.0.1:1"], {}, /no service that can be reached/],
  "a URL that is none": [["--url", "sync.example.com"], {}, /--url is a URL/],
};
for (const [name, [args, env, words]] of Object.entries(refusals)) {
  test(`${name} is said`, async () => {
    const { code, stdout, stderr } = await doctor(args, env);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^crm-sync: error CLI001: doctor: /);
    assert.match(stderr, words);
    assert.ok(!stderr.includes(key));
  });
}

test("the service that is tried out is in order", async () => {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const child = start(["serve", "--try-out", "--port", String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    let said = "";
    for await (const text of child.stdout.setEncoding("utf8")) {
      said += text;
      if (said.includes("Ctrl+C ends it")) break;
    }
    const env = environment({ CRM_SYNC_API_KEY: /KEY=(\S+)/.exec(said)?.[1] });
    const { code, stdout } = await run(["doctor", "--json", "--url", `http://127.0.0.1:${port}`], "", { env });
    const [{ integration, checks: found }] = jsonLines(stdout);
    assert.deepEqual([code, integration, found.length], [0, "hubspot", 10], stdout);
    assert.ok(
      found.every(({ state }) => state === "ok" || state === "not_checked"),
      stdout,
    );
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  }
});
