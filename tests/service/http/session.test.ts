/** Sessions of people: what the browser keeps, how long it holds, and how often a key may be tried. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signIn } from "./sign-in.js";
import { keyOf, service } from "./support.js";

const hour = 3_600_000;
const key = keyOf("ours", "editor");
const reads = (to: ReturnType<typeof service>, cookie: string) =>
  to.call("GET", "/api/reviews", { key: null, headers: { cookie } });

test("the cookie is for this host alone, and no script and no other site gets it", async () => {
  const to = service();
  const { attributes, cookie, csrf } = await signIn(to, key);
  assert.match(attributes, /^__Host-crm-sync=[\w-]{43}; Max-Age=28800; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
  const token = cookie.split("=")[1] as string;
  assert.ok(!csrf.includes(token) && !token.includes(csrf));
  const kept = JSON.stringify([...to.store.sessions.values()]);
  for (const secret of [token, csrf, key]) assert.ok(!kept.includes(secret), "only hashes are kept");
  const told = await to.call("GET", "/api/session", { key: null, headers: { cookie } });
  assert.deepEqual(await told.json(), { actor: "editor@ours", roles: ["editor"], csrf });
  const byKey = await to.call("GET", "/api/session");
  assert.deepEqual(await byKey.json(), { actor: "editor@ours", roles: ["editor"], csrf: null });
});

test("a session ends after eight hours, with signing out, and with its key", async () => {
  const to = service();
  const first = await signIn(to, key);
  to.clock.time += 8 * hour - 1;
  assert.equal((await reads(to, first.cookie)).status, 200);
  to.clock.time += 1;
  assert.equal((await reads(to, first.cookie)).status, 401);

  const second = await signIn(to, key);
  const out = await to.call("DELETE", "/api/session", {
    key: null,
    headers: { cookie: second.cookie, "x-crm-sync-csrf": second.csrf },
  });
  assert.equal(out.status, 204);
  assert.match(out.headers.get("set-cookie") ?? "", /^__Host-crm-sync=; Max-Age=0; /);
  assert.equal((await reads(to, second.cookie)).status, 401);

  const third = await signIn(to, key);
  assert.equal((await reads(to, third.cookie)).status, 200);
  const removed = await to.call("DELETE", "/api/keys/key-editor-ours", { key: keyOf("ours", "admin") });
  assert.equal(removed.status, 204);
  assert.equal((await reads(to, third.cookie)).status, 401);
  assert.equal((await to.call("GET", "/api/reviews")).status, 401, "nor does the key itself hold");
});

test("where there is a key as well, the key counts", async () => {
  const to = service();
  const { cookie, csrf } = await signIn(to, key);
  const headers = { cookie, "x-crm-sync-csrf": csrf };
  assert.equal((await to.call("GET", "/api/reviews", { key: keyOf("ours", "host"), headers })).status, 403);
  assert.equal((await to.call("GET", "/api/reviews", { key: "an-unknown-key-0123456789", headers })).status, 401);
});

test("several keys hold at a time, until one is taken back", async () => {
  const to = service();
  const admin = keyOf("ours", "admin");
  const made = await to.call("POST", "/api/keys", { key: admin, body: { actor: "ann", roles: ["reader"] } });
  const { key: another } = (await made.json()) as { key: string };
  assert.match(another, /^cs_[\w-]{43}$/);
  for (const one of [another, keyOf("ours", "reader")]) {
    assert.equal((await to.call("GET", "/api/reviews", { key: one })).status, 200);
  }
  const { keys } = (await (await to.call("GET", "/api/keys", { key: admin })).json()) as { keys: object[] };
  assert.equal(keys.length, 5);
  assert.ok(!JSON.stringify(keys).includes(another));
  const bad = await to.call("POST", "/api/keys", { key: admin, body: { actor: "ann", roles: ["owner"] } });
  assert.equal(bad.status, 422);
});

test("who tries keys that are not known has to wait, and nobody else", async () => {
  let address = "one";
  const to = service({ addressOf: () => address });
  const tries = async (given: string) => (await signIn(to, given)).status;
  for (let time = 0; time < 10; time++) assert.equal(await tries(`an-unknown-key-${time}`), 401);
  const { calls } = to.store;
  const refused = await to.call("POST", "/api/session", { key: null, body: { key } });
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.equal(to.store.calls, calls, "the key is not even looked up");
  address = "another";
  assert.equal(await tries(key), 200);
  address = "one";
  to.clock.time += 6_000;
  assert.equal(await tries("an-unknown-key-11"), 401);
  assert.equal(await tries(key), 429);
  to.clock.time += 60_000;
  for (let time = 0; time < 30; time++) assert.equal(await tries(key), 200, "who is known is not counted");
});
