/** The saved mapping file beside the edited one, in Chromium. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { testedPreview, until, violationsOf } from "./browser.mjs";
import { comparesSavedAndEdited, comparisonOf } from "./person.mjs";

const { page } = await testedPreview("chrome");

const chunks = () =>
  page.evaluate(
    () => performance.getEntriesByType("resource").filter(({ name }) => /mapping-comparison/.test(name)).length,
  );

test("the comparison is loaded when it is first opened", async () => {
  assert.equal(await chunks(), 0);
  await comparesSavedAndEdited(page, "mouse");
  assert.equal(await chunks(), 1);
});

test("by the keyboard, and the saved file is taken back and that undone", async () => {
  await comparesSavedAndEdited(page, "keyboard");
  await page.evaluate(() =>
    [...shadow.querySelectorAll(".comparison button")].find((one) => one.innerText.startsWith("Take")).focus(),
  );
  await page.keyboard.press("Enter");
  await until(async () => (await comparisonOf(page)).summary.startsWith("None of 1,001 records"));
  assert.equal(await page.evaluate(() => preview.mapping === preview.saved), true);
  await page.evaluate(() => editorOf("mapping").querySelector(".cm-content").focus());
  await page.keyboard.down("Control");
  await page.keyboard.press("z");
  await page.keyboard.up("Control");
  await until(async () => (await comparisonOf(page)).rows.length > 1);
  assert.match(await page.evaluate(() => preview.mapping), /lead_score >= 90/);
});

test("entries that are new or gone, and outcomes, are among what changes", async () => {
  await comparesSavedAndEdited(page, "mouse");
  await page.evaluate(() => {
    preview.records = "";
    preview.saved = "field_mapping:\n  - {penguinmails_field: email, crm_field: Email}\n";
    preview.mapping = "field_mapping:\n  - {penguinmails_field: company, crm_field: Company__c}\n";
    preview.base = "";
    preview.local = '{"email": "a@example.org", "company": "A"}';
    preview.crm = '{"Email": "a@example.org", "Company__c": "B"}';
  });
  await until(async () => (await comparisonOf(page)).rows.some(([field]) => field === "company"));
  const { summary, rows } = await comparisonOf(page);
  assert.equal(summary, "1 of 1 record would come out differently.");
  assert.deepEqual(rows, [
    ["outcome", "in_sync", "merged"],
    ["company", "nothing", '← PenguinMails "B"'],
  ]);
  await page.evaluate(() => {
    preview.saved = "field_mapping: [";
  });
  await until(async () => (await comparisonOf(page)).summary === "The saved file has mistakes.");
});

for (const scheme of ["light", "dark"]) {
  test(`accessible in ${scheme}, and no wider than a small screen`, async () => {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await comparesSavedAndEdited(page, "mouse");
    assert.deepEqual(await violationsOf(page), []);
    await page.setViewport({ width: 320, height: 900 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    assert.deepEqual(await violationsOf(page), []);
    await page.setViewport({ width: 1440, height: 1000 });
  });
}
