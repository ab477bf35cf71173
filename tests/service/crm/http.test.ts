import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { crmHosts } from "../../../web/service/crm/allowed-hosts.js";
import { type Credentials, CrmUnavailable } from "../../../web/service/crm/client.js";
import { createHttp, type HttpOptions, type Method } from "../../../web/service/crm/http.js";
import type { RateLimit } from "../../../web/service/crm/rate-limit.js";
import { connectionError, handClock, json, scripted } from "./support.js";

const clock = handClock();
const url = "https://api.hubapi.com/crm";
const http = (fetch: typeof globalThis.fetch, more: Partial<HttpOptions> = {}) =>
  createHttp({ fetch, clock, allowedHosts: [...crmHosts.hubspot, ...crmHosts.salesforce], ...more });

test("a client that is one organisation's asks no other", async () => {
  const { fetch } = scripted(() => json({}));
  const own = http(fetch, { allowedHosts: ["acme.my.salesforce.com"] });
  await assert.rejects(own.request("GET", "https://other.my.salesforce.com/"), { code: "host" });
});

test("no redirect is followed, whatever it is for", async (context) => {
  const received: string[] = [];
  const server = createServer((request, response) => {
    received.push(`${request.method} ${request.url}`);
    response.writeHead(Number(request.url?.slice(1)), { location: "http://169.254.169.254/" }).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const own = http(fetch, { developmentHosts: [origin], timeout: 2000 });
  for (const status of [301, 302, 303, 307, 308]) {
    await assert.rejects(own.request("POST", `${origin}/${status}`, { body: {} }), { code: "redirect" });
  }
  assert.equal(received.length, 5);
});

for (const code of [
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "ENETUNREACH",
]) {
  test(`${code}: certainly not sent`, async () => {
    const { fetch } = scripted(() => {
      throw connectionError(code);
    });
    assert.deepEqual(await http(fetch).request("POST", url, { body: {} }), { sent: false, why: code });
  });
}

for (const code of ["ECONNRESET", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "EPIPE"]) {
  test(`${code}: perhaps sent, and sent again only where that does no harm`, async () => {
    for (const idempotent of [false, true]) {
      const { fetch, asked } = scripted(() => {
        throw connectionError(code);
      });
      const result = await http(fetch).request("POST", url, { body: {}, idempotent });
      assert.deepEqual(result, { sent: "unknown", why: "broken connection", status: null, after: 0 });
      assert.equal(asked.length, idempotent ? 2 : 1);
    }
  });
}

test("a real port where nobody listens: certainly not sent", async () => {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((closed) => server.close(closed));
  const result = await http(fetch, { developmentHosts: [origin] }).request("POST", `${origin}/a`, { body: {} });
  assert.deepEqual(result, { sent: false, why: "ECONNREFUSED" });
});

test("a connection that breaks within the answer, and one that is closed without any: unknown", async () => {
  const server = createServer((request, response) => {
    if (request.url === "/within") response.writeHead(200, { "content-length": "100" }).write('{"a":');
    setTimeout(() => request.socket.destroy(), 20);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ["/within", "/without"]) {
    const result = await http(fetch, { developmentHosts: [origin] }).request("POST", origin + path, { body: {} });
    assert.equal(result.sent, "unknown", path);
  }
  await new Promise((closed) => server.close(closed));
});

test("a time-out is unknown, also one within the answer", async () => {
  const never = new Promise<Response>(() => {});
  const stuck = new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([123])) }));
  for (const answer of [never, stuck]) {
    const { fetch } = scripted(() => answer);
    const result = await http(fetch, { timeout: 20 }).request("POST", url, { body: {} });
    assert.deepEqual(result, { sent: "unknown", why: "time-out", status: null, after: 0 });
  }
});

test("a 5xx is unknown, with the pause it asks for", async () => {
  const { fetch } = scripted(() => json({ message: "secret" }, 503, { "retry-after": "7" }));
  const result = await http(fetch).request("POST", url, { body: {} });
  assert.deepEqual(result, { sent: "unknown", why: "HTTP 503", status: 503, after: 7000 });
});

test("an answer beyond the limit is not kept, however it is told", async () => {
  const { fetch } = scripted(() => new Response(`"${"x".repeat(200)}"`));
  const result = await http(fetch, { maximumBytes: 100 }).request("GET", url);
  assert.equal(result.sent, "unknown");
  assert.equal("why" in result && result.why, "answer too large");
});

test("a success that is no JSON is unknown; an error that is none is an error", async () => {
  for (const [status, sent] of [
    [200, "unknown"],
    [400, true],
  ] as const) {
    const { fetch } = scripted(() => new Response("<html>", { status }));
    assert.equal((await http(fetch).request("GET", url)).sent, sent);
  }
});

test("long integers stay exact both ways", async () => {
  const { fetch, asked } = scripted(() => new Response('{"id":9007199254740993}'));
  const result = await http(fetch).request("POST", url, { body: { id: 9007199254740995n } });
  assert.deepEqual(result.sent === true && result.body, { id: 9007199254740993n });
  assert.equal(asked[0]?.body, '{"id":9007199254740995}');
});

const credentials = (renewed: string | CrmUnavailable): Credentials & { stale: string[] } => {
  const stale: string[] = [];
  return {
    stale,
    token: async () => "old",
    renew: async (token) => {
      stale.push(token);
      if (typeof renewed === "string") return renewed;
      throw renewed;
    },
  };
};

test("after a 401 the token is renewed once, and the request is made with the new one", async () => {
  const own = credentials("new");
  const { fetch, asked } = scripted(({ headers }) =>
    json({}, headers.get("authorization") === "Bearer new" ? 200 : 401),
  );
  const result = await http(fetch, { credentials: own }).request("POST", url, { body: {} });
  assert.equal(result.sent === true && result.status, 200);
  assert.deepEqual(own.stale, ["old"]);
  assert.equal(asked.length, 2);
});

test("where what another process has stored has ended too, the token is renewed once more", async () => {
  const tokens = ["stored", "new"];
  const own: Credentials = { token: async () => "old", renew: async () => tokens.shift() as string };
  const { fetch, asked } = scripted(({ headers }) =>
    json({}, headers.get("authorization") === "Bearer new" ? 200 : 401),
  );
  const result = await http(fetch, { credentials: own }).request("GET", url);
  assert.deepEqual([result.sent === true && result.status, asked.length], [200, 3]);
});

test("a third 401 means revoked", async () => {
  const { fetch, asked } = scripted(() => json({}, 401));
  const request = http(fetch, { credentials: credentials("new") }).request("GET", url);
  await assert.rejects(request, (error) => error instanceof CrmUnavailable && error.kind === "revoked");
  assert.equal(asked.length, 3);
});

for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"] satisfies Method[]) {
  test(`${method} is made as asked`, async () => {
    const { fetch, asked } = scripted(() => new Response(null, { status: 204 }));
    const result = await http(fetch).request(method, url, { headers: { "If-Unmodified-Since": "x" } });
    assert.equal(result.sent === true && result.body, undefined);
    assert.equal(asked[0]?.method, method);
    assert.equal(asked[0]?.headers.get("if-unmodified-since"), "x");
  });
}

test("what writes is asked about once its turn has come, and not sent where it may not be", async () => {
  const { fetch, asked } = scripted(() => json({}));
  const order: string[] = [];
  let may = true;
  const bucket: RateLimit = { take: async () => void order.push("turn"), hold() {}, behind: () => bucket };
  const mayWrite = async () => {
    order.push("asked");
    return may;
  };
  const credentials: Credentials = { token: async () => "token", renew: async () => "token" };
  const client = http(fetch, { bucket, mayWrite, credentials });
  await client.request("POST", url, { writes: true });
  await client.request("POST", url);
  may = false;
  assert.deepEqual(await client.request("POST", url, { writes: true }), { sent: false, why: "paused" });
  assert.deepEqual(order, ["turn", "asked", "turn", "turn", "asked"]);
  assert.equal(asked.length, 2);
});
