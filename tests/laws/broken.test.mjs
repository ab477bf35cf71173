/** That the engines that break a law can still be built is seen here; scripts/laws-broken.mjs builds them. */
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
