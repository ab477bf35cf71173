/** A webhook's body on the preview's page, in Chromium. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { testedPreview, violationsOf } from "./browser.mjs";
import { pastesAWebhook } from "./person.mjs";

const { page } = await testedPreview("chrome");

for (const by of ["mouse", "keyboard"]) {
  test(`a pasted body shows what it would lead to, by the ${by}`, () => pastesAWebhook(page, by));
}

for (const scheme of ["light", "dark"]) {
  test(`accessible in ${scheme}, and no wider than a small screen`, async () => {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await pastesAWebhook(page, "mouse");
    assert.deepEqual(await violationsOf(page), []);
    await page.setViewport({ width: 320, height: 900 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    assert.deepEqual(await violationsOf(page), []);
    await page.setViewport({ width: 1440, height: 1000 });
  });
}
