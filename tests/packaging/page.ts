/** A page that Vite builds with the installed package, served under a strict policy and opened in a browser. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { after, test } from "node:test";
import { build } from "vite";
import { launch } from "../browsers.js";
import { check, installed } from "./support.js";

/** WebAssembly may be compiled, but no text evaluated. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

/** Serves the built page until `use` is done with its address. */
async function served(folder: string, types: Record<string, string>, use: (address: string) => Promise<void>) {
  const server = createServer(({ url = "/" }, response) => {
    const path = url === "/" ? "/index.html" : url;
    const type = types[extname(path)];
    if (type === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": type, "content-security-policy": policy });
    return response.end(readFileSync(join(folder, path)));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function builtPage(): Promise<string> {
  const { folder } = await installed();
  await build({ root: folder, configFile: false, logLevel: "warn" });
  return join(folder, "dist");
}

export async function testPage(browserName: "Chromium" | "Firefox"): Promise<void> {
  const page = await builtPage();
  const browser = await launch(browserName === "Chromium" ? "chrome" : "firefox");
  after(() => browser.close());

  async function run(address: string) {
    const tab = await browser.newPage();
    await tab.goto(address);
    const results = await tab.evaluate(() => (globalThis as unknown as { results: Promise<string[]> }).results);
    assert.equal(results.length, 2);
    for (const result of results) check(result, { runsStrings: false });
    await tab.close();
  }

  test(`Vite puts each module out once for ${browserName}, though a page and its worker load it`, () => {
    const files = readdirSync(page, { recursive: true }).map(String);
    assert.equal(files.filter((file) => file.endsWith(".wasm")).length, 2, files.join(", "));
  });
  test(`a page in ${browserName} and its worker`, () => served(page, types, run));
  test(`the same in ${browserName} where the server does not know .wasm files`, () =>
    served(page, { ...types, ".wasm": "application/octet-stream" }, run));
}
