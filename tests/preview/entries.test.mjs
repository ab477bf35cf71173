/** From a result to its entry in the mapping file and back, in Chromium. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { testedPreview, until } from "./browser.mjs";
import { goesFromRowToEntryAndBack, markedOf } from "./person.mjs";

const { page } = await testedPreview("chrome");

test("by the mouse", () => goesFromRowToEntryAndBack(page, "mouse"));

test("by the keyboard", () => goesFromRowToEntryAndBack(page, "keyboard"));

test("a click anywhere in the row does it, and marking a value to copy it does not", async () => {
  const cell = await page.evaluateHandle(() => shadow.querySelector('tr[data-field="email"] code'));
  const { x, y, width, height } = await cell.boundingBox();
  await page.mouse.move(x + 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + Math.min(width, 60), y + height / 2, { steps: 4 });
  await page.mouse.up();
  assert.deepEqual(await markedOf(page), { rows: [], lines: [] });
  await page.mouse.click(x + 2, y - 6);
  await until(async () => (await markedOf(page)).rows.join() === "email");
});
