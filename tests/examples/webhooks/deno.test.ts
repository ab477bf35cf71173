/** examples/webhooks/deno.js in Deno, with its KV in a file. */
import { join } from "node:path";
import { itKeepsBothSides } from "./cases.js";
import { copied, printed, startProgram, tool } from "./program.js";

const deno = tool("deno");
const read = `
const kv = await Deno.openKv("contacts.kv");
console.log(JSON.stringify((await kv.get(["contacts", "62515", Deno.args[0]])).value));
kv.close();`;

itKeepsBothSides(async (hubspot, settings) => {
  const folder = copied("deno.js");
  const may = ["--allow-env", "--allow-net", "--allow-read", "--allow-write=."];
  const options = ["--no-prompt", "--cached-only", "--unstable-kv", ...may];
  const { url, close } = await startProgram([deno, "run", ...options], folder, hubspot, {
    ...settings,
    KV_PATH: join(folder.path, "contacts.kv"),
  });
  return { url, close, kept: (id) => printed(deno, ["eval", "--unstable-kv", read, id], folder.path) };
});
