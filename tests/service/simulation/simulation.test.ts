/** A short run of the simulation of the whole service; `npm run simulate:service` is the long one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { broken } from "./broken.js";
import { onNode } from "./process.js";
import { simulate } from "./simulate.js";
import { foundOut, survived } from "./survived.js";

const engine = await loadEngine();
const contacts = 300;
/** One database for all, since making one takes as long as a simulation. */
const folder = mkdtempSync(join(tmpdir(), "crm-sync-simulation-"));
const on = onNode({ folder });
after(() => rmSync(folder, { recursive: true, force: true }));

test(`${contacts} contacts, both sides edited, everything failing: nothing is lost, doubled, lifted or left`, async (t) => {
  survived(t, await simulate({ engine, seed: 1, contacts, on }));
});

for (const [index, [name, { found }]] of Object.entries(broken).entries()) {
  test(`a service that ${name} is found out: ${found.join(", ")}`, () =>
    foundOut(name, (options) => simulate({ engine, on, ...options, tenantsBefore: 10 * (10 * index + options.seed) })));
}
