/** A request's trace: the one that it carries, or a new one; the answer and the log say the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, service } from "./support.js";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = "00f067aa0ba902b7";

async function traced(traceparent?: string, path = "/api/reviews", key: string | null = keyOf("ours", "editor")) {
  const to = service();
  const response = await to.app.request(path, {
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(traceparent !== undefined && { traceparent }),
    },
  });
  const said = response.headers.get("x-trace-id") ?? assert.fail();
  assert.deepEqual(
    to.log.map((entry) => entry.trace),
    [said],
  );
  assert.match(said, /^[\da-f]{32}$/);
  return said;
}

test("a request's own trace goes on, of this version of the header and of later ones", async () => {
  for (const valid of [
    `00-${trace}-${parent}-01`,
    `00-${trace}-${parent}-00`,
    `cc-${trace}-${parent}-01`,
    `cc-${trace}-${parent}-01-what-comes-later`,
  ]) {
    assert.equal(await traced(valid), trace, valid);
  }
});

test("a header that is not valid is not used, and no request shares a trace that was made", async () => {
  const made = [await traced()];
  for (const invalid of [
    "",
    trace,
    `ff-${trace}-${parent}-01`,
    `0-${trace}-${parent}-01`,
    `00-${trace}-${parent}-01-more`,
    `00-${trace}-${parent}-01.`,
    `cc-${trace}-${parent}-01.`,
    `00-${trace}-${parent}`,
    `00-${trace.toUpperCase()}-${parent}-01`,
    `00-${trace.slice(1)}-${parent}-01`,
    `00-${"0".repeat(32)}-${parent}-01`,
    `00-${trace}-${"0".repeat(16)}-01`,
    `00-${trace}-${parent}-01, 00-${trace}-${parent}-01`,
    "00-canary@example.test-00f067aa0ba902b7-01",
  ]) {
    made.push(await traced(invalid));
  }
  assert.ok(!made.includes(trace));
  assert.equal(new Set(made).size, made.length);
});

test("what is refused has its trace too", async () => {
  const given = `00-${trace}-${parent}-01`;
  assert.equal(await traced(given, "/nowhere"), trace);
  assert.equal(await traced(given, "/api/reviews", null), trace);
  assert.equal(await traced(given, "/%ff"), trace);
});
