/** The page on the service itself, as `crm-sync serve --try-out` has it: what the fake one of the other tests answers. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { start } from "../cli/support.mjs";
import { until } from "../preview/browser.mjs";
import { openPage } from "./browser.mjs";

let child;
let said = "";
let admin;
before(async () => {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  child = start(["serve", "--try-out", "--port", String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  await until(() => said.includes("Ctrl+C ends it") || child.exitCode !== null, 120_000);
  admin = await openPage("chrome", `http://127.0.0.1:${port}`);
});
after(async () => {
  await admin?.close();
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "close");
});

test("health, a dry run with its items, and dead letters, of the service itself", async () => {
  const key = /KEY=(\S+)/.exec(said)?.[1];
  await admin.open("#health", key);
  await admin.says("section.card", /^hubspot .* Active HubSpot · account 62515 .* Waiting for a person 1 Reviews/);
  await admin.click("a[href='#runs']");
  await admin.says("tbody tr", /First sync hubspot · dry Done .* looked at/);
  await admin.page.select(">>> select[name=kind]", "reconcile");
  await admin.click("[data-start=dry]");
  await admin.says("tbody tr", /Every record anew hubspot · dry Done/);
  await admin.click("tbody tr a");
  await admin.says("[role=status]", /Dry run \(every record anew\), done: \d+ pairs shown\./);
  await admin.says("tbody tr", /Nothing to do/);
  await admin.click("a[href='#dead-letters']");
  await admin.says("[role=status]", "There are no dead letters.");
  assert.deepEqual(admin.problems, []);
});
