/** Promise 8: tenants do not see each other, on one database, in one process, with the same ids and the same people. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { workOnce } from "../../../web/service/sync/worker.js";
import { event, signed } from "../support.js";
import { agreed, alertsOf, ann, bothHold, isWrite, openReviews, withoutWebhooks } from "./cases.js";
import { type Crm, crms } from "./hands.js";
import { type World, world } from "./world.js";

/** Everything that is kept of a tenant. */
async function rowsOf(w: World): Promise<Record<string, string[]>> {
  const tables = await w.sql.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'crm_sync' and column_name = 'tenant' order by 1`,
  );
  assert.ok(tables.length > 15);
  const all: Record<string, string[]> = {};
  for (const { name } of tables) {
    const rows = await w.sql.query<{ row: string }>(
      `select t::text as row from crm_sync."${name}" t where tenant = $1 order by 1`,
      [w.tenant],
    );
    all[name] = rows.map(({ row }) => row);
  }
  const jobs = await w.sql.query<{ row: string }>(
    `select j.data::text as row from crm_sync_jobs.job_common j join crm_sync.queue q on q.name = j.name
     where q.tenant = $1 order by 1`,
    [w.tenant],
  );
  return { ...all, jobs: jobs.map(({ row }) => row) };
}

/** Two tenants with an integration of the same name; their CRMs count their records alike. */
async function two(crm: Crm) {
  const one = await world({ crm });
  const other = await world({ crm, beside: one });
  const mine = await agreed(one);
  const theirs = await agreed(other);
  assert.deepEqual(mine, theirs, "the same ids");
  for (const w of [one, other]) {
    await w.change("c1", { ...ann, email: "bob@example.com" });
    await w.settle();
  }
  return { one, other, ...mine };
}

for (const crm of crms) {
  test(`${crm}: whatever happens to a tenant's contact, another's of the same id and address stays as it is`, async () => {
    const { one, other, id, contact } = await two(crm);
    const before = await rowsOf(other);
    const asked = other.standIn.calls.length;
    const acts: (() => Promise<void> | void)[] = [
      () => one.hands.edit(id, { phone: "+49 2" }),
      () => one.change(contact, { city: "Bonn" }),
      () => one.hands.optOut(id),
      () => one.change("c1", { unsubscribed: true }),
      () => one.change("c1", { email: ann.email }),
      () => one.hands.remove(id),
      () => one.change(contact, "privacy"),
      () => one.change("c1", null),
    ];
    for (const act of acts) {
      await act();
      await one.settle();
      await one.pass(60_000);
    }
    await one.run("reconcile");
    assert.deepEqual(await rowsOf(other), before);
    assert.ok(other.standIn.calls.slice(asked).every(({ account }) => account === one.account));
    const told = await other.call("GET", `/contacts/${contact}`);
    assert.deepEqual([told.status, told.body.mailable.ok], [200, true]);
    await bothHold(other, id, contact, { phone: "+49 1", city: "Ulm" });
    assert.deepEqual([await openReviews(other), await alertsOf(other)], [[], []]);
  });

  test(`${crm}: a tenant whose CRM is down, or whose token is refused, holds nobody up`, async () => {
    const { one, other, id, contact } = await two(crm);
    const isTheirs = ({ account }: { account: string }) => account === one.account;
    one.standIn.faults.next("unavailable", isTheirs, 1000);
    one.hands.edit(id, { city: "Bonn" });
    other.hands.edit(id, { city: "Bonn" });
    await other.rounds();
    await bothHold(other, id, contact, { city: "Bonn" });
    assert.equal((await one.contact(contact))?.record.city, "Ulm");
    one.standIn.faults.clear();
    (crm === "hubspot" ? one.portal : one.organisation).revoke();
    await one.change(contact, { phone: "+49 2" });
    await other.change(contact, { phone: "+49 2" });
    await other.rounds(12);
    await bothHold(other, id, contact, { phone: "+49 2" });
    assert.equal((await one.integration()).state, "revoked");
    assert.deepEqual([(await other.integration()).state, await alertsOf(other)], ["active", []]);
  });

  test(`${crm}: the webhook of an account that nobody has connected is nobody's`, async () => {
    const { one, other } = await two(crm);
    const before = [await rowsOf(one), await rowsOf(other)];
    const send = async (account: string) => {
      if (crm === "hubspot") {
        const { url, secret } = one.portal.webhook as { url: string; secret: string };
        const body = JSON.stringify([event({ portalId: Number(account), objectId: 100_000_000_051 })]);
        const headers = signed(body, { secret, uri: url, timestamp: String(one.clock.now()) });
        return one.app.request("/webhooks/hubspot", { method: "POST", body, headers });
      }
      const path = new URL(one.organisation.webhook?.url as string).pathname.replace(one.account, account);
      return one.app.request(path, { method: "POST", body: "<a/>", headers: { "content-type": "text/xml" } });
    };
    const answered = await send(crm === "hubspot" ? "99999999" : "00D000000000001EAA");
    assert.equal(answered.status, crm === "hubspot" ? 202 : 404);
    assert.equal(await answered.text().then((text) => text.includes(one.tenant)), false);
    assert.deepEqual([await rowsOf(one), await rowsOf(other)], before);
  });
}

test("an account that a tenant has connected is no other tenant's", async () => {
  const one = await world({ id: "ours" });
  const other = await world({ beside: one, id: "theirs" });
  const { mapping, settings } = await one.integration();
  const given = { id: "stolen", crm: "hubspot", account: one.account, mapping: mapping.file };
  const { baseUrl, keyField } = settings;
  const taken = await other.call("POST", "/api/integrations", { ...given, settings: { baseUrl, keyField } });
  assert.equal(taken.status, 409);
  assert.ok(!JSON.stringify(taken.body).includes(one.tenant));
  const { integrations } = (await other.call("GET", "/api/integrations")).body;
  assert.deepEqual(
    integrations.map(({ id }: { id: string }) => id),
    ["theirs"],
  );
});

/** What a tenant has that can be named: a contact, an integration, runs, a review, dead letters. */
async function named(w: World) {
  const { id, contact } = await agreed(w, { note: "old" });
  w.hands.edit(id, { note: "theirs" });
  await w.change(contact, { note: "ours" });
  w.hands.poison(id, "phone");
  await w.settle();
  await w.change(contact, { phone: "+49 2" });
  await w.settle();
  const run = await w.run("reconcile", true);
  const review = (await openReviews(w))[0]?.id;
  const dead = (await w.call("GET", "/api/dead-letters")).body.intents[0]?.id;
  const key = (await w.call("GET", "/api/keys")).body.keys[0]?.id;
  assert.ok(run?.run && review && dead && key);
  const { body: drafted } = await w.call("POST", `/api/integrations/${w.ref.id}/mapping/drafts`, {
    file: (await w.integration()).mapping.file,
  });
  const { body: pause } = await w.call("POST", "/api/pauses", { integration: w.ref.id, reason: "a test" });
  return {
    pause: pause.id,
    draft: drafted.draft,
    contact,
    integration: w.ref.id,
    run: run.run,
    review: encodeURIComponent(review),
    dead,
    key,
  };
}

type Named = { [name in "contact" | "integration" | "run" | "review" | "dead" | "pause" | "draft" | "key"]: string };

/** One call for each route that names things; null where none can be named. A new route without an entry fails the test. */
function callsOf(file: string): Record<string, { path?: (of: Named) => string; body?: (of: Named) => unknown } | null> {
  const integration = (rest = "") => ({ path: (of: Named) => `/api/integrations/${of.integration}${rest}` });
  const draft = (rest = "") => ({
    path: (of: Named) => `/api/integrations/${of.integration}/mapping/drafts/${of.draft}${rest}`,
  });
  const run = (rest = "") => ({ path: (of: Named) => `/api/runs/${of.integration}/${of.run}${rest}` });
  return {
    "GET /contacts/{id}": { path: ({ contact }) => `/contacts/${contact}` },
    "POST /contacts/changes": null,
    "POST /engagements": {
      body: ({ contact }) => ({ engagements: [{ id: `of-${contact}`, contact, row: { kind: "open" } }] }),
    },
    "GET /api/integrations": null,
    "POST /api/integrations": null,
    "GET /api/integrations/{id}": integration(),
    "PUT /api/integrations/{id}/credentials": {
      ...integration("/credentials"),
      body: () => ({ access: "a", refresh: "b" }),
    },
    "POST /api/integrations/{id}/pause": integration("/pause"),
    "POST /api/integrations/{id}/resume": integration("/resume"),
    "PUT /api/integrations/{id}/brakes": { ...integration("/brakes"), body: () => ({ minimum: 100 }) },
    "PUT /api/integrations/{id}/approval": { ...integration("/approval"), body: () => ({ required: true }) },
    "POST /api/integrations/{id}/release": { ...integration("/release"), body: () => ({ field: "city" }) },
    "GET /api/integrations/{id}/doctor": integration("/doctor"),
    "GET /oauth/{crm}/start": { path: (of) => `/oauth/hubspot/start?integration=${of.integration}` },
    "GET /oauth/{crm}/callback": null,
    "POST /oauth/{crm}/disconnect": {
      path: () => "/oauth/hubspot/disconnect",
      body: (of) => ({ integration: of.integration }),
    },
    "GET /api/pauses": null,
    "POST /api/pauses": { body: (of) => ({ integration: of.integration, reason: "a test" }) },
    "POST /api/pauses/{id}/end": { path: (of) => `/api/pauses/${of.pause}/end` },
    "GET /api/integrations/{id}/mapping": integration("/mapping"),
    "PUT /api/integrations/{id}/mapping": { ...integration("/mapping"), body: () => ({ file }) },
    "GET /api/integrations/{id}/mapping/versions": integration("/mapping/versions"),
    "GET /api/integrations/{id}/mapping/versions/{version}": integration("/mapping/versions/1"),
    "POST /api/integrations/{id}/mapping/versions/{version}/activate": integration("/mapping/versions/1/activate"),
    "POST /api/integrations/{id}/mapping/versions/{version}/revert": {
      ...integration("/mapping/versions/1/revert"),
      body: () => ({}),
    },
    "POST /api/integrations/{id}/mapping/drafts": { ...integration("/mapping/drafts"), body: () => ({ file }) },
    "GET /api/integrations/{id}/mapping/drafts": integration("/mapping/drafts"),
    "GET /api/integrations/{id}/mapping/drafts/{draft}": draft(),
    "DELETE /api/integrations/{id}/mapping/drafts/{draft}": draft(),
    "POST /api/integrations/{id}/mapping/drafts/{draft}/impact": draft("/impact"),
    "POST /api/integrations/{id}/mapping/drafts/{draft}/approve": draft("/approve"),
    "POST /api/preview": null,
    "GET /api/reviews": { path: (of) => `/api/reviews?integration=${of.integration}` },
    "POST /api/reviews/{integration}/{id}/answer": {
      path: (of) => `/api/reviews/${of.integration}/${of.review}/answer`,
      body: () => ({ choose: "crm" }),
    },
    "GET /api/runs": { path: (of) => `/api/runs?integration=${of.integration}` },
    "POST /api/runs": { body: (of) => ({ integration: of.integration, kind: "reconcile" }) },
    "GET /api/runs/{integration}/{run}": run(),
    "GET /api/runs/{integration}/{run}/items": run("/items"),
    "GET /api/runs/{integration}/{run}/report": run("/report"),
    "POST /api/runs/{integration}/{run}/approve": run("/approve"),
    "POST /api/runs/{integration}/{run}/pause": run("/pause"),
    "POST /api/runs/{integration}/{run}/resume": run("/resume"),
    "POST /api/runs/{integration}/{run}/cancel": run("/cancel"),
    "POST /api/runs/{integration}/{run}/revert": { ...run("/revert"), body: () => ({}) },
    "GET /api/audit": { path: (of) => `/api/audit?integration=${of.integration}&contact=${of.contact}` },
    "GET /api/dead-letters": null,
    "POST /api/dead-letters/replay": { body: (of) => ({ intents: [of.dead], jobs: [of.dead] }) },
    "GET /api/alerts": null,
    "POST /api/session": null,
    "GET /api/session": null,
    "DELETE /api/session": null,
    "GET /api/keys": null,
    "POST /api/keys": null,
    "DELETE /api/keys/{id}": { path: ({ key }) => `/api/keys/${key}` },
    // Of CRMs, which prove themselves by secrets, and of nobody in particular.
    "POST /webhooks/hubspot": null,
    "POST /webhooks/salesforce/{organization}/{secret}": null,
    "GET /metrics": null,
    "GET /healthz": null,
    "GET /readyz": null,
    "GET /openapi.json": null,
  };
}

test("on every route another tenant's things are answered as what is not there, and stay as they are", async () => {
  const one = await world({ id: "ours" });
  const other = await world({ beside: one, id: "theirs" });
  const theirs = await named(other);
  const calls = callsOf((await one.integration()).mapping.file);
  const document = (await one.call("GET", "/openapi.json")).body as { paths: Record<string, object> };
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  for (const route of ["GET /healthz", "GET /readyz", "GET /openapi.json"])
    if (!routes.includes(route)) delete calls[route];
  assert.deepEqual(routes.toSorted(), Object.keys(calls).toSorted(), "each route has its entry, and no other");

  const nobodys: Named = {
    ...{ contact: "hubspot-100000009999", integration: "nobodys", review: encodeURIComponent("nobodys/field") },
    ...{ run: crypto.randomUUID(), dead: crypto.randomUUID(), pause: crypto.randomUUID(), key: crypto.randomUUID() },
    draft: crypto.randomUUID(),
  };
  const before = await rowsOf(other);
  let compared = 0;
  for (const [route, entry] of Object.entries(calls)) {
    if (entry === null) continue;
    const [method, own] = route.split(" ") as [string, string];
    const ask = (of: Named) => one.call(method, entry.path?.(of) ?? own, entry.body?.(of));
    const foreign = await ask(theirs);
    const unknown = await ask(nobodys);
    const told = (answer: typeof foreign, of: Named) =>
      Object.values(of).reduce((text, id) => text.replaceAll(id, "…"), JSON.stringify(answer));
    assert.equal(told(foreign, theirs), told(unknown, nobodys), route);
    if (own.includes("{")) assert.equal(foreign.status, 404, route);
    compared++;
  }
  assert.ok(compared >= 17, `${compared}`);
  assert.deepEqual(await rowsOf(other), before);

  // Their own key opens all of it.
  assert.equal((await other.call("GET", `/contacts/${theirs.contact}`)).status, 200);
  assert.equal((await other.call("GET", `/api/runs/theirs/${theirs.run}/items`)).body.items.length, 1);
});

test("five thousand wake-ups of a tenant do not keep another's single one waiting", async () => {
  const one = await world();
  const other = await world({ beside: one });
  const { id, contact } = await agreed(other);
  withoutWebhooks(other);
  const crowd = Array.from({ length: 5000 }, (_, n) => ({ subject: `local:somebody-${n}` as const }));
  await one.store.wake(one.ref, crowd);
  await other.change(contact, { phone: "+49 2" });
  for (let batch = 0; batch < 2; batch++) await workOnce(one.context);
  await bothHold(other, id, contact, { phone: "+49 2" });
  assert.ok((await one.jobs.depth(one.ref)).waiting >= 4800);
  assert.equal(other.standIn.calls.filter(isWrite).length, 1);
});
