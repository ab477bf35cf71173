/** Requests that are not as documented, and what the API does for people. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { time } from "../support.js";
import { calls } from "./calls.js";
import { type Calling, ids, keyOf, message, organization, portal, service } from "./support.js";

const at = new Date(time).toISOString();
const { hubspot, salesforce, review, run } = ids("ours");
const host = keyOf("ours", "host");

interface Answered {
  status: number;
  type?: string;
  mistakes?: { at: string; mistake: string }[];
  [more: string]: unknown;
}

async function call(method: string, path: string, given: Calling = {}, to = service()): Promise<Answered> {
  const response = await to.call(method, path, given);
  return { ...(JSON.parse(await response.text()) as object), status: response.status };
}

const changes = (body: unknown) => call("POST", "/contacts/changes", { key: host, body });
const change = (more: object = {}) => ({ id: "c1", patch: {}, updatedAt: at, ...more });
const positions = ({ mistakes }: Answered) => mistakes?.map((one) => one.at);

test("bodies that are no JSON, or that nobody could keep", async () => {
  for (const body of [
    "",
    "{",
    '{"changes":[]} []',
    "{'changes':[]}",
    "[".repeat(100_000),
    `{"changes":${"[".repeat(100)}${"]".repeat(100)}}`,
    JSON.stringify({ changes: [change({ patch: { note: "a\0b" } })] }),
    '{"changes":[{"id":"c1","patch":{"note":"\\ud800"},"updatedAt":"2026-01-01T00:00:00Z"}]}',
    '{"changes":[{"id":"c1","patch":{"__proto__":{"a":1}},"updatedAt":"2026-01-01T00:00:00Z"}]}',
    '{"changes":[{"id":"c1","patch":{"n":1e999},"updatedAt":"2026-01-01T00:00:00Z"}]}',
  ]) {
    const { status, type } = await changes(body);
    assert.equal(status, 400, body.slice(0, 80));
    assert.equal(type, "urn:crm-sync:problem:not-json");
  }
  const latin1 = await service().app.request("/contacts/changes", {
    method: "POST",
    headers: { authorization: `Bearer ${host}`, "content-type": "application/json" },
    body: new Uint8Array([0x22, 0xe9, 0x22]),
  });
  assert.equal(latin1.status, 400);
});

test("a body of another type, and one that is too large", async () => {
  const text = { key: host, body: { changes: [] }, headers: { "content-type": "text/plain" } };
  assert.equal((await call("POST", "/contacts/changes", text)).status, 415);
  const large = { changes: [change({ patch: { note: "x".repeat(1 << 23) } })] };
  assert.equal((await changes(large)).status, 413);
  assert.equal((await call("POST", "/api/runs", { body: "x".repeat((1 << 16) + 1) })).status, 413);
});

test("mistakes are told by their places", async () => {
  const wrong = await changes({
    changes: [
      change(),
      change({ updatedAt: "yesterday" }),
      change({ id: "" }),
      change({ patch: 7 }),
      change({ acts: { unsubscribed: { by: "subject" } } }),
      change({ fieldTimes: { "consent.news": 5, "ada@example.test": 5 } }),
      change({ unknown: 1 }),
    ],
  });
  assert.equal(wrong.status, 422);
  assert.deepEqual(positions(wrong), [
    "body/changes/1/updatedAt",
    "body/changes/2/id",
    "body/changes/3/patch",
    "body/changes/4/acts/unsubscribed/at",
    "body/changes/5/fieldTimes/consent.news",
    "body/changes/5/fieldTimes/*",
    "body/changes/6",
  ]);
  assert.deepEqual(positions(await changes([])), ["body"]);
  assert.deepEqual(positions(await changes({ changes: Array(1001).fill(change()) })), ["body/changes"]);
  assert.equal((await changes({ changes: Array(1000).fill(change()) })).status, 202);
  const many = await changes({ changes: Array(1000).fill(change({ id: 1 })) });
  assert.equal(many.mistakes?.length, 20);
  assert.deepEqual(positions(await call("GET", "/api/audit?limit=0&contact=a")), ["query/limit"]);
  assert.deepEqual(positions(await call("GET", "/api/reviews?state=lost")), ["query/state"]);
  assert.deepEqual(positions(await call("GET", "/api/runs?unknown=1")), ["query"]);
});

test("paths, methods and ids that are not there", async () => {
  for (const path of [
    "/",
    "/api",
    "/api/nothing",
    "/webhooks",
    "/contacts/",
    "/contacts/%00",
    "/contacts/%ff",
    "/contacts/%",
  ]) {
    assert.equal((await call("GET", path)).status, 404, path);
  }
  assert.equal((await call("GET", `/contacts/${"a".repeat(201)}`)).status, 404);
  for (const [method, path, allow] of [
    ["DELETE", "/contacts/c1", "GET"],
    ["GET", "/webhooks/hubspot", "POST"],
    ["PATCH", "/api/integrations", "GET, POST"],
    ["OPTIONS", "/api/integrations", "GET, POST"],
    ["POST", "/openapi.json", "GET"],
  ] as const) {
    const response = await service().call(method, path);
    assert.equal(response.status, 405, `${method} ${path}`);
    assert.equal(response.headers.get("allow"), allow);
  }
});

test("every answer has the security headers, and none is kept in a cache", async () => {
  for (const path of ["/healthz", "/nothing", "/api/reviews", "/openapi.json"]) {
    const { headers } = await service().call("GET", path);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.match(headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
    assert.ok(headers.has("strict-transport-security"));
  }
});

const created = (more: object = {}) => ({
  id: "new",
  crm: "salesforce",
  account: "00D000000000003EAA",
  mapping: "name: new",
  settings: { baseUrl: "https://new.example.com", keyField: "Key__c" },
  ...more,
});

test("connecting: proposed, scheduled, and with a secret that is told once", async () => {
  const to = service();
  const added = await call("POST", "/api/integrations", { body: created() }, to);
  assert.equal(added.status, 201);
  assert.equal(added.state, "proposed");
  assert.equal(added.mappingVersion, 1);
  assert.deepEqual(to.scheduled, ["new"]);
  const path = added.webhookPath as string;
  assert.match(path, /^\/webhooks\/salesforce\/00D000000000003EAA\/[\w-]{43}$/);
  const shown = JSON.stringify(await call("GET", "/api/integrations/new", {}, to));
  assert.ok(!/secret/i.test(shown) && !shown.includes(path.split("/").at(-1) as string));
  const answer = await to.call("POST", path, {
    body: message("00D000000000003EAA"),
    headers: { "content-type": "text/xml" },
  });
  assert.equal(answer.status, 200);
});

test("connecting what cannot be connected", async () => {
  const type = async (more: object) => (await call("POST", "/api/integrations", { body: created(more) })).type;
  assert.equal(await type({ id: hubspot }), "urn:crm-sync:problem:integration-exists");
  assert.equal(await type({ account: organization("ours") }), "urn:crm-sync:problem:account-taken");
  assert.equal(await type({ account: organization("theirs") }), "urn:crm-sync:problem:account-taken");
  const elsewhere = { settings: { baseUrl: "https://169.254.169.254", keyField: "Key__c" } };
  assert.equal(await type(elsewhere), "urn:crm-sync:problem:address-refused");
  assert.equal(await type({ account: portal("ours") }), "urn:crm-sync:problem:invalid");
  assert.equal(await type({ crm: "hubspot" }), "urn:crm-sync:problem:invalid");
  const refused = await call("POST", "/api/integrations", { body: created({ mapping: "a mistake" }) });
  assert.equal(refused.type, "urn:crm-sync:problem:mapping-refused");
  assert.equal((refused.diagnostics as { code: string }[])[0]?.code, "MAP001");
});

test("a mapping's new version is checked, and its schedules are set", async () => {
  const to = service();
  const path = `/api/integrations/${hubspot}/mapping`;
  assert.equal(
    (await call("PUT", path, { body: { file: "a mistake" } }, to)).type,
    "urn:crm-sync:problem:mapping-refused",
  );
  assert.deepEqual(await call("GET", path, {}, to), { version: 1, file: "name: ours", status: 200 });
  assert.deepEqual(await call("PUT", path, { body: { file: "name: newer" } }, to), {
    version: 2,
    file: "name: newer",
    status: 200,
  });
  assert.deepEqual(to.scheduled, [hubspot]);
});

test("a pause makes nothing active that was not", async () => {
  const to = service();
  const own = () => to.store.all.find((one) => one.id === salesforce) as { state: string };
  const post = (what: string) => call("POST", `/api/integrations/${salesforce}/${what}`, {}, to);
  assert.equal((await post("pause")).state, "paused");
  assert.equal((await post("pause")).status, 200);
  assert.equal(own().state, "paused");
  assert.equal((await post("resume")).state, "active");
  for (const state of ["proposed", "revoked"]) {
    own().state = state;
    for (const what of ["pause", "resume"]) {
      const { status, code } = await post(what);
      assert.deepEqual({ status, code }, { status: 409, code: state });
    }
    assert.equal(own().state, state);
  }
});

test("tokens are handed in, and one whose tokens were refused goes on where a person had approved it", async () => {
  const to = service();
  const own = () => to.store.all.find((one) => one.id === salesforce) as { state: string };
  const put = (body: object) => call("PUT", `/api/integrations/${salesforce}/credentials`, { body }, to);
  const tokens = { access: "access", refresh: "refresh" };
  const answer = await put({ ...tokens, expiresIn: 1800 });
  assert.equal(answer.status, 200);
  assert.doesNotMatch(JSON.stringify(answer), /access|refresh/);
  assert.deepEqual(to.connected, [[salesforce, { ...tokens, expires: to.clock.now() + 1_800_000 }]]);
  assert.equal(own().state, "active");
  for (const wrong of [{}, { access: "" }, { access: "two words" }, { access: "a\r\nb: c" }, { ...tokens, more: 1 }])
    assert.equal((await put(wrong)).type, "urn:crm-sync:problem:invalid");
  to.store.raised.push({ tenant: "ours", integration: salesforce, kind: "revoked", detail: {}, since: "" });
  own().state = "revoked";
  assert.equal((await put(tokens)).state, "proposed");
  assert.equal(
    to.store.raised.some(({ kind }) => kind === "revoked"),
    false,
  );
  const [run] = to.store.allRuns;
  to.store.allRuns.push({ ...run, id: salesforce, dry: false } as typeof run & object);
  own().state = "revoked";
  assert.equal((await put(tokens)).state, "active");
  own().state = "paused";
  assert.equal((await put(tokens)).state, "paused");
});

test("a preview stores nothing", async () => {
  const to = service();
  const preview = (body: object) => call("POST", "/api/preview", { body }, to);
  const decided = await preview({ mapping: "name: x", inputs: [{ local: { n: 1 } }, { local: null }] });
  assert.deepEqual(decided.decisions, [
    { outcome: "in_sync", local: { n: 1 } },
    { outcome: "in_sync", local: null },
  ]);
  assert.equal((await preview({ mapping: "a mistake", inputs: [{}] })).type, "urn:crm-sync:problem:mapping-refused");
  const refused = await preview({ mapping: "name: x", inputs: [{ refuse: true }] });
  assert.equal(refused.type, "urn:crm-sync:problem:input-refused");
  assert.equal(refused.code, "REC001");
  assert.deepEqual(refused.places, [{ code: "REC001", path: "/local" }]);
  assert.equal(to.store.calls, 3, "the key was looked up, and nothing else");
});

test("answers to reviews", async () => {
  const path = `/api/reviews/${hubspot}/${review}/answer`;
  const by = { at, by: "editor@ours" };
  for (const [body, kept] of [
    ['{"choose":"local"}', { choose: "local", ...by }],
    ['{"choose":"none"}', { choose: "none", ...by }],
    ['{"choose":"value","value":null}', { choose: "value", value: null, ...by }],
    [
      '{"choose":"value","value":{"n":[9007199254740993]}}',
      { choose: "value", value: { n: [9007199254740993n] }, ...by },
    ],
    ['{"choose":"link","candidate":"crm:9"}', { choose: "link", candidate: "crm:9", ...by }],
  ] as const) {
    const to = service();
    assert.equal((await call("POST", path, { body }, to)).status, 202, body);
    assert.deepEqual(to.store.openReviews[0]?.answer, kept);
    assert.equal((await call("POST", path, { body }, to)).status, 404, "it is not open any more");
  }
  for (const body of [
    {},
    { choose: "both" },
    { choose: "value" },
    { choose: "link" },
    { choose: "link", candidate: "run:1" },
    { choose: "crm", by: "somebody else" },
  ]) {
    assert.equal((await call("POST", path, { body })).status, 422, JSON.stringify(body));
  }
});

test("runs: started, refused, shown by the page", async () => {
  const to = service();
  const start = (body: object) => call("POST", "/api/runs", { body }, to);
  const started = await start({ integration: hubspot, kind: "reconcile", dry: true });
  assert.deepEqual([started.status, started.startedBy, started.dry], [202, "editor@ours", true]);
  for (const one of to.store.all) one.state = "proposed";
  const refused = await start({ integration: hubspot, kind: "first_sync" });
  assert.deepEqual([refused.status, refused.code], [409, "not_approved"]);
  const shown = await call("GET", `/api/runs/${hubspot}/${run}`, {}, to);
  assert.equal(shown.state, "done");
  assert.ok(!("checkpoint" in shown));
  assert.equal((await call("POST", `/api/runs/${hubspot}/${run}/approve`, {}, to)).startedBy, "editor@ours");
  for (let index = 0; index < 5; index++) {
    to.store.items.push({
      subject: `crm:${index}`,
      contact: null,
      crmId: String(index),
      outcome: "create_local",
      local: { n: 2n ** 60n },
      crm: {},
      reasons: {},
      match: "create_local",
    });
  }
  const seen: string[] = [];
  for (let after: unknown = 0; after !== null; ) {
    const response = await to.call("GET", `/api/runs/${hubspot}/${run}/items?after=${after}&limit=2`);
    const text = await response.text();
    assert.match(text, /"n":1152921504606846976/);
    const page = JSON.parse(text) as { items: { subject: string }[]; next: number | null };
    seen.push(...page.items.map(({ subject }) => subject));
    after = page.next;
  }
  assert.deepEqual(seen, ["crm:0", "crm:1", "crm:2", "crm:3", "crm:4"]);
});

test("the audit gives inputs and decisions byte by byte, page by page", async () => {
  const to = service();
  const text = await (await to.call("GET", "/api/audit")).text();
  assert.ok(text.includes('"input":{"local": {"amount": 1.0, "employees": 9007199254740993, "of": "ours"}}'));
  assert.ok(text.includes('"decision":{"outcome":"in_sync"}}'));
  assert.deepEqual((JSON.parse(text) as { before: unknown }).before, null);
  const [entry] = to.store.entries;
  assert.ok(entry);
  to.store.entries.splice(0, 1, ...["a4", "a3", "a2", "a1", "a0"].map((id) => ({ ...entry, id })));
  const seen: string[] = [];
  for (let before: string | null = "b"; before !== null; ) {
    const page = (await call("GET", `/api/audit?limit=2&before=${before}`, {}, to)) as unknown as {
      entries: { id: string }[];
      before: string | null;
    };
    seen.push(...page.entries.map(({ id }) => id));
    before = page.before;
  }
  assert.deepEqual(seen, ["a4", "a3", "a2", "a1", "a0"]);
});

test("ready is who can reach the store; healthy is who runs", async () => {
  const to = service();
  to.store.broken = new Error("connection refused");
  assert.equal((await call("GET", "/healthz", { key: null }, to)).status, 200);
  const response = await to.call("GET", "/readyz", { key: null });
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "5");
});

test("callers can be known in another way", async () => {
  const to = service({ authenticate: async () => ({ tenant: "theirs", actor: "somebody", roles: ["reader"] }) });
  const { integrations } = await call("GET", "/api/integrations", { key: null }, to);
  assert.deepEqual(
    (integrations as { id: string }[]).map(({ id }) => id),
    ["hubspot-theirs", "salesforce-theirs"],
  );
});

test("ids with any signs, escaped in the path", async () => {
  for (const id of ["a/b", "a b", "ä%2F", "#?&", "..", "crm:1|2"]) {
    const to = service();
    Object.assign(to.store.openReviews[0] ?? {}, { id });
    const path = `/api/reviews/${hubspot}/${encodeURIComponent(id).replace("..", "%2E%2E")}/answer`;
    const { status } = await call("POST", path, { body: { choose: "crm" } }, to);
    // A URL's ".." is a step upwards however it is written, so that no such id can be asked for.
    assert.equal(status, id === ".." ? 404 : 202, id);
  }
});

test("a log that fails changes no answer", async () => {
  const to = service({
    log: () => {
      throw new Error("the disk is full");
    },
  });
  assert.equal((await call("GET", "/api/alerts", {}, to)).status, 200);
});

test("no body makes a route fail", async () => {
  const posted = Object.entries(calls).filter(([, { may, body }]) => may !== null && body !== undefined);
  const value = fc.jsonValue({ maxDepth: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...posted), fc.double(), value, async ([name, { may, path, body }], at, junk) => {
      // The example's body with something else in one of its places, or something else altogether.
      const text = JSON.stringify(body?.("ours"));
      const places = [...text.matchAll(/"[^"]*"(?=[,}\]])|\[\]|\{\}/g)];
      const place = places[Math.floor(Math.abs(at || 0) % (places.length + 1))];
      const altered =
        place === undefined
          ? JSON.stringify(junk)
          : text.slice(0, place.index) + JSON.stringify(junk) + text.slice(place.index + place[0].length);
      const key = keyOf("ours", may?.includes("host") ? "host" : "editor");
      const { status } = await call(name.split(" ")[0] as string, path("ours"), { key, body: altered });
      assert.ok(status < 500, `${name}: ${altered}`);
    }),
    { numRuns: 300 },
  );
});
