/** The same app in Cloudflare's workerd: nothing of it needs Node. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startWorkerd } from "../../workerd.js";
import { event, signed } from "../support.js";

test("webhooks and the API at the edge", async () => {
  const edge = await startWorkerd("tests/service/http/edge-worker.ts");
  try {
    const body = JSON.stringify([event({})]);
    const deliver = (headers: Record<string, string>) =>
      edge.dispatchFetch("http://edge.test/webhooks/hubspot", { method: "POST", body, headers });
    assert.equal((await deliver({})).status, 401);
    const taken = await deliver(signed(body));
    assert.equal(taken.status, 202, await taken.text());
    const headers = { authorization: "Bearer a-key-of-somebody-0123" };
    const audit = (await (await edge.dispatchFetch("http://edge.test/api/audit", { headers })).json()) as {
      entries: { decision: unknown }[];
    };
    assert.deepEqual(audit.entries[0]?.decision, [[{ subject: "crm:123" }]]);
    const document = (await (await edge.dispatchFetch("http://edge.test/openapi.json")).json()) as { openapi: string };
    assert.equal(document.openapi, "3.1.0");
  } finally {
    await edge.dispose();
  }
});
