import { test } from "node:test";
import { check, installed, output } from "./support.js";

const { folder } = await installed();

test("Node", async () => {
  check(await output(process.execPath, ["print.mjs"], folder), { runsStrings: true });
});

test("Node that evaluates no code", async () => {
  const flag = "--disallow-code-generation-from-strings";
  check(await output(process.execPath, [flag, "print.mjs"], folder), { runsStrings: false });
});
