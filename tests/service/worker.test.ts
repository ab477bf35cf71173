/** examples/worker in Cloudflare's workerd, with a stand-in for HubSpot behind its outgoing requests. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadEngine } from "@penguinmails/crm-sync";
import esbuild from "esbuild";
import { Miniflare, type Request, Response } from "miniflare";
import { event, secret, signed } from "./support.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const publicUrl = "https://hooks.example.com/webhooks/hubspot";

/** HubSpot's contacts by id, and what was asked of it. */
const contacts: Record<string, { properties: Record<string, string | null>; updatedAt: string }> = {};
const asked: string[] = [];
let refusing = false;
/** What happens once while HubSpot's next answer is on its way. */
let meanwhile: (() => Promise<void>) | undefined;

async function hubspot(request: Request): Promise<Response> {
  const { pathname, searchParams, origin } = new URL(request.url);
  assert.equal(origin, "https://api.hubapi.com");
  assert.equal(request.headers.get("authorization"), "Bearer token");
  const id = pathname.match(/^\/crm\/objects\/2026-09\/contacts\/(\d+)$/)?.[1] ?? "";
  asked.push(`${request.method} ${id}`);
  const contact = contacts[id];
  if (contact === undefined) return Response.json({ status: "error" }, { status: 404 });
  if (request.method === "PATCH" && refusing) return Response.json({ status: "error" }, { status: 429 });
  if (request.method === "PATCH") {
    Object.assign(contact.properties, ((await request.json()) as { properties: object }).properties);
    contact.updatedAt = new Date().toISOString();
  }
  const wanted = searchParams.get("properties")?.split(",") ?? [];
  const properties = Object.fromEntries(wanted.map((name) => [name, contact.properties[name] ?? null]));
  const happening = meanwhile;
  meanwhile = undefined;
  await happening?.();
  return Response.json({ id, properties, updatedAt: contact.updatedAt, archived: false });
}

let worker: Miniflare;
before(async () => {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(root, "examples/worker/worker.js")],
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm", "*.bin", "cloudflare:*"],
    write: false,
    outfile: "worker.js",
    tsconfigRaw: {}, // the package as it is built, not its sources
  });
  const { mapping } = (await loadEngine()).compile(readFileSync(join(root, "examples/hubspot-contacts.yaml")));
  assert.ok(mapping);
  worker = new Miniflare({
    compatibilityDate: "2026-04-01",
    modules: [
      { type: "ESModule", path: "worker.js", contents: outputFiles[0]?.text ?? "" },
      {
        type: "CompiledWasm",
        path: "engine/runtime.wasm",
        contents: readFileSync(join(root, "dist/engine/runtime.wasm")),
      },
      { type: "Data", path: "mapping.bin", contents: Buffer.from(mapping.toBytes()) },
    ],
    durableObjects: { CONTACTS: { className: "Contact", useSQLite: true } },
    bindings: { HUBSPOT_CLIENT_SECRET: secret, HUBSPOT_TOKEN: "token", HUBSPOT_PORTAL: "62515", PUBLIC_URL: publicUrl },
    outboundService: hubspot,
  });
  await worker.ready;
});
after(() => worker.dispose());

async function deliver(events: object[], signing = {}) {
  const body = JSON.stringify(events);
  const headers = signed(body, { uri: publicUrl, timestamp: String(Date.now()), ...signing });
  const response = await worker.dispatchFetch("http://worker/webhooks/hubspot", { method: "POST", body, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

interface Stored {
  local: { record: Record<string, unknown> };
  base: object | null;
}

async function stored(id: string): Promise<Stored | null> {
  const contacts = (await worker.getDurableObjectNamespace("CONTACTS")) as unknown as {
    getByName(name: string): { load(): Promise<Stored | null> };
  };
  // What comes over is a proxy, and two proxies are never equal.
  return JSON.parse(JSON.stringify(await contacts.getByName(`62515/${id}`).load()));
}

test("a delivery creates the contact, the next one changes it, an echo writes nothing", async () => {
  contacts[123] = { properties: { email: "ada@new.test", firstname: "Ada" }, updatedAt: "2026-03-01T10:00:00.000Z" };
  const created = await deliver([event({ subscriptionType: "contact.creation" }), event({})]);
  assert.deepEqual([created.status, created.body.events, created.body.decided], [200, 2, 1]);
  assert.equal((await stored("123"))?.local.record.email, "ada@new.test");

  contacts[123].properties.hs_email_optout = "true";
  contacts[123].updatedAt = "2026-03-02T10:00:00.000Z";
  assert.equal((await deliver([event({ propertyName: "hs_email_optout" })])).status, 200);
  assert.equal((await stored("123"))?.local.record.unsubscribed, true);

  const settled = await stored("123");
  asked.length = 0;
  assert.equal((await deliver([event({ changeSource: "INTEGRATION", sourceId: "54321" })])).status, 200);
  assert.deepEqual(asked, ["GET 123"], "the echo is fetched and nothing is written");
  const { local, base } = (await stored("123")) ?? {};
  assert.deepEqual({ local, base }, { local: settled?.local, base: settled?.base });
});

test("deliveries of one contact at the same time leave one state that both sides hold", async () => {
  contacts[200] = { properties: { email: "kenji@a.test", firstname: "Kenji" }, updatedAt: "2026-03-01T10:00:00.000Z" };
  const answers = await Promise.all(Array.from({ length: 10 }, () => deliver([event({ objectId: 200 })])));
  assert.ok(answers.some(({ status }) => status === 200));
  for (const { status } of answers) assert.ok(status === 200 || status === 503, String(status));
  assert.equal((await deliver([event({ objectId: 200 })])).status, 200);
  assert.equal((await stored("200"))?.local.record.first_name, "Kenji");
});

test("a decision that another has overtaken writes nothing, and comes again", async () => {
  const properties: Record<string, string> = { email: "rear@a.test", firstname: "Grace" };
  contacts[250] = { properties, updatedAt: "2026-03-01T10:00:00.000Z" };
  await deliver([event({ objectId: 250 })]);
  await deliver([event({ objectId: 250 })]);
  properties.hs_lead_status = "OPEN"; // which is ours to say: it will be put right
  asked.length = 0;
  meanwhile = async () => {
    properties.firstname = "Eve";
    assert.equal((await deliver([event({ objectId: 250 })])).status, 200);
  };
  assert.equal((await deliver([event({ objectId: 250 })])).status, 503);
  assert.deepEqual(asked, ["GET 250", "GET 250", "PATCH 250"], "only the first of the two has written");
  assert.equal(properties.hs_lead_status, "NEW");
  assert.equal((await deliver([event({ objectId: 250 })])).status, 200);
  assert.equal((await stored("250"))?.local.record.first_name, "Eve");
  assert.equal(properties.pm_greeting, "Dear Eve,");
});

test("what HubSpot refuses to take is not agreed on, and is sent again", async () => {
  const properties: Record<string, string> = { email: "mina@a.test", firstname: "Mina" };
  contacts[260] = { properties, updatedAt: "2026-03-01T10:00:00.000Z" };
  await deliver([event({ objectId: 260 })]);
  refusing = true;
  assert.equal((await deliver([event({ objectId: 260 })])).status, 503);
  refusing = false;
  assert.equal(properties.pm_greeting, undefined);
  assert.equal((await deliver([event({ objectId: 260 })])).status, 200);
  assert.equal(properties.pm_greeting, "Dear Mina,");
});

test("forged, stale and foreign deliveries change and fetch nothing", async () => {
  asked.length = 0;
  assert.equal((await deliver([event({ objectId: 124 })], { secret: "forged" })).status, 401);
  assert.equal((await deliver([event({ objectId: 124 })], { timestamp: String(Date.now() - 400_000) })).status, 401);
  const foreign = await deliver([event({ objectId: 124, portalId: 9 })]);
  assert.deepEqual([foreign.status, foreign.body.refused], [200, 1]);
  assert.deepEqual(asked, []);
  assert.equal(await stored("124"), null);
});

test("a contact that HubSpot no longer has is unlinked, not created again", async () => {
  contacts[300] = { properties: { email: "mary@a.test" }, updatedAt: "2026-03-01T10:00:00.000Z" };
  await deliver([event({ objectId: 300 })]);
  assert.notEqual((await stored("300"))?.base ?? null, null);
  delete contacts[300];
  asked.length = 0;
  assert.equal((await deliver([event({ objectId: 300, subscriptionType: "contact.deletion" })])).body.decided, 1);
  assert.deepEqual(asked, ["GET 300"]);
  const unlinked = await stored("300");
  assert.deepEqual([unlinked?.base, unlinked?.local.record.email], [null, "mary@a.test"]);
});
