/** `crm-sync serve` as a new user meets it, and as it is run. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathOf, run, start } from "./support.mjs";

const temporary = mkdtempSync(join(tmpdir(), "crm-sync-serve-"));
after(() => rmSync(temporary, { recursive: true, force: true }));

/** Nothing of whoever runs the tests is a configuration. */
const names = /^(HUBSPOT_|SALESFORCE_|CRM_SYNC_|DATABASE_URL$)/;
const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.test(name)));
const environment = (more = {}) => ({ ...bare, NO_COLOR: "1", COLUMNS: "100", ...more });
const configured = environment({
  HUBSPOT_CLIENT_ID: "an-app",
  HUBSPOT_CLIENT_SECRET: "the-secret-of-the-app",
  CRM_SYNC_PUBLIC_URL: "https://sync.example.com/",
});

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** What it says, until it has said the last word that comes by itself. */
async function started(args, env) {
  const child = start(["serve", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (said.out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (said.err += text));
  const ended = once(child, "close");
  after(() => child.kill("SIGKILL"));
  const until = async (pattern) => {
    while (!pattern.test(said.out)) {
      if (child.exitCode !== null || child.signalCode !== null)
        assert.fail(`it ended before it said ${pattern}:\n${said.out}${said.err}`);
      await Promise.race([once(child.stdout, "data"), ended]);
    }
  };
  await until(/Ctrl\+C ends it/);
  const end = async (signal) => {
    child.kill(signal);
    const [code] = await ended;
    return code;
  };
  return { said, until, end };
}

const json = async (url, { key, ...options } = {}) => {
  const headers = { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) };
  const response = await fetch(url, { headers, ...options });
  return { status: response.status, body: await response.json() };
};

/** The commands are for a shell; what they need of curl is this, so that no curl of any version has to be there. */
const curl = `#!${process.execPath}
const options = { method: undefined, headers: {}, body: undefined };
let url;
for (let args = process.argv.slice(2), i = 0; i < args.length; i++) {
  if (args[i] === "-H") { const [name, value] = args[++i].split(": "); options.headers[name] = value; }
  else if (args[i] === "-X") options.method = args[++i];
  else if (args[i] === "--json") { options.body = args[++i]; options.headers["content-type"] = "application/json"; }
  else url = args[i];
}
options.method ??= options.body === undefined ? "GET" : "POST";
fetch(url, options).then(async (response) => {
  process.stdout.write(await response.text());
  process.exitCode = response.ok ? 0 : 1;
});
`;

async function inShell(lines) {
  const bin = join(temporary, "bin");
  mkdirSync(bin, { recursive: true });
  // Under a name of CommonJS, whatever stands above.
  writeFileSync(join(bin, "curl.cjs"), curl);
  writeFileSync(join(bin, "curl"), `#!/bin/sh\nexec "${process.execPath}" "${join(bin, "curl.cjs")}" "$@"\n`);
  chmodSync(join(bin, "curl"), 0o755);
  const shell = spawn("sh", ["-e", "-c", lines.join("\n")], { env: { ...bare, PATH: `${bin}:${process.env.PATH}` } });
  let out = "";
  shell.stdout.on("data", (chunk) => (out += chunk));
  shell.stderr.on("data", (chunk) => (out += chunk));
  const [code] = await once(shell, "close");
  assert.equal(code, 0, out);
  return out;
}

test("a new user sees a sync, a conflict and its review, and answers it", { timeout: 600_000 }, async (t) => {
  const begin = performance.now();
  // Somebody's database is left alone while nothing says that it is meant.
  const env = environment({ DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing" });
  const port = await freePort();
  const { said, until, end } = await started(["--port", String(port)], env);
  const seconds = (performance.now() - begin) / 1000;
  t.diagnostic(`from start to the review: ${seconds.toFixed(1)} s`);
  // Of a machine that is busy with other things it has its share only.
  assert.ok(seconds < 60 * Math.max(1, loadavg()[0] / availableParallelism()), `${seconds} s`);
  assert.equal(said.err, "");

  for (const expected of [
    /11 +created in PenguinMails/,
    /1 +created in HubSpot/,
    /1 +found by e-mail on both sides/,
    /13 contacts are the same on both sides. 2 of them have opted out/,
    /phone +\+1 202 555 0110 +\+1 202 555 0199 +\+1 202 555 0110 +\+1 202 555 0199\n.*local_changed/,
    /city +Lagos +Lagos +Abuja +Abuja\n.*crm_changed/,
    /city +Uppsala +Oslo +Bergen +Bergen\n[^(]*\(newer_by_field_time\)/,
    /job_title +Founder +Chief Executive +Chairwoman +\(each its own\)\n.*manual_review/,
    /Dae-jung Seo may not be mailed any more \(opted_out\)/,
    /Field +PenguinMails +HubSpot +Last agreed\n +job_title +Chief Executive +Chairwoman +Founder/,
  ])
    assert.match(said.out, expected);

  const commands = said.out.split("\n").flatMap((line) => /^ {2}(curl .*)$/.exec(line)?.[1] ?? []);
  assert.equal(commands.length, 5);
  const [keyLine, key] = /^ {2}(KEY=(cs_[\w-]{43}))$/m.exec(said.out).slice(1);
  const origin = `http://127.0.0.1:${port}`;
  const { body } = await json(`${origin}/api/reviews?state=open`, { key });
  assert.deepEqual(
    body.reviews.map(({ field, local, crm, base }) => [field, local, crm, base]),
    [["job_title", "Chief Executive", "Chairwoman", "Founder"]],
  );

  const [review] = body.reviews;
  const standIn = /^ {2}HubSpot +(http:\S+), the stand-in/m.exec(said.out)[1];
  const record = `${standIn}/try-out/contacts/${review.crmId}`;
  const [asPenguinMails, asValue, editThere, editHere, audit] = commands;
  assert.match(asPenguinMails, /"choose": "local"/);
  await inShell([keyLine, asValue]);
  await until(/job_title +Founder +Chief Executive +Chairwoman +Owner\n.*answered/);
  await inShell([keyLine, editThere]);
  await until(/city +Turin +Turin +Rome +Rome\n.*crm_changed/);
  await inShell([keyLine, editHere]);
  await until(/city +Rome +Milan +Rome +Milan\n.*local_changed/);
  // Whatever is decided is written before long.
  for (;;) {
    const { properties } = (await json(record)).body;
    if (properties.jobtitle === "Owner" && properties.city === "Milan") break;
    await new Promise((done) => setTimeout(done, 50));
  }
  const { entries } = JSON.parse(await inShell([keyLine, audit]));
  assert.deepEqual(
    entries[0].decision.fields.filter(({ id }) => id === "city").map(({ reason }) => reason),
    ["local_changed"],
  );
  assert.equal((await json(`${origin}/api/reviews?state=open`, { key })).body.reviews.length, 0);

  // The stand-in's other hands.
  const create = (fields) => json(`${standIn}/try-out/contacts`, { method: "POST", body: JSON.stringify(fields) });
  const { status, body: made } = await create({ email: "ada@example.com", firstname: "Ada" });
  assert.equal(status, 201);
  await until(/Ada is new in HubSpot, and was created in PenguinMails/);
  assert.equal((await create({ email: "ada@example.com" })).status, 400);
  assert.equal((await create(["no", "object"])).status, 400);
  assert.equal((await create({ no_such_property: "x" })).status, 400);
  assert.equal((await json(`${record}/opt-out`, { method: "POST" })).body.properties.hs_email_optout, "true");
  await until(/unsubscribed .*\n[^(]*\(opt_out_wins\)[\s\S]*unsubscribed .*\n[^(]*\(opt_out_wins\)/);
  const { mailable } = (await json(`${origin}/contacts/${review.contact}`, { key })).body;
  assert.deepEqual(mailable, { ok: false, because: ["opted_out"], optedOutOf: [] });
  assert.equal((await fetch(`${standIn}/try-out/contacts/${made.id}`, { method: "DELETE" })).status, 204);
  await until(/Ada was deleted on one side/);
  assert.equal((await json(`${standIn}/try-out/contacts/${made.id}`)).status, 404);
  assert.equal((await json(`${standIn}/try-out/contacts`, { method: "PUT" })).status, 405);

  assert.equal(await end("SIGTERM"), 0);
  assert.equal(said.err, "");
  await assert.rejects(fetch(`${origin}/healthz`), "nothing listens any more");
});

test("the service goes on with what its folder holds", async () => {
  const folder = join(temporary, "folder");
  const port = await freePort();
  const args = ["--port", String(port), "--folder", folder];
  const origin = `http://127.0.0.1:${port}`;
  const first = await started(args, configured);
  const key = /cs_[\w-]{43}/.exec(first.said.out)[0];
  assert.match(first.said.out, /https:\/\/sync\.example\.com\/webhooks\/hubspot/);
  assert.equal(statSync(join(folder, "keys")).mode & 0o777, 0o600);

  const changes = [{ id: "c1", patch: { email: "canary@example.com" }, updatedAt: new Date().toISOString() }];
  const changed = await json(`${origin}/contacts/changes`, { key, method: "POST", body: JSON.stringify({ changes }) });
  assert.equal(changed.status, 202);

  const other = ["--port", String(await freePort()), "--folder", folder];
  const taken = await run(["serve", ...other], "", { env: configured });
  assert.deepEqual([taken.code, taken.stdout], [2, ""]);
  assert.match(taken.stderr, /error CLI009: .*is in use by process \d+/);
  const samePort = await run(["serve", ...args], "", { env: configured });
  assert.equal(samePort.code, 2);
  assert.match(samePort.stderr, /error CLI009: port \d+ of 127\.0\.0\.1 is taken/);

  assert.equal(await first.end("SIGINT"), 0);
  const log = first.said.err
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.ok(log.some(({ event, route }) => event === "request" && route === "POST /contacts/changes"));
  assert.ok(!first.said.err.includes("canary"));

  const second = await started([...args, "--new-key"], configured);
  const another = /cs_[\w-]{43}/.exec(second.said.out)[0];
  assert.notEqual(another, key);
  for (const one of [key, another])
    assert.equal((await json(`${origin}/contacts/c1`, { key: one })).body.record.email, "canary@example.com");
  assert.equal(await second.end("SIGTERM"), 0);

  const upgraded = await run(["serve", "--folder", folder, "--finish-upgrade"], "", { env: configured });
  assert.deepEqual([upgraded.code, upgraded.stdout], [0, "No upgrade was under way.\n"], upgraded.stderr);
});

test("a crash says where it was, and no value", async () => {
  // As a driver's errors are: with what the database quotes.
  const crash = "Promise.reject(Object.assign(new Error('(email)=(canary)'), { code: '23505', detail: 'canary' }))";
  const preload = `data:text/javascript,${encodeURIComponent(`process.once("SIGUSR2", () => ${crash})`)}`;
  const args = ["--port", String(await freePort()), "--folder", join(temporary, "crash")];
  const { said, end } = await started(args, { ...configured, NODE_OPTIONS: `--import ${preload}` });
  assert.equal(await end("SIGUSR2"), 1);
  const { event, error } = JSON.parse(said.err.trim().split("\n").at(-1));
  assert.deepEqual([event, error.name, error.code], ["crashed", "Error", "23505"]);
  assert.ok(error.frames.length > 0 && !said.err.replaceAll(preload, "").includes("canary"), said.err);
});

const key = Buffer.alloc(32, 7).toString("base64");
const refusals = {
  "a port that is none": [["--port", "http"], {}, "CLI001"],
  "port 0": [["--port", "0"], {}, "CLI001"],
  "what is no option": [["now"], {}, "CLI001"],
  "a folder while it is tried out": [["--folder", "x"], {}, "CLI001"],
  "a database that is no PostgreSQL": [["--database", "mysql://127.0.0.1/x"], {}, "CLI001"],
  "a PostgreSQL without keys": [["--database", "postgres://127.0.0.1:1/x"], {}, "CLI001"],
  "a PostgreSQL that is not there": [
    ["--database", "postgres://u:secret@127.0.0.1:1/x"],
    { CRM_SYNC_KEYS: `a:${key}` },
    "CLI009",
  ],
  "an app without its secret": [[], { HUBSPOT_CLIENT_ID: "x" }, "CLI001"],
  "an app without its id": [[], { SALESFORCE_CLIENT_SECRET: "x" }, "CLI001"],
  "a public URL that is none": [[], { CRM_SYNC_PUBLIC_URL: "sync.example.com" }, "CLI001"],
  "a key without a name": [[], { CRM_SYNC_PUBLIC_URL: "https://x.test", CRM_SYNC_KEYS: key }, "CLI001"],
  "a time of nothing that is kept": [
    [],
    { CRM_SYNC_PUBLIC_URL: "https://x.test", CRM_SYNC_RETENTION: "all:7" },
    "CLI001",
  ],
  "a time of no days": [[], { CRM_SYNC_PUBLIC_URL: "https://x.test", CRM_SYNC_RETENTION: "inbox:0" }, "CLI001"],
  "a token of the metrics that can be guessed": [
    [],
    { CRM_SYNC_PUBLIC_URL: "https://x.test", CRM_SYNC_METRICS_TOKEN: "secret" },
    "CLI001",
  ],
  "a key that is too short": [[], { CRM_SYNC_PUBLIC_URL: "https://x.test", CRM_SYNC_KEYS: "a:secret" }, "CLI001"],
};
for (const [name, [args, env, code]] of Object.entries(refusals)) {
  test(`${name} is refused`, async () => {
    const port = args[0] === "--port" ? [] : ["--port", String(await freePort())];
    const said = await run(["serve", ...port, ...args], "", { env: environment(env) });
    assert.deepEqual([said.code, said.stdout], [2, ""]);
    assert.ok(said.stderr.startsWith(`crm-sync: error ${code}: `), said.stderr);
    assert.doesNotMatch(said.stderr, /secret[^_]|BwcHB/);
  });
}

test("packages that are missing are named together, and nothing but the service needs them", async () => {
  const folder = join(temporary, "package");
  for (const part of ["dist", "examples", "package.json"])
    cpSync(pathOf(part), join(folder, part), { recursive: true });
  const program = join(folder, "dist/cli/crm-sync.js");
  const alone = async (args, env) => {
    const child = spawn(process.execPath, args, { cwd: folder, env: environment(env) });
    let said = "";
    child.stderr.on("data", (chunk) => (said += chunk));
    const [code] = await once(child, "close");
    return { code, said };
  };
  const metrics = { CRM_SYNC_PUBLIC_URL: "https://x.test", CRM_SYNC_METRICS_TOKEN: "0123456789abcdef" };
  const { code, said } = await alone([program, "serve"], metrics);
  assert.equal(code, 2);
  const [, named, listed] =
    /^crm-sync: error (\w+): .*: (.*)\n {2}hint: npm install \2\n$/.exec(said) ?? assert.fail(said);
  assert.equal(named, "CLI008");
  const neededBy = (file) =>
    [
      ...readFileSync(join(folder, "dist/service", file), "utf8").matchAll(
        /^(?:import|export)\b[^;"]*"([^."][^"]*)";/gm,
      ),
    ]
      .map(([, name]) => name)
      .filter((name) => !/^(node|cloudflare):|^@penguinmails\//.test(name));
  const files = readdirSync(join(folder, "dist/service")).filter((name) => name.endsWith(".js"));
  const needed = new Set(["hono", "zod", ...files.filter((name) => name !== "cloudflare.js").flatMap(neededBy)]);
  assert.deepEqual(listed.split(" ").toSorted(), [...needed].toSorted());
  assert.ok(needed.size >= 9, [...needed].join());
  const { peerDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const name of [...needed, ...neededBy("cloudflare.js")]) assert.ok(name in peerDependencies, name);
  assert.ok(neededBy("cloudflare.js").includes("croner"), "which serve does not need");

  assert.doesNotMatch((await alone([program, "serve"])).said, /prom-client/, "without metrics");

  assert.equal((await alone([program, "check", "examples/hubspot-contacts.yaml"])).code, 0);
  const handler = 'import { createWebhookHandler } from "@penguinmails/crm-sync/webhooks"; createWebhookHandler.name';
  assert.deepEqual(await alone(["--input-type=module", "--eval", handler]), { code: 0, said: "" });
});
