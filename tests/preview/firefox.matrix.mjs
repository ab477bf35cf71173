/** The preview in Firefox. */
import { test } from "node:test";
import { testedPreview } from "./browser.mjs";
import {
  changesAThreshold,
  choosesATheme,
  choosesManyRecords,
  comparesSavedAndEdited,
  findsTheFailingRecord,
  goesFromRowToEntryAndBack,
  importsAndExports,
  mendsThreeMistakes,
  misspellsAKey,
  opensTheShortcuts,
  pastesAWebhook,
  seesExactNumbers,
  sharesALink,
  writesAMapping,
} from "./person.mjs";

const firefox = await testedPreview("firefox");
const { page } = firefox;

test("numbers beyond 2^53 keep every digit", () => seesExactNumbers(page));

test("a changed threshold changes the field", () => changesAThreshold(page));

test("a mistake is marked at its place", () => misspellsAKey(page));

for (const by of ["keyboard", "mouse"]) {
  test(`the one record of 1,000 that fails is found by the ${by}`, async () => {
    await choosesManyRecords(page);
    await findsTheFailingRecord(page, by);
  });
}

test("the saved and the edited file are compared", () => comparesSavedAndEdited(page, "keyboard"));

test("a row marks its entry, and an entry its row", () => goesFromRowToEntryAndBack(page, "mouse"));

test("a pasted webhook shows what it would lead to", () => pastesAWebhook(page, "keyboard"));

test("? shows the shortcuts", () => opensTheShortcuts(page));

test("the theme is chosen", async () => {
  await choosesATheme(page, "dark");
  await choosesATheme(page, "light");
});

test("a mapping is written by completion alone", () => writesAMapping(page));

test("three mistakes are found with F8 and mended", () => mendsThreeMistakes(page));

test("a link with any script is made and opened", () => sharesALink(page, () => firefox.reload()));

test("a file is imported, and exported as it stands", () => importsAndExports(page));
