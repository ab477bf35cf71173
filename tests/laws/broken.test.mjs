/** Whether the engine still has what is changed to break a law; scripts/laws-broken.mjs (in check) builds those engines. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { broken } from "./broken.mjs";

const conflict = join(process.env.CRMSYNC_ROOT, "src/conflict");

for (const { law, file, from } of broken) {
  test(`law ${law}: what is changed to break it stands in the engine, once`, () => {
    assert.equal(readFileSync(join(conflict, file), "utf8").split(from).length, 2, `${file}: ${from}`);
  });
}
