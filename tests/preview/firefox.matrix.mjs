/** The preview in Firefox. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { openPreview } from "./browser.mjs";
import {
  changesAThreshold,
  choosesATheme,
  choosesManyRecords,
  comparesSavedAndEdited,
  findsTheFailingRecord,
  goesFromRowToEntryAndBack,
  mendsThreeMistakes,
  misspellsAKey,
  opensTheShortcuts,
  pastesAWebhook,
  seesExactNumbers,
  writesAMapping,
} from "./person.mjs";

let firefox;
before(async () => {
  firefox = await openPreview("firefox");
});
after(() => firefox?.close());
beforeEach(() => firefox.reload());

test("numbers beyond 2^53 keep every digit", () => seesExactNumbers(firefox.page));

test("a changed threshold changes the field", () => changesAThreshold(firefox.page));

test("a mistake is marked at its place", () => misspellsAKey(firefox.page));

for (const by of ["keyboard", "mouse"]) {
  test(`the one record of 1,000 that fails is found by the ${by}`, async () => {
    await choosesManyRecords(firefox.page);
    await findsTheFailingRecord(firefox.page, by);
  });
}

test("the saved and the edited file are compared", () => comparesSavedAndEdited(firefox.page, "keyboard"));

test("a row marks its entry, and an entry its row", () => goesFromRowToEntryAndBack(firefox.page, "mouse"));

test("a pasted webhook shows what it would lead to", () => pastesAWebhook(firefox.page, "keyboard"));

test("? shows the shortcuts", () => opensTheShortcuts(firefox.page));

test("the theme is chosen", async () => {
  await choosesATheme(firefox.page, "dark");
  await choosesATheme(firefox.page, "light");
});

test("a mapping is written by completion alone", () => writesAMapping(firefox.page));

test("three mistakes are found with F8 and mended", () => mendsThreeMistakes(firefox.page));

test("nothing was refused or went wrong", async () => {
  assert.deepEqual(firefox.problems, []);
  assert.deepEqual(await firefox.page.evaluate(() => violations), []);
});
