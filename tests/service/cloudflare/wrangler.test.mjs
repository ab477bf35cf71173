/** examples/cloudflare with the package as it is published, offline: what wrangler would deploy, and what it runs locally. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { withAdminPage } from "../../../web/serve/admin-page.ts";
import { openPage } from "../../admin/browser.mjs";
import { until } from "../../preview/browser.mjs";
import { mappingOf } from "../sync/hands.ts";
import { copyExample, manifestOf, root } from "./example.ts";

let copy;
let unconfigured;
let deployed;
let key;
before(async () => {
  copy = await copyExample();
  await copy.wrangler("d1", "migrations", "apply", "DIRECTORY", "--local");
  key = (await copy.crmSync("new-key", "o'neill & co", "--local")).trim();
  const bare = await copy.dev();
  const { status } = await fetch(`${bare.origin}/readyz`);
  await bare.stop();
  unconfigured = { status, said: bare.said() };
  copy.secrets({ CRM_SYNC_KEYS: `one:${randomBytes(32).toString("base64")}` });
  deployed = await copy.dev();
});
after(() => copy?.remove());

const call = async (path, { method = "GET", body, with: secret = key } = {}) => {
  const headers = { ...(secret && { authorization: `Bearer ${secret}` }), "content-type": "application/json" };
  const answer = await fetch(deployed.origin + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() };
};

test("the example names the versions of packages that are tried here", () => {
  const { dependencies, devDependencies } = manifestOf(copy.folder);
  const { version, devDependencies: tried } = manifestOf(root);
  for (const [name, named] of Object.entries({ ...dependencies, ...devDependencies }))
    assert.equal(named, name === "@penguinmails/crm-sync" ? version : tried[name], name);
});

/** As Cloudflare's own types have it, which whoever writes a Worker in TypeScript has. */
const runtime = `declare module "cloudflare:workers" {
  export abstract class DurableObject<Env = unknown> {
    protected ctx: unknown;
    protected env: Env;
    constructor(ctx: unknown, env: Env);
  }
}`;
const typed = `import { createWorker, type Env, TenantObject } from "@penguinmails/crm-sync/service/cloudflare";
export class Mine extends TenantObject {}
const worker = createWorker();
export const answer = (request: Request, env: Env): Promise<Response> => worker.fetch(request, env);
export default worker;
`;

test("TypeScript takes the declarations", async () => {
  writeFileSync(join(copy.folder, "runtime.d.ts"), runtime);
  writeFileSync(join(copy.folder, "typed.ts"), typed);
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2023", "--module", "esnext"];
  const more = ["--moduleResolution", "bundler", "--lib", "es2023,esnext.disposable,dom", "runtime.d.ts", "typed.ts"];
  const tsc = join(root, "node_modules/.bin/tsc");
  await promisify(execFile)(tsc, [...options, ...more], { cwd: copy.folder }).catch(({ stdout }) =>
    assert.fail(stdout),
  );
});

test("wrangler deploy has all that it needs, and is far below the 3 MB of the free plan", async (context) => {
  const said = await copy.wrangler("deploy", "--dry-run", "--outdir", "out");
  for (const binding of ["env.TENANTS (TenantObject)", "env.WEBHOOKS (crm-sync-webhooks)", "env.DIRECTORY (crm-sync)"])
    assert.ok(said.includes(binding), said);
  const names = readdirSync(join(copy.folder, "out")).filter((name) => /\.(js|wasm)$/.test(name));
  const sizes = names.map((name) => gzipSync(readFileSync(join(copy.folder, "out", name))).length);
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1024;
  context.diagnostic(`${names.join(", ")}: ${kilobytes.toFixed(1)} KB gzipped; ${/Total Upload: .*/.exec(said)?.[0]}`);
  assert.equal(names.length, 2, names.join(", "));
  assert.ok(kilobytes < 800, `${kilobytes} KB`);
});

test("without its secrets it answers nobody, and logs what is missing", () => {
  assert.equal(unconfigured.status, 503);
  assert.match(unconfigured.said, /"event":"misconfigured","message":"CRM_SYNC_KEYS has to say the keys.*"hint":/);
});

test("wrangler dev answers who has the key that was made, and nobody else", async () => {
  for (const path of ["/healthz", "/readyz"])
    assert.deepEqual(await call(path, { with: null }), { status: 200, body: { status: "ok" } });
  assert.equal((await call("/api/integrations", { with: null })).status, 401);
  assert.equal((await call("/api/integrations", { with: `${key}x` })).status, 401);
  assert.deepEqual(await call("/api/integrations"), { status: 200, body: { integrations: [] } });
});

test("where the key cannot be kept none is told", async () => {
  const nowhere = mkdtempSync(join(tmpdir(), "crm-sync-nowhere-"));
  try {
    const missing = await copy.crmSync("new-key", "acme", "--folder", nowhere).catch((error) => error);
    assert.deepEqual([missing.code, missing.stdout], [2, ""]);
    assert.match(missing.stderr, /CLI008.*there is no wrangler in/);
  } finally {
    rmSync(nowhere, { recursive: true });
  }
  // Without a login and without a token wrangler cannot reach what is deployed.
  const refused = await copy.crmSync("new-key", "acme").catch((error) => error);
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /CLOUDFLARE_API_TOKEN/);
});

test("the admin page is sent with the headers that the service on Node sends", async () => {
  const handle = withAdminPage(() => new Response(null, { status: 404 }), join(root, "dist/pages/admin"));
  const assets = readdirSync(join(root, "dist/pages/admin/assets"));
  const asset = (extension) => `/admin/assets/${assets.find((name) => name.endsWith(extension))}`;
  for (const path of ["/admin/", ...[".js", ".css", ".wasm"].map(asset)]) {
    const [here, there] = await Promise.all([
      handle(new Request(deployed.origin + path)),
      fetch(deployed.origin + path),
    ]);
    assert.deepEqual([here.status, there.status], [200, 200]);
    for (const [name, value] of here.headers) assert.equal(there.headers.get(name), value, name);
    assert.deepEqual(await there.arrayBuffer(), await here.arrayBuffer());
  }
});

test("an administrator signs in at the page and sees what the tenant has", async () => {
  const settings = { baseUrl: "https://api.hubapi.com", keyField: "penguinmails_id" };
  const body = { id: "hubspot", crm: "hubspot", account: "62515", mapping: mappingOf("hubspot"), settings };
  assert.equal((await call("/api/integrations", { method: "POST", body })).status, 201);
  const admin = await openPage("chrome", deployed.origin);
  try {
    await admin.open("#health", key);
    await admin.says("section.card", /^hubspot .* HubSpot · account 62515/);
    await admin.click("a[href='#mapping']");
    await admin.says("[role=status]", "Version 1 of hubspot is in force.");
    await admin.text("crm-mapping-preview");
    assert.deepEqual(admin.problems, []);
    assert.deepEqual(await admin.page.evaluate(() => globalThis.violations), []);
  } finally {
    await admin.close();
  }
});

test("nobody is another tenant by saying so", async () => {
  // While it runs.
  const otherKey = (await copy.crmSync("new-key", "other", "--local")).trim();
  const caller = { tenant: "o'neill & co", actor: "a forger", roles: ["reader", "editor", "host", "admin"] };
  const front = encodeURIComponent(JSON.stringify({ tenant: caller.tenant, caller }));
  const asked = async (secret) => {
    const headers = { "x-crm-sync-front": front, ...(secret && { authorization: `Bearer ${secret}` }) };
    return fetch(`${deployed.origin}/api/integrations`, { headers });
  };
  assert.equal((await asked(null)).status, 401);
  assert.deepEqual(await (await asked(otherKey)).json(), { integrations: [] });
  assert.equal((await (await asked(key)).json()).integrations.length, 1);
});

test("what was there is there after a restart, and by cron every tenant is looked after, through the queue", async () => {
  await deployed.stop();
  // This wrangler cannot trigger what has assets: https://github.com/cloudflare/workers-sdk/issues/9882
  const config = readFileSync(join(copy.folder, "wrangler.jsonc"), "utf8").replace(/^ {2}"assets".*$/m, "");
  writeFileSync(join(copy.folder, "without-assets.jsonc"), config);
  deployed = await copy.dev("--config", "without-assets.jsonc");
  const { body } = await call("/api/integrations");
  assert.deepEqual(
    body.integrations.map(({ id }) => id),
    ["hubspot"],
  );
  assert.equal((await fetch(`${deployed.origin}/cdn-cgi/handler/scheduled`)).status, 200);
  await until(() => /QUEUE crm-sync-webhooks 2\/2/.test(deployed.said()));
  assert.doesNotMatch(deployed.said(), /"event":"\w*failed"/);
});
