/** The page for people, beside the service's own routes and from the same origin. */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

type Handle = (request: Request) => Response | Promise<Response>;

const place = "/admin/";
const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
};
const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // Browsers listen to it over https only.
  "strict-transport-security": "max-age=31536000",
  "cache-control": "no-cache",
};

/** The same in the form of `_headers`, by which Cloudflare sends files. */
export const headersFile = [
  `${place}*`,
  ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`),
  "",
].join("\n");

/** `folder`: what the build made of the page. */
export function withAdminPage(
  handle: Handle,
  folder = fileURLToPath(new URL("../pages/admin/", import.meta.url)),
): Handle {
  // Only what the folder held when the service began is ever given.
  const names = readdirSync(folder, { recursive: true }).map(String);
  const files = new Map(
    names
      .filter((name) => extname(name) in types)
      .map((name) => [place + name.replaceAll("\\", "/"), readFileSync(join(folder, name))]),
  );
  return (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === place.slice(0, -1)) return Response.redirect(new URL(place, request.url), 308);
    const path = pathname === place ? `${place}index.html` : pathname;
    const body = files.get(path);
    if (body === undefined || (request.method !== "GET" && request.method !== "HEAD")) return handle(request);
    return new Response(request.method === "HEAD" ? null : new Uint8Array(body), {
      headers: { ...headers, "content-type": types[extname(path)] as string },
    });
  };
}
