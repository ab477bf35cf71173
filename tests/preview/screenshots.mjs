/**
 * Pictures of the preview's main states, light, dark and with forced colours, 1280, 1920 and 320 pixels wide, for a
 * person to look at:
 * `node --import ./scripts/typescript.mjs tests/preview/screenshots.mjs [folder]`, into build/screenshots unless told.
 * With `--readme` also the one that the README shows, into docs/images.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPreview, statusOf, until } from "./browser.mjs";
import {
  choosesManyRecords,
  comparesSavedAndEdited,
  findsTheFailingRecord,
  misspellsAKey,
  pastesAWebhook,
} from "./person.mjs";

const pathOf = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = process.argv.slice(2).find((argument) => !argument.startsWith("--")) ?? pathOf("build/screenshots");

const { page, reload, close } = await openPreview("chrome");

/** How each state is come to, from a page that was just opened. */
const states = {
  decision: () => page.evaluate(() => scrollTo(0, 0)),
  mistake: () => misspellsAKey(page),
  many: () => choosesManyRecords(page),
  "many-opened": async () => {
    await choosesManyRecords(page);
    await findsTheFailingRecord(page, "mouse", { andBack: false });
  },
  comparison: () => comparesSavedAndEdited(page, "mouse"),
  webhook: () => pastesAWebhook(page, "keyboard"),
  shortcuts: async () => {
    await page.evaluate(() => preview.showShortcuts());
    await new Promise((done) => setTimeout(done, 300));
  },
};

mkdirSync(folder, { recursive: true });
/** An editor measures its lines when it is first seen, which a picture of the whole page does not wait for. */
async function seesEachEditor() {
  const soon = () => new Promise((done) => setTimeout(done, 100));
  const { scrollX, scrollY } = globalThis;
  for (const editor of shadow.querySelectorAll("crm-code-editor")) {
    editor.scrollIntoView();
    await soon();
  }
  scrollTo(scrollX, scrollY);
  await soon();
}

const devtools = await page.createCDPSession();
const looks = {
  light: [{ name: "prefers-color-scheme", value: "light" }],
  dark: [{ name: "prefers-color-scheme", value: "dark" }],
  forced: [{ name: "forced-colors", value: "active" }],
};
const widths = { light: [1280, 1920, 320], dark: [1280, 320], forced: [1280] };
for (const [look, features] of Object.entries(looks)) {
  await devtools.send("Emulation.setEmulatedMedia", { features });
  for (const width of widths[look]) {
    for (const [name, come] of Object.entries(states)) {
      // A person at 320 pixels scrolls to what is clicked; what a state looks like does not depend on how it was come to.
      await page.setViewport({ width: 1280, height: 840 });
      await reload();
      await come();
      await page.mouse.move(0, 0);
      await page.setViewport({ width, height: width === 320 ? 640 : 840 });
      await page.evaluate(seesEachEditor);
      // A dialog belongs to what can be seen; everything else is shown in full.
      const path = join(folder, `preview-${name}-${look}-${width}.png`);
      await page.screenshot({ path, fullPage: name !== "shortcuts" });
    }
  }
}
if (process.argv.includes("--readme")) {
  await page.setViewport({ width: 1280, height: 840 });
  await devtools.send("Emulation.setEmulatedMedia", { features: looks.light });
  await reload();
  // The first run is also the one that warms up; what is shown is what typing shows.
  for (const [mode, status] of [
    ["to_crm", "PenguinMails gets 0"],
    ["resolve", "review"],
  ]) {
    await page.evaluate((next) => Object.assign(preview, { mode: next }), mode);
    await until(async () => (await statusOf(page)).startsWith(status));
  }
  await page.screenshot({ path: pathOf("docs/images/preview.png") });
}
await close();
console.log(folder);
