import assert from "node:assert/strict";
import { test } from "node:test";
import { crmHosts } from "../../../web/service/crm/allowed-hosts.js";
import {
  type CredentialsOptions,
  createCredentials,
  sealTokens,
  type Tokens,
  tokenEndpoint,
} from "../../../web/service/crm/credentials.js";
import { createHttp } from "../../../web/service/crm/http.js";
import { type Keyring, seal, unseal } from "../../../web/service/crm/sealing.js";
import { handClock, json, scripted } from "./support.js";

const ref = { tenant: "acme", id: "hubspot" };
const owner = ["credentials", ref.tenant, ref.id];
const keyring: Keyring = { current: "k1", keys: { k1: new Uint8Array(32).fill(1) } };
const app = { tokenUrl: tokenEndpoint.hubspot("https://api.hubapi.com"), clientId: "client", clientSecret: "hush" };

/** One row, as both processes see it; `log` tells the order of what happened. */
function fakeStore(log: string[] = []) {
  const rows = new Map<string, { sealed: string; version: number }>();
  let turn: Promise<unknown> = Promise.resolve();
  const name = ({ tenant, id }: { tenant: string; id: string }) => `${tenant}/${id}`;
  const store: CredentialsOptions["store"] = {
    credentials: async (of) => rows.get(name(of)) ?? null,
    saveCredentials: async (of, sealed, version) => {
      if ((rows.get(name(of))?.version ?? 0) !== version) return false;
      rows.set(name(of), { sealed, version: version + 1 });
      log.push("saved");
      return true;
    },
    exclusively: (_, work) => {
      const mine = turn.then(work, work);
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
  const put = async (tokens: Tokens, under = keyring, of = ref) =>
    void rows.set(name(of), { sealed: await sealTokens(under, of, tokens), version: 1 });
  return { store, rows, put };
}

function given(answer: Parameters<typeof scripted>[0], log?: string[]) {
  const { store, rows, put } = fakeStore(log);
  const { fetch, asked } = scripted(answer);
  const clock = handClock();
  const http = createHttp({ fetch, clock, allowedHosts: [...crmHosts.hubspot, ...crmHosts.salesforce] });
  const credentials = (more: Partial<CredentialsOptions> = {}) =>
    createCredentials({ store, ref, keyring, clock, http, app, ...more });
  return { rows, put, asked, clock, credentials };
}

/** Each refresh ends the refresh token before it, as rotation does. */
function rotating(log: string[] = []) {
  let live = 0;
  return (request: { body: string }) => {
    const form = new URLSearchParams(request.body);
    if (form.get("refresh_token") !== `r${live}`) return json({ error: "invalid_grant" }, 400);
    live++;
    log.push("refreshed");
    return json({ access_token: `a${live}`, refresh_token: `r${live}`, expires_in: 1800, token_type: "bearer" });
  };
}

test("twenty that find a token stale, in two processes, refresh it once", async () => {
  const { put, asked, credentials } = given(rotating());
  await put({ access: "a0", refresh: "r0" });
  const processes = [credentials(), credentials()];
  const renewals = Array.from({ length: 20 }, (_, index) => processes[index % 2]?.renew("a0"));
  assert.deepEqual(new Set(await Promise.all(renewals)), new Set(["a1"]));
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.url.href, "https://api.hubapi.com/oauth/2026-03/token");
  assert.deepEqual(Object.fromEntries(new URLSearchParams(asked[0]?.body)), {
    grant_type: "refresh_token",
    refresh_token: "r0",
    client_id: "client",
    client_secret: "hush",
  });
  assert.deepEqual(await Promise.all(processes.map((each) => each.token())), ["a1", "a1"]);
});

test("rotation: each renewal goes on from the stored refresh token, which is stored before it is used", async () => {
  const log: string[] = [];
  const { put, credentials } = given(rotating(log), log);
  await put({ access: "a0", refresh: "r0" });
  const [one, other] = [credentials(), credentials()];
  await one.renew("a0").then((token) => log.push(`used ${token}`));
  await other.renew("a1").then((token) => log.push(`used ${token}`));
  await one.renew("a1").then((token) => log.push(`used ${token}`));
  assert.deepEqual(log, ["refreshed", "saved", "used a1", "refreshed", "saved", "used a2", "used a2"]);
});

test("a token is renewed before it ends", async () => {
  const { put, asked, clock, credentials } = given(rotating());
  await put({ access: "a0", refresh: "r0", expires: clock.time + 90_000 });
  const own = credentials();
  assert.equal(await own.token(), "a0");
  clock.time += 60_000;
  assert.equal(await own.token(), "a1");
  assert.equal(asked.length, 1);
});

test("an app without rotation keeps its refresh token", async () => {
  const { put, credentials } = given(() => json({ access_token: "fresh" }));
  await put({ access: "a0", refresh: "r0" });
  const own = credentials();
  assert.equal(await own.renew("a0"), "fresh");
  assert.equal(await own.renew("fresh"), "fresh");
});

for (const [status, answer, kind] of [
  [503, { error: "invalid_client" }, "later"],
  [429, { error: "invalid_client" }, "later"],
  [400, { error: "rate_limit_exceeded" }, "later"],
  [403, [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message: "Too many." }], "later"],
  [403, [{ errorCode: "API_DISABLED_FOR_ORG", message: "No." }], "broken"],
  [401, { error: "invalid_client" }, "broken"],
] as const) {
  test(`${status} ${JSON.stringify(answer)} of the token endpoint: ${kind}, and the refresh token stays`, async () => {
    const { put, rows, credentials } = given(() => json(answer, status));
    await put({ access: "a0", refresh: "r0" });
    const before = rows.get("acme/hubspot");
    await assert.rejects(credentials().renew("a0"), { kind });
    assert.equal(rows.get("acme/hubspot"), before);
  });
}

test("a failed renewal is tried again by the next that asks", async () => {
  let calls = 0;
  const { put, credentials } = given(() => (++calls === 1 ? json({}, 503) : json({ access_token: "a1" })));
  await put({ access: "a0", refresh: "r0" });
  const own = credentials();
  const both = await Promise.allSettled([own.renew("a0"), own.renew("a0")]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.equal(await own.renew("a0"), "a1");
});

test("who connects anew during a refresh is not overwritten", async () => {
  const { put, rows, credentials } = given(async () => {
    rows.set("acme/hubspot", {
      sealed: await sealTokens(keyring, ref, { access: "person", refresh: "p" }),
      version: 7,
    });
    return json({ access_token: "a1", refresh_token: "r1" });
  });
  await put({ access: "a0", refresh: "r0" });
  assert.equal(await credentials().renew("a0"), "person");
  assert.equal(rows.get("acme/hubspot")?.version, 7);
});

test("a private app's token is used as it is, and a 401 with it means revoked", async () => {
  const { put, asked, credentials } = given(() => json({}));
  await put({ access: "pat-1" });
  const own = credentials();
  assert.equal(await own.token(), "pat-1");
  await assert.rejects(own.renew("pat-1"), { kind: "revoked" });
  await put({ access: "pat-2" });
  assert.equal(await own.renew("pat-1"), "pat-2");
  assert.equal(asked.length, 0);
});

test("without stored credentials: revoked", async () => {
  await assert.rejects(
    given(() => json({}))
      .credentials()
      .token(),
    { kind: "revoked" },
  );
});

test("a row that was copied to another tenant or integration does not open", async () => {
  const { put, rows, credentials } = given(() => json({}));
  await put({ access: "a0", refresh: "r0" });
  const row = rows.get("acme/hubspot");
  assert(row);
  for (const other of [
    { tenant: "evil", id: "hubspot" },
    { tenant: "acme", id: "other" },
    { tenant: "acme/hubspot", id: "" },
  ]) {
    rows.set(`${other.tenant}/${other.id}`, row);
    await assert.rejects(credentials({ ref: other }).token(), { kind: "broken", message: /do not open/ });
  }
});

test("what is stored shows nothing, and is another text each time", async () => {
  const [one, other] = [await seal(keyring, owner, "secret"), await seal(keyring, owner, "secret")];
  assert.notEqual(one, other);
  assert(!one.includes("secret"));
  assert.equal(await unseal(keyring, owner, one), "secret");
});

test("an altered text does not open, wherever it was altered", async () => {
  const sealed = await seal(keyring, owner, "secret");
  for (let at = sealed.indexOf(".") + 1; at < sealed.length; at++) {
    if (sealed[at] === ".") continue;
    const altered = sealed.slice(0, at) + (sealed[at] === "0" ? "1" : "0") + sealed.slice(at + 1);
    await assert.rejects(unseal(keyring, owner, altered), { name: "SealBroken" });
  }
  for (const broken of [
    "",
    "k1",
    "k1..",
    `${sealed}.00`,
    sealed.slice(0, -2),
    "__proto__.00.00",
    sealed.replace("k1", "k2"),
  ]) {
    await assert.rejects(unseal(keyring, owner, broken), { name: "SealBroken" }, broken);
  }
});

test("keys are changed: what the old one sealed opens, is sealed anew, and outlives it", async () => {
  const both: Keyring = { current: "k2", keys: { ...keyring.keys, k2: new Uint8Array(32).fill(2) } };
  const { put, rows, credentials } = given(() => json({}));
  await put({ access: "a0", refresh: "r0" });
  assert.equal(await credentials({ keyring: both }).token(), "a0");
  assert.match(rows.get("acme/hubspot")?.sealed ?? "", /^k2\./);
  const { k2 } = both.keys;
  assert(k2);
  assert.equal(await credentials({ keyring: { current: "k2", keys: { k2 } } }).token(), "a0");
  await assert.rejects(credentials().token(), { kind: "broken" });
});

test("Salesforce's endpoint is that of the login host", () => {
  assert.equal(
    tokenEndpoint.salesforce("https://test.salesforce.com"),
    "https://test.salesforce.com/services/oauth2/token",
  );
});
