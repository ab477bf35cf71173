import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { addressOf, serve } from "../../scripts/serve.mjs";

const parent = mkdtempSync(join(tmpdir(), "crm-sync-serve-"));
let server;
before(async () => {
  mkdirSync(join(parent, "page", "assets"), { recursive: true });
  writeFileSync(join(parent, "secret.js"), "secret");
  writeFileSync(join(parent, "page", "index.html"), "<p>page</p>");
  writeFileSync(join(parent, "page", "assets", "engine.wasm"), "wasm");
  server = await serve(join(parent, "page"), 0);
});
after(() => {
  server.close();
  server.closeAllConnections();
  rmSync(parent, { recursive: true });
});

/** As it is written: fetch would tidy the path. */
function ask(path, method = "GET") {
  return new Promise((resolve, reject) => {
    const asking = request(addressOf(server), { path, method }, (response) => {
      response.setEncoding("utf8");
      let body = "";
      response.on("data", (part) => {
        body += part;
      });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    asking.on("error", reject).end();
  });
}

test("the page comes under its policy, each file with its type", async () => {
  const page = await ask("/?from=somewhere");
  assert.equal(page.body, "<p>page</p>");
  assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
  assert.match(page.headers["content-security-policy"], /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
  const wasm = await ask("/assets/engine.wasm");
  assert.deepEqual([wasm.headers["content-type"], wasm.body], ["application/wasm", "wasm"]);
  assert.equal((await ask("/", "HEAD")).body, "");
});

test("nothing outside of the folder is served", async () => {
  for (const path of [
    "/../secret.js",
    "/assets/../../secret.js",
    "/%2e%2e/secret.js",
    "/..\\secret.js",
    "/assets",
    "/x.js",
  ]) {
    assert.equal((await ask(path)).status, 404, path);
  }
  assert.equal((await ask("/", "POST")).status, 405);
});

test("it listens on this machine alone", () => {
  assert.equal(server.address().address, "127.0.0.1");
});
