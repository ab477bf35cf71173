/** examples/webhooks/bun.js in Bun, with an SQLite file. */
import { itKeepsBothSides } from "./cases.js";
import { copied, printed, startProgram, tool } from "./program.js";

const bun = tool("bun");
const read = `
import { Database } from "bun:sqlite";
const row = new Database("contacts.sqlite").query("select kept from contacts where object_id = ?").get(process.argv.at(-1));
console.log(row?.kept ?? null);`;

itKeepsBothSides(async (hubspot, settings) => {
  const command: [string, ...string[]] = [bun, "run", "--no-install"];
  const { url, folder, close } = await startProgram(command, copied("bun.js"), hubspot, settings);
  return { url, close, kept: (id) => printed(bun, ["-e", read, id], folder) };
});
