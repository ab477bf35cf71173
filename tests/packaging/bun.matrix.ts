import { join } from "node:path";
import { test } from "node:test";
import { check, installed, output, root } from "./support.js";

const { folder } = await installed();

test("Bun", async () => {
  const bun = join(root, "node_modules/.bin/bun");
  check(await output(bun, ["run", "--no-install", "print.mjs"], folder), { runsStrings: true });
});
