/** Merge patches: the examples of RFC 7396, appendix A, and what the service asks of a patch besides. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, mergePatch, onlyPaths, patchedPaths } from "../../../web/service/sync/merge-patch.js";

const examples: [unknown, unknown, unknown][] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

for (const [target, patch, result] of examples) {
  test(`${JSON.stringify(target)} with ${JSON.stringify(patch)}`, () => {
    const before = JSON.stringify(target);
    assert.deepEqual(mergePatch(target, patch), result);
    assert.equal(JSON.stringify(target), before, "the target itself is left alone");
  });
}

test("what a patch touches, by path", () => {
  assert.deepEqual(patchedPaths({ email: "a", address: { city: null, zip: "1" }, tags: [] }), [
    "email",
    "address.city",
    "address.zip",
    "tags",
  ]);
});

test("a part of a patch keeps its clears", () => {
  const patch = { unsubscribed: true, address: { city: null, zip: "1" } };
  assert.deepEqual(onlyPaths(patch, ["unsubscribed", "address.city", "absent"]), {
    unsubscribed: true,
    address: { city: null },
  });
});

test("a value at a path", () => {
  assert.equal(at({ address: { city: "Rome" } }, "address.city"), "Rome");
  assert.equal(at({ address: "Rome" }, "address.city"), undefined);
  assert.equal(at(null, "a"), undefined);
});
