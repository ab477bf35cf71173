/** All conflicts of one field: tables for people, and hashes of the exact bytes. `npm run goldens` writes both anew. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { written } from "./groups.js";
import { hashOf } from "./hash.js";
import { hashes } from "./run.js";
import { tables } from "./tables.js";

const engine = await loadEngine();
const folder = new URL("../cases/enumeration/", import.meta.url);
const golden = (name: string) => readFileSync(new URL(`${name}.txt`, folder), "utf8");

const today = tables(engine);

for (const { name, text } of today) {
  test(`decisions of one field: ${name}`, () => assert.equal(text, golden(name)));
}

test("every table is of today", () => {
  const names = [...today.map(({ name }) => name), "hashes"];
  assert.deepEqual(readdirSync(folder).sort(), names.map((name) => `${name}.txt`).sort());
});

test("the bytes of all decisions of one field have the hashes that they had", () => {
  assert.equal(hashes(engine, written()), golden("hashes"));
});

test("the hash is XXH32, twice", () => {
  const of = (text: string) => hashOf(new TextEncoder().encode(text));
  assert.equal(of("").slice(0, 8), "02cc5d05");
  assert.equal(of("Nobody inspects the spammish repetition").slice(0, 8), "e2293b2f");
});
