/** examples/embedding: both pages are built as their own configuration says, opened in Chromium, and used. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build, mergeConfig } from "vite";
import configuration from "../../examples/embedding/vite.config.js";
import { addressOf, serve } from "../../scripts/serve.mjs";
import { launch } from "../browsers.ts";
import { until } from "../preview/browser.mjs";

const pathOf = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "crm-sync-embedding-"));
let server;
let browser;
before(async () => {
  // Where the package would be installed, it lies in dist/ here.
  const alias = [
    { find: "@penguinmails/crm-sync/preview", replacement: pathOf("dist/preview/element.js") },
    { find: "@penguinmails/crm-sync", replacement: pathOf("dist/browser.js") },
  ];
  const here = { root: pathOf("examples/embedding"), configFile: false, logLevel: "warn" };
  await build(
    mergeConfig(configuration, { ...here, resolve: { alias }, build: { outDir: folder, emptyOutDir: true } }),
  );
  server = await serve(folder, 0);
  browser = await launch("chrome");
});
after(async () => {
  await browser?.close();
  server?.close();
  server?.closeAllConnections();
  rmSync(folder, { recursive: true });
});

async function open(name) {
  const page = await browser.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(`${addressOf(server)}${name}/index.html`);
  const says = (selector, text) =>
    until(() => page.evaluate((at, wanted) => document.querySelector(at)?.innerText.includes(wanted), selector, text));
  return { page, problems, says };
}

for (const name of ["plain", "react"]) {
  test(`${name}: a decision is shown, and a review is answered, which the page hears of`, async () => {
    const { page, problems, says } = await open(name);
    await says("#outcome", "review");
    await until(() => page.$(">>> [data-choose=crm]"));
    await page.click(">>> [data-choose=crm]");
    await says("#answered", "job_title, crm");
    assert.deepEqual(problems, []);
    await page.close();
  });
}

test("react: a property that follows the page's state reaches the element", async () => {
  const { page, says } = await open("react");
  await says("#outcome", "review");
  await page.click("#root button");
  await says("#outcome", "none: to_crm");
  await page.close();
});

test("its versions are those that it is tested with", () => {
  const read = (path) => JSON.parse(readFileSync(pathOf(path), "utf8"));
  const { devDependencies, version, name } = read("package.json");
  const example = read("examples/embedding/package.json");
  const tested = { ...devDependencies, [name]: version };
  for (const [of, wanted] of Object.entries({ ...example.dependencies, ...example.devDependencies }))
    assert.equal(wanted, tested[of], of);
});
