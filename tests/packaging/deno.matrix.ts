import { join } from "node:path";
import { test } from "node:test";
import { check, installed, output, root } from "./support.js";

const { folder } = await installed();

test("Deno, which may read the app's folder and nothing else", async () => {
  const deno = join(root, "node_modules/.bin/deno");
  const options = ["--no-prompt", "--cached-only", `--allow-read=${folder}`];
  check(await output(deno, ["run", ...options, "print.mjs"], folder), { runsStrings: true });
});
