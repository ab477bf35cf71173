/** The same bytes in Chromium, with the package as it is built. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { launch } from "../browsers.js";
import { written } from "./groups.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const types: Record<string, string> = { ".js": "text/javascript", ".wasm": "application/wasm" };
const html = `<!doctype html><script type="importmap">{"imports": {"@penguinmails/crm-sync": "/browser.js"}}</script>
<script type="module" src="/page"></script>`;

test("Chromium gives the bytes of all decisions of one field", async () => {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(root, "tests/enumeration/page.ts")],
    bundle: true,
    format: "esm",
    external: ["@penguinmails/crm-sync"],
    write: false,
  });
  const own: Record<string, [type: string, body: string]> = {
    "/": ["text/html", html],
    "/page": ["text/javascript", outputFiles[0]?.text ?? ""],
    "/enumeration": ["text/plain", written()],
  };
  const server = createServer(({ url = "/" }, response) => {
    const [type, body] = own[url] ?? [types[extname(url)], undefined];
    if (type === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": `${type}; charset=utf-8` });
    return response.end(body ?? readFileSync(join(root, "dist", url)));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const browser = await launch("chrome");
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const answer = await tab.evaluate(() => (globalThis as unknown as { answer: Promise<string> }).answer);
    assert.equal(answer, readFileSync(join(root, "tests/cases/enumeration/hashes.txt"), "utf8"));
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});
