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

test("health, a dry run with its items, dead letters and a saved mapping, of the service itself", async () => {
  const key = /KEY=(\S+)/.exec(said)?.[1];
  await admin.open("#health", key);
  await admin.says("section.card", /^hubspot .* Active HubSpot · account 62515 .* Waiting for a person 1 Reviews/);
  await admin.text("[data-act=connect]");
  // To the stand-in of HubSpot, which leads back at once.
  await Promise.all([admin.page.waitForNavigation(), admin.click("[data-act=connect]")]);
  await admin.says("[data-connecting]", "hubspot: Connected.");
  assert.equal(new URL(admin.page.url()).hash, "#health/connected/hubspot");
  await admin.click("[data-act=examine]");
  await admin.says("[role=status]", "hubspot is checked: nothing is wrong.");
  await admin.says("[data-check=token]", /Fine of account 62515$/);
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
  await admin.click("a[href='#mapping']");
  await admin.says("[role=status]", "Version 1 of hubspot is in force.");
  await admin.says(".status", /PenguinMails gets \d/);
  await admin.click(".cm-line");
  await admin.page.keyboard.press("End");
  await admin.page.keyboard.type(" Edited.");
  await admin.says(".badge", "Changed, not saved");
  await admin.click("[data-act=save]");
  await admin.click("dialog button");
  await admin.says("[role=status]", "Version 2 of hubspot is saved and in force.");
  await admin.click(".cm-line");
  await admin.page.keyboard.press("End");
  await admin.page.keyboard.press("Enter");
  await admin.page.keyboard.type("versiom: 1");
  await admin.says(".badge", "Changed, not saved");
  await admin.click("[data-act=save]");
  await admin.click("dialog button");
  await admin.says("ol li", /Line \d+, column 1: MAP001/);
  await admin.click("[data-act=back]");
  assert.deepEqual(admin.problems, []);
});
