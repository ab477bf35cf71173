/** The admin page in Firefox, its queue of reviews included. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../preview/browser.mjs";
import { openAdmin } from "./browser.mjs";

let admin;
before(async () => {
  admin = await openAdmin("firefox");
});
after(() => admin?.close());

test("reviews are answered by keyboard", async () => {
  const { page } = admin;
  await admin.open();
  await admin.says("[role=status]", "3 reviews wait for a person.");
  await admin.tabTo("tbody tr");
  await page.keyboard.press("2");
  await admin.says(".fate", "the CRM holds, not sent yet");
  await page.keyboard.press("u");
  await admin.says("[role=status]", "1 answer taken back.");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("1");
  await admin.says(".fate", "PenguinMails holds, not sent yet");
  await until(() => admin.state.asked.length === 1);
  assert.deepEqual(admin.state.asked, [["POST", "/api/reviews/hubspot/2/answer", '{"choose":"local"}']]);
});

test("sections, a dry run and dead letters by keyboard", async () => {
  const { page } = admin;
  await admin.open("#health");
  await admin.says("section.card", "Waiting to be looked at 7");
  // Behind the last one Firefox' own controls would come.
  await page.evaluate(() => all("nav a")[0].focus());
  await admin.tabTo("nav a[href='#runs']");
  await page.keyboard.press("Enter");
  await admin.tabTo("[data-start=dry]");
  await page.keyboard.press("Enter");
  await admin.says("[role=status]", "has started.");
  await admin.tabTo("[data-start=real]");
  await page.keyboard.press("Enter");
  await admin.says("dialog", "It writes to PenguinMails and to the CRM");
  await page.keyboard.press("Escape");
  await until(() => page.evaluate(() => focused().dataset.start === "real"));
  await page.evaluate(() => {
    location.hash = "#dead-letters";
  });
  await admin.tabTo("[data-act=one]");
  await page.keyboard.press("Enter");
  await admin.says("[role=status]", "1 dead letter is tried again.");
  assert.equal(await page.evaluate(() => focused().id), "letters");
});

test("a mapping is tried on a decision's records, and saved", async () => {
  const { page } = admin;
  await admin.open("#mapping");
  await admin.says(".status", /PenguinMails gets \d/);
  await admin.click(".cm-line");
  await page.keyboard.press("End");
  await page.keyboard.type(" Edited.");
  await admin.says(".badge", "Changed, not saved");
  await admin.click("[data-act=save]");
  await admin.click("dialog button");
  await admin.says("[role=status]", "Version 4 of hubspot is saved and in force.");
});

test("nothing was refused or went wrong", async () => {
  assert.deepEqual(admin.problems, []);
  assert.deepEqual(await admin.page.evaluate(() => violations), []);
});
