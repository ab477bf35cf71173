/** The reviews on the service's page, in Chromium, and what the page's server gives. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { withAdminPage } from "../../web/serve/admin-page.ts";
import { listen } from "../../web/service/node/listen.ts";
import { launch } from "../browsers.ts";
import { until } from "../preview/browser.mjs";

const key = "cs_the-key";
const review = {
  ...{ id: "r/1", integration: "hubspot", contact: "c1", crmId: "1", state: "open", field: "job_title" },
  ...{ local: "Owner", crm: "Chairwoman", base: "Founder", reason: "manual_review", candidates: null },
  ...{ opened_at: "2026-03-01T10:00:00Z", answer: null },
};
const asked = [];
const service = async (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/api/session") {
    if ((await request.json()).key !== key) return new Response(null, { status: 401 });
    const cookie = `__Host-crm-sync=${key}; Path=/; Secure; HttpOnly; SameSite=Strict`;
    return Response.json({ csrf: "the-token" }, { headers: { "set-cookie": cookie } });
  }
  if (request.headers.get("cookie") !== `__Host-crm-sync=${key}`) return new Response(null, { status: 401 });
  if (request.headers.get("x-crm-sync-csrf") !== "the-token") return new Response(null, { status: 403 });
  if (pathname.startsWith("/api/integrations")) return Response.json({ integrations: [] });
  asked.push([request.method, pathname, await request.text()]);
  if (request.method === "GET") return Response.json({ reviews: [review] });
  return Response.json({ state: "answered" }, { status: 202 });
};

let served;
let browser;
before(async () => {
  served = await listen(withAdminPage(service, fileURLToPath(new URL("../../dist/pages/admin/", import.meta.url))));
  browser = await launch("chrome");
});
after(async () => {
  await browser?.close();
  served?.server.closeAllConnections();
  await served?.close();
});

test("what waits is shown to whoever has a key, and answered", async () => {
  const page = await browser.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(`${served.origin}/admin`);
  assert.equal(page.url(), `${served.origin}/admin/`);
  await page.type("#key", key);
  await page.keyboard.press("Enter");
  await until(() => page.$(">>> tbody tr"));
  await page.click(">>> [data-choose=crm]");
  await until(() => asked.length === 2);
  assert.deepEqual(asked, [
    ["GET", "/api/reviews", ""],
    ["POST", "/api/reviews/hubspot/r%2F1/answer", '{"choose":"crm"}'],
  ]);
  assert.deepEqual(problems, []);
});

test("a wrong key is said, and the page has no other address", async () => {
  const page = await browser.newPage();
  await page.goto(`${served.origin}/admin/`);
  await page.type("#key", "another");
  await page.keyboard.press("Enter");
  const refusal = () => page.evaluate(() => document.querySelector("#refusal").innerText);
  await until(async () => (await refusal()) === "Not let in: the service does not know this key; enter another one.");
  for (const path of ["/admin/nothing.js", "/admin/../package.json", "/admin/%2e%2e/package.json", "/other"]) {
    assert.equal((await fetch(served.origin + path)).status, 401, path);
  }
  assert.equal((await fetch(`${served.origin}/admin/`, { method: "POST" })).status, 401);
  const head = await fetch(`${served.origin}/admin/`, { method: "HEAD" });
  assert.match(head.headers.get("content-security-policy"), /default-src 'none'/);
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});
