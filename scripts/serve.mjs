/** A folder's files over HTTP on this machine alone, under the policy that the preview is built for. */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
};

/** The server, listening; `port` 0 takes any that is free. `headers` go with every file. */
export async function serve(folder, port, headers = {}) {
  // Only names that the folder listed are ever opened, so no request leads out of it.
  const names = new Set(readdirSync(folder, { recursive: true }).map((name) => `/${name.replaceAll("\\", "/")}`));
  const server = createServer(async ({ method, url = "/" }, response) => {
    const path = url.split("?")[0].replace(/\/$/, "/index.html");
    const type = types[extname(path)];
    if (type === undefined || !names.has(path)) return response.writeHead(404).end("not found\n");
    if (method !== "GET" && method !== "HEAD") return response.writeHead(405, { allow: "GET, HEAD" }).end();
    const body = await readFile(join(folder, path));
    response.writeHead(200, {
      "content-type": type,
      "content-length": body.length,
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "cache-control": "no-cache",
      ...headers,
    });
    response.end(method === "HEAD" ? undefined : body);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

export function addressOf(server) {
  return `http://127.0.0.1:${server.address().port}/`;
}
