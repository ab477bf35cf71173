/** The same people meet the service as it is deployed on Cloudflare, in workerd, which is killed now and then. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { onCloudflare } from "./deployed.js";
import { simulate } from "./simulate.js";
import { foundOut, survived } from "./survived.js";

const engine = await loadEngine();
const contacts = 160;
const folder = mkdtempSync(join(tmpdir(), "crm-sync-deployed-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let runs = 0;
const on = () => onCloudflare(join(folder, String(++runs)));

test(`${contacts} contacts, both sides edited, everything failing: nothing is lost, doubled, lifted or left`, async (t) => {
  survived(t, await simulate({ engine, seed: 1, contacts, on: on() }));
});

/** Broken within the object; of those that are broken in front of it, one is as another. */
for (const name of [
  "loses what it decided to write to PenguinMails, now and then",
  "keeps other decisions than it makes",
]) {
  test(`a deployment that ${name} is found out`, () =>
    foundOut(name, (options) => simulate({ engine, on: on(), ...options })));
}
