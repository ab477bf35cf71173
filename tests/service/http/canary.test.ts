/** Recognisable values go in everywhere; no refusal and no log entry holds one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { event, signed, time } from "../support.js";
import { calls } from "./calls.js";
import { ids, keyOf, organization, type Service, service, webhookSecret } from "./support.js";

const canary = "canary-7f3a@example.test";
const marks = [canary, "canary", "7f3a", keyOf("ours", "editor"), keyOf("ours", "host"), webhookSecret("ours")];
const at = new Date(time).toISOString();
const { hubspot, review } = ids("ours");

interface Attempt {
  method: string;
  path: string;
  body?: unknown;
  key?: string;
  headers?: Record<string, string>;
}

const host = keyOf("ours", "host");
const encoded = encodeURIComponent(canary);
const signedBody = JSON.stringify([event({ portalId: canary, propertyValue: canary, canary })]);

/** Each is refused. */
const refused: Attempt[] = [
  { method: "GET", path: `/${encoded}` },
  { method: "GET", path: `/contacts/${encoded}` },
  { method: "DELETE", path: `/contacts/${encoded}` },
  { method: "GET", path: `/api/integrations/${encoded}` },
  { method: "GET", path: `/api/runs/${encoded}/${encoded}/items` },
  { method: "GET", path: `/api/audit?limit=${encoded}` },
  { method: "GET", path: `/api/audit?${encoded}=1` },
  { method: "GET", path: `/api/reviews?state=${encoded}` },
  { method: "GET", path: "/api/reviews", key: `${canary}-0123456789` },
  { method: "POST", path: "/contacts/changes", key: host, body: `{"changes": ${canary}` },
  { method: "POST", path: "/contacts/changes", key: host, body: { changes: [], [canary]: canary } },
  ...[
    { updatedAt: canary },
    { patch: canary },
    { patch: { email: `${canary}\0` } },
    { id: `${canary}\n` },
    { acts: { unsubscribed: { by: canary, at } } },
    { acts: { unsubscribed: { by: "subject", at, source: canary } } },
    { acts: { unsubscribed: { by: "subject", at: canary } } },
    { fieldTimes: { email: canary } },
    { [canary]: true },
  ].map((more) => ({
    method: "POST",
    path: "/contacts/changes",
    key: host,
    body: { changes: [{ id: "c1", patch: { email: canary }, updatedAt: at, ...more }] },
  })),
  { method: "POST", path: "/engagements", key: host, body: { engagements: [{ id: "e", contact: 1, row: canary }] } },
  {
    method: "POST",
    path: "/api/preview",
    body: { mapping: "x", inputs: [{ refuse: true, local: { email: canary } }] },
  },
  { method: "POST", path: "/api/preview", body: { mapping: "x", inputs: canary } },
  { method: "POST", path: `/api/reviews/${hubspot}/${review}/answer`, body: { choose: canary } },
  { method: "POST", path: `/api/reviews/${hubspot}/${review}/answer`, body: { choose: "link", candidate: canary } },
  { method: "POST", path: `/api/reviews/${hubspot}/${encoded}/answer`, body: { choose: "value", value: canary } },
  { method: "POST", path: "/api/runs", body: { integration: hubspot, kind: canary } },
  {
    method: "POST",
    path: "/api/integrations",
    body: {
      id: "new",
      crm: "hubspot",
      account: canary,
      mapping: canary,
      settings: {
        baseUrl: `https://${canary}`,
        keyField: canary,
        ourself: canary,
        subscriptions: { [canary]: canary },
      },
    },
  },
  { method: "PUT", path: `/api/integrations/${hubspot}/mapping`, body: { file: canary.length, canary } },
  { method: "POST", path: "/webhooks/hubspot", body: [event({ propertyValue: canary })] },
  { method: "POST", path: "/webhooks/hubspot", body: signedBody, headers: signed(signedBody, { secret: canary }) },
  { method: "POST", path: "/webhooks/hubspot", body: signedBody, headers: signed(signedBody) },
  { method: "POST", path: `/webhooks/salesforce/${organization("ours")}/${encoded}`, body: canary },
  { method: "POST", path: `/webhooks/salesforce/${organization("ours")}/${webhookSecret("ours")}`, body: canary },
];

async function search(to: Service, { method, path, ...given }: Attempt): Promise<number> {
  const response = await to.call(method, path, given);
  const text = `${await response.text()}\n${JSON.stringify([...response.headers])}\n${JSON.stringify(to.log)}`;
  for (const mark of marks) assert.ok(!text.includes(mark), `${method} ${path}: ${text}`);
  assert.equal(to.log.length, 1);
  return response.status;
}

test("no refusal holds a value, and no log entry", async () => {
  for (const attempt of refused) {
    const status = await search(service(), attempt);
    assert.ok(status >= 400 && status < 500, `${status} ${JSON.stringify(attempt)}`);
  }
});

test("what a driver throws reaches nobody, and of its place only the frames are logged", async () => {
  const problems = new Set<number>();
  for (const [name, { may, path, body, headers }] of Object.entries(calls)) {
    const to = service();
    const error = Object.assign(new Error(`duplicate key (email)=(${canary})`), { code: "23505", detail: canary });
    error.stack = `Error: duplicate key (email)=(${canary})\n${canary}\n    at Store.write (store.ts:1:1)`;
    const given = body?.("ours");
    const text = typeof given === "string" || given === undefined ? given : JSON.stringify(given);
    // The key is looked up before anything breaks.
    const store = to.store;
    const lookUp = store.callerOf;
    store.callerOf = async (hash) => {
      const caller = await lookUp(hash);
      store.broken = error;
      return caller;
    };
    if (may === null) store.broken = error;
    const status = await search(to, {
      method: name.split(" ")[0] as string,
      path: path("ours"),
      key: may?.includes("host") ? host : keyOf("ours", "editor"),
      ...(text !== undefined && { body: text }),
      ...(headers && { headers: headers(text ?? "") }),
    });
    if (status < 500) continue;
    problems.add(status);
    assert.deepEqual(to.log[0]?.error, { name: "Error", code: "23505", frames: ["at Store.write (store.ts:1:1)"] });
  }
  assert.deepEqual([...problems].toSorted(), [500, 503]);
});

test("a log entry names the route, never the path", async () => {
  const to = service();
  await to.call("GET", `/contacts/${ids("ours").contact}?x=1`);
  await to.call("GET", "/nowhere");
  const { milliseconds: _, trace: __, ...entry } = to.log[0] ?? assert.fail();
  assert.deepEqual(entry, { route: "GET /contacts/{id}", tenant: "ours", status: 200 });
  assert.equal(to.log[1]?.route, "unknown");
});
