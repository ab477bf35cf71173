/** Connecting by OAuth: a person at the admin page, their browser, the CRM's page, and back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createApp } from "../../../web/service/http/app.js";
import { operations } from "../../../web/service/sync/operations.js";
import { agreed, alertsOf, approved, bothHold } from "./cases.js";
import { crms } from "./hands.js";
import { serviceUrl, type World, world } from "./world.js";

const minute = 60_000;

/** What keeps cookies: the session's for this site's own links only, the other for whoever leads back. */
async function browserOf(w: World) {
  const signedIn = await w.app.request("/api/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key: w.key }),
  });
  const session = cookieIn(signedIn);
  const { csrf } = (await signedIn.json()) as { csrf: string };
  let lax = "";
  return {
    session,
    csrf,
    get lax() {
      return lax;
    },
    /** Where the link of the admin page leads. */
    async start(query = `integration=${w.ref.id}`, crm = w.hands.crm): Promise<URL> {
      const response = await w.app.request(`/oauth/${crm}/start?${query}`, { headers: { cookie: session } });
      assert.equal(response.status, 303, await response.text());
      const cookie = response.headers.get("set-cookie") ?? "";
      assert.match(
        cookie,
        /^__Secure-crm-sync-oauth=[\w-]{43}; Max-Age=600; Path=\/oauth; Secure; HttpOnly; SameSite=Lax$/,
      );
      lax = cookieIn(response);
      return new URL(response.headers.get("location") as string);
    },
    /** The CRM's page, and where it leads back to. */
    async visit(page: URL): Promise<URL> {
      const response = await w.standIn.handle(new Request(page));
      assert.equal(response.status, 302, await response.text());
      return new URL(response.headers.get("location") as string);
    },
    /** From another site: the session's cookie stays behind. What the admin page is told. */
    async comeBack(to: URL, cookie = lax): Promise<string> {
      const response = await w.app.request(to.pathname + to.search, { headers: { cookie } });
      assert.equal(response.status, 303, await response.text());
      const location = response.headers.get("location") ?? "";
      assert.ok(location.startsWith(`${serviceUrl}/admin/#health/`), location);
      return location.slice(`${serviceUrl}/admin/#health/`.length);
    },
  };
}

const cookieIn = (response: Response) => (response.headers.get("set-cookie") ?? "").split(";")[0] as string;

/** Sent away, agreed, and back. */
async function connect(w: World, does?: Parameters<World["portal"]["visits"]>[0]) {
  const browser = await browserOf(w);
  accountOf(w).visits(does);
  return browser.comeBack(await browser.visit(await browser.start()));
}

const accountOf = (w: World) => (w.hands.crm === "hubspot" ? w.portal : w.organisation);

/** Its tokens are refused, it has stopped, and somebody was told. */
async function stopped(w: World): Promise<void> {
  accountOf(w).revoke();
  await w.change("c9", { email: "nine@example.com" });
  await w.rounds(2);
  assert.equal((await w.integration()).state, "revoked");
}

/** Only what a person has approved goes on by itself. */
async function approvedAnew(w: World): Promise<void> {
  await w.store.setState(w.ref, "proposed");
  await approved(w);
}

const nothingKept = async (w: World) =>
  assert.deepEqual(await w.sql.query("select * from crm_sync.connecting where tenant = $1", [w.tenant]), []);

for (const crm of crms) {
  test(`${crm}: a person connects anew what had stopped, and it goes on`, async () => {
    const w = await world({ crm });
    const { id, contact } = await agreed(w);
    await approvedAnew(w);
    await stopped(w);
    assert.equal((await alertsOf(w))[0]?.kind, "revoked");
    w.hands.edit(id, { city: "Bonn" });
    const browser = await browserOf(w);
    accountOf(w).visits();
    const page = await browser.start();
    const asked = Object.fromEntries(page.searchParams);
    const { state, code_challenge, ...rest } = asked;
    assert.match(state ?? "", /^[\w-]{43}$/);
    const scope =
      crm === "hubspot"
        ? "oauth crm.objects.contacts.read crm.objects.contacts.write communication_preferences.read_write"
        : "api refresh_token";
    const pkce = crm === "salesforce" ? { response_type: "code", code_challenge_method: "S256" } : {};
    assert.deepEqual(rest, { client_id: "app", redirect_uri: `${serviceUrl}/oauth/${crm}/callback`, scope, ...pkce });
    if (crm === "salesforce") assert.match(code_challenge ?? "", /^[\w-]{43}$/);
    const kept = JSON.stringify(await w.sql.query("select * from crm_sync.connecting"));
    for (const secret of [state, browser.lax.split("=")[1], browser.session.split("=")[1]]) {
      assert.ok(secret && !kept.includes(secret), "only hashes are kept");
    }
    const back = await browser.visit(page);
    assert.equal(await browser.comeBack(back), `connected/${w.ref.id}`);
    await nothingKept(w);
    assert.deepEqual([(await w.integration()).state, await alertsOf(w)], ["active", []]);
    const sealed = await w.store.credentials(w.ref);
    assert.ok(sealed && !sealed.sealed.includes("access"), "sealed");
    await w.pass(3_600_000);
    await w.run("incremental");
    await bothHold(w, id, contact, { city: "Bonn" });
    assert.equal(await browser.comeBack(back), "expired", "once");
    const spoken = JSON.stringify(w.log);
    for (const secret of [back.searchParams.get("code"), state]) assert.ok(secret && !spoken.includes(secret));
  });

  test(`${crm}: who comes back without having been sent by this session and this browser, or too late`, async () => {
    const w = await world({ crm });
    accountOf(w).visits();
    const [one, other] = [await browserOf(w), await browserOf(w)];
    const back = await one.visit(await one.start());
    await other.start();
    assert.equal(await one.comeBack(back, ""), "expired", "no cookie");
    assert.equal(await one.comeBack(back, one.session), "expired", "the session's is another");
    assert.equal(await other.comeBack(back), "expired", "another browser's");
    const forged = new URL(back);
    forged.searchParams.set("state", "x".repeat(43));
    assert.equal(await one.comeBack(forged), "expired");
    forged.searchParams.delete("state");
    assert.equal(await one.comeBack(forged), "expired");
    assert.equal(await one.comeBack(back), `connected/${w.ref.id}`, "none of that has used it up");

    accountOf(w).visits("answers_another_state");
    assert.equal(await one.comeBack(await one.visit(await one.start())), "expired");
    accountOf(w).visits();
    const late = await one.visit(await one.start());
    await w.pass(10 * minute);
    assert.equal(await one.comeBack(late), "expired");

    const left = await other.visit(await other.start());
    const headers = { cookie: other.session, "x-crm-sync-csrf": other.csrf };
    assert.equal((await w.app.request("/api/session", { method: "DELETE", headers })).status, 204);
    assert.equal(await other.comeBack(left), "expired", "the session has ended");

    const moved = await one.visit(await one.start());
    moved.pathname = `/oauth/${crm === "hubspot" ? "salesforce" : "hubspot"}/callback`;
    assert.equal(await one.comeBack(moved), "expired", "the other CRM's");
  });

  test(`${crm}: the account is the integration's, and nobody else's`, async () => {
    const w = await world({ crm });
    const second = await world({ crm, id: "second", beside: w, ofTenant: "the same" });
    const theirs = await world({ crm, id: "theirs", beside: w });
    const before = await Promise.all([w, second, theirs].map(({ ref }) => w.store.credentials(ref)));
    const as = async (account: { visits(): void }) => {
      const browser = await browserOf(w);
      account.visits();
      return browser.comeBack(await browser.visit(await browser.start()));
    };
    const taken = `account-taken/${w.ref.id}`;
    assert.equal(await as(accountOf(theirs)), taken, "another tenant's");
    assert.equal(await as(accountOf(second)), taken, "another integration's of the same tenant");
    const nobodys = crm === "hubspot" ? w.standIn.hubspot("99999999") : w.standIn.salesforce("00D000000000009EAA");
    assert.equal(await as(nobodys), `another-account/${w.ref.id}`);
    if (crm === "salesforce") {
      w.organisation.address = "https://another.my.salesforce.com";
      assert.equal(await as(w.organisation), `another-address/${w.ref.id}`);
      for (const address of ["https://another.my.salesforce.com.evil.com", "http://10.0.0.1", "gopher://x", ""]) {
        w.organisation.address = address;
        assert.equal(await as(w.organisation), `refused/${w.ref.id}`, address);
      }
    }
    const after = await Promise.all([w, second, theirs].map(({ ref }) => w.store.credentials(ref)));
    assert.deepEqual(after, before, "nobody's tokens have changed");
    assert.ok(!w.standIn.calls.some(({ path }) => path.endsWith("/revoke")), "nor were the other's given back");
  });

  test(`${crm}: a person who says no, and a code that is good for nothing`, async () => {
    const w = await world({ crm });
    const before = await w.store.credentials(w.ref);
    assert.equal(await connect(w, "denies"), `denied/${w.ref.id}`);
    const browser = await browserOf(w);
    accountOf(w).visits();
    const spoiled = await browser.visit(await browser.start());
    spoiled.searchParams.set("code", "another");
    assert.equal(await browser.comeBack(spoiled), `refused/${w.ref.id}`);
    const without = await browser.visit(await browser.start());
    without.searchParams.delete("code");
    assert.equal(await browser.comeBack(without), `refused/${w.ref.id}`);
    const failed = await browser.visit(await browser.start());
    failed.searchParams.set("error", "invalid_scope");
    assert.equal(await browser.comeBack(failed), `refused/${w.ref.id}`);
    for (const fault of ["no_request", "no_answer", "unavailable"] as const) {
      const back = await browser.visit(await browser.start());
      w.standIn.faults.next(fault, ({ path }) => path?.endsWith("/token") === true, 1);
      assert.equal(await browser.comeBack(back), `refused/${w.ref.id}`, fault);
      assert.equal(await browser.comeBack(back), "expired", "the state is used up");
    }
    assert.deepEqual(await w.store.credentials(w.ref), before);
    await nothingKept(w);
    const [{ status, body }, used] = [await w.call("GET", `/api/integrations/${w.ref.id}`), w.standIn.calls.length];
    assert.deepEqual([status, body.state], [200, "active"]);
    assert.ok(used > 0);
  });

  test(`${crm}: disconnected, the tokens are given back and destroyed, what comes in is kept`, async () => {
    const w = await world({ crm });
    const { id, contact } = await agreed(w);
    await approvedAnew(w);
    const path = `/oauth/${crm}/disconnect`;
    const { status, body } = await w.call("POST", path, { integration: w.ref.id });
    assert.deepEqual([status, body], [200, { state: "revoked", revoked: true }]);
    assert.equal(await w.store.credentials(w.ref), null);
    const given = w.standIn.calls.find((call) => call.path.endsWith("/revoke"))?.body ?? "";
    assert.match(given, /refresh/);
    await w.change(contact, { city: "Bonn" });
    const asked = w.standIn.calls.length;
    await w.rounds(3);
    assert.ok(
      w.standIn.calls.slice(asked).every(({ account }) => account !== w.account),
      "nothing is asked any more",
    );
    assert.ok((await w.jobs.depth(w.ref)).waiting > 0, "kept");
    const again = await w.call("POST", path, { integration: w.ref.id });
    assert.deepEqual(again.body, { state: "revoked", revoked: false });
    assert.equal(await connect(w), `connected/${w.ref.id}`);
    await w.pass(3_600_000);
    await w.settle();
    await bothHold(w, id, contact, { city: "Bonn" });

    w.standIn.faults.next("unavailable", ({ path }) => path?.endsWith("/revoke") === true, 1);
    const untold = await w.call("POST", path, { integration: w.ref.id });
    assert.deepEqual(untold.body, { state: "revoked", revoked: false });
    assert.equal(await w.store.credentials(w.ref), null);
  });

  test(`${crm}: a pause outlives being disconnected and connected`, async () => {
    const w = await world({ crm, state: "paused" });
    await w.call("POST", `/oauth/${crm}/disconnect`, { integration: w.ref.id });
    assert.equal((await w.integration()).state, "paused");
    assert.equal(await connect(w), `connected/${w.ref.id}`);
    assert.equal((await w.integration()).state, "paused");
  });

  test(`${crm}: without an app, or a public URL, the environment's names are told`, async () => {
    const w = await world({ crm });
    const { cookie } = { cookie: (await browserOf(w)).session };
    const upper = crm.toUpperCase();
    const needsOf = async (knows: boolean, publicUrl?: string) => {
      const { publicUrl: _, ...bare } = { ...optionsOf(w), ...(publicUrl === undefined ? {} : { publicUrl }) };
      const app = createApp({
        ...bare,
        ...(publicUrl !== undefined && { publicUrl }),
        oauth: { ...w.clients.oauth, knows: () => knows },
      });
      const response = await app.request(`/oauth/${crm}/start?integration=${w.ref.id}`, { headers: { cookie } });
      const { type, needs } = (await response.json()) as { type: string; needs: string[] };
      assert.deepEqual([response.status, type], [409, "urn:crm-sync:problem:not-configured"]);
      return needs;
    };
    const app = [`${upper}_CLIENT_ID`, `${upper}_CLIENT_SECRET`];
    assert.deepEqual(await needsOf(false), [...app, "CRM_SYNC_PUBLIC_URL"]);
    assert.deepEqual(await needsOf(false, serviceUrl), app);
    assert.deepEqual(await needsOf(true), ["CRM_SYNC_PUBLIC_URL"]);
  });
}

const optionsOf = ({ store, jobs, clock, clients, service, context }: World) => ({
  ...{ store, jobs, clock, connect: clients.connect, disconnect: clients.disconnect, publicUrl: serviceUrl },
  operations: operations(service, context.mappings.engine),
  allowedAddress: clients.allows,
});

test("salesforce: a code without its browser's verifier is good for nothing", async () => {
  const w = await world({ crm: "salesforce" });
  const [one, other] = [await browserOf(w), await browserOf(w)];
  w.organisation.visits();
  const code = (await one.visit(await one.start())).searchParams.get("code") as string;
  const injected = await other.visit(await other.start());
  injected.searchParams.set("code", code);
  assert.equal(await other.comeBack(injected), `refused/${w.ref.id}`);
});

test("salesforce: where a person signs in, as they choose", async () => {
  const w = await world({ crm: "salesforce" });
  const browser = await browserOf(w);
  const at = async (environment: string) =>
    (await browser.start(`integration=salesforce&environment=${environment}`)).origin;
  assert.equal(await at("sandbox"), "https://test.salesforce.com");
  assert.equal(await at("production"), "https://login.salesforce.com");
  const bad = await w.app.request("/oauth/salesforce/start?integration=salesforce&environment=moon", {
    headers: { cookie: browser.session },
  });
  assert.equal(bad.status, 422);
});

test("hubspot: the person's browser goes to app.hubspot.com, the service to api.hubapi.com", async () => {
  const w = await world();
  const { settings } = await w.integration();
  const url = await w.clients.oauth.authorizeUrl(
    { ...(await w.integration()), settings: { ...settings, baseUrl: "https://api.hubapi.com" } },
    { environment: null, redirectUri: serviceUrl, verifier: "v", state: "s", scopes: ["oauth"] },
  );
  assert.ok(url.startsWith("https://app.hubspot.com/oauth/authorize?client_id=app&"));
  assert.ok(!url.includes("challenge"));
});

test("another CRM's path, and a session that may not, start nothing", async () => {
  const w = await world();
  const { session } = await browserOf(w);
  const other = await w.app.request("/oauth/salesforce/start?integration=hubspot", { headers: { cookie: session } });
  assert.equal(other.status, 404);
  const unknown = await w.app.request("/oauth/pipedrive/start?integration=hubspot", { headers: { cookie: session } });
  assert.equal(unknown.status, 404);
  await nothingKept(w);
});
