/** Theme, shortcuts, time and version on the preview's page, in Chromium. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { testedPreview, until, violationsOf } from "./browser.mjs";
import { choosesATheme, opensTheShortcuts, shortcutsOpen } from "./person.mjs";

const chrome = await testedPreview("chrome");
const { page } = chrome;
afterEach(async () => {
  await page.evaluate(() => localStorage.clear());
});

test("the time of the run and the engine's version are shown", async () => {
  const note = await page.evaluate(() => shadow.querySelector('[aria-labelledby="result"] .note').innerText);
  assert.match(note, /^\d+\.\d ms · engine \d+\.\d+\.\d+$/);
});

test("? opens the list of shortcuts, Escape closes it, and in an editor it is a question mark", () =>
  opensTheShortcuts(page));

test("the button opens the list by the mouse, and the focus comes back to it", async () => {
  const button = await page.evaluateHandle(() => shadow.querySelector(".shortcuts"));
  await button.click();
  await until(() => shortcutsOpen(page));
  assert.deepEqual(await violationsOf(page), []);
  await page.keyboard.press("Enter"); // Close has the focus
  await until(async () => !(await shortcutsOpen(page)));
  assert.equal(await page.evaluate(() => shadow.activeElement?.className), "shortcuts");
});

test("? can be turned off, and stays so", async () => {
  const press = async () => {
    await page.evaluate(() => (document.activeElement?.shadowRoot?.activeElement ?? document.body).blur());
    await page.keyboard.press("?");
    await new Promise((resolve) => setTimeout(resolve, 500));
    return shortcutsOpen(page);
  };
  await until(press);
  const box = await page.evaluateHandle(() =>
    shadow.querySelector("crm-shortcuts").shadowRoot.querySelector("[type=checkbox]"),
  );
  await box.click();
  await page.keyboard.press("Escape");
  assert.equal(await press(), false);
  await chrome.reload();
  assert.equal(await press(), false);
});

test("the theme is chosen, whatever the system has, and stays so", async () => {
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
  await choosesATheme(page, "dark");
  await chrome.reload();
  assert.equal(await page.evaluate(() => preview.theme), "dark");
  assert.deepEqual(await violationsOf(page), []);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
  await choosesATheme(page, "light");
});
