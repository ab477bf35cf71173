/**
 * Writes docs/images/preview.png from the built preview:
 * `node --import ./scripts/typescript.mjs tests/preview/screenshot.mjs`.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openPreview, statusOf, until } from "./browser.mjs";

const file = fileURLToPath(new URL("../../docs/images/preview.png", import.meta.url));
mkdirSync(new URL(".", `file://${file}`), { recursive: true });

const { page, reload, close } = await openPreview("chrome");
await page.setViewport({ width: 1280, height: 840 });
await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
await reload();
// The first run is also the one that warms up; what is shown is what typing shows.
for (const [mode, status] of [
  ["to_crm", "PenguinMails gets 0"],
  ["resolve", "review"],
]) {
  await page.evaluate((next) => Object.assign(preview, { mode: next }), mode);
  await until(async () => (await statusOf(page)).startsWith(status));
}
await page.screenshot({ path: file });
await close();
console.log(file);
