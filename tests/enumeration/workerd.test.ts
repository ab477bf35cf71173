/** The same bytes in Cloudflare's workerd. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startWorkerd } from "../workerd.js";
import { written } from "./groups.js";

test("workerd gives the bytes of all decisions of one field", async () => {
  const workerd = await startWorkerd("tests/enumeration/worker.ts");
  try {
    const response = await workerd.dispatchFetch("http://localhost/", { method: "POST", body: written() });
    const hashes = readFileSync(new URL("../cases/enumeration/hashes.txt", import.meta.url), "utf8");
    assert.equal(await response.text(), hashes);
  } finally {
    await workerd.dispose();
  }
});
