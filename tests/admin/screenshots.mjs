/**
 * Pictures of the admin page's main states, light and dark, 1280 and 320 pixels wide, for a person to look at:
 * `node --import ./scripts/typescript.mjs tests/admin/screenshots.mjs [folder]`, into build/screenshots unless told. With
 * `--readme` also the two that the README shows, into docs/images.
 */
import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openAdmin } from "./browser.mjs";
import { brake, keys } from "./fake-service.mjs";

const pathOf = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const forReadme = process.argv.includes("--readme");
const folder = process.argv.slice(2).find((argument) => !argument.startsWith("--")) ?? pathOf("build/screenshots");
/** By their name in docs/images. */
const readme = { "reviews-selected-light-1280": "admin-reviews", "dry-run-light-1280": "admin-dry-run" };
const mostBytes = 150_000;

/** How each state is come to, from a page that was just opened. */
const states = {
  "sign-in": async (admin) => {
    await admin.page.reload();
    await admin.says("form", "API key");
  },
  "reviews-empty": async (admin) => {
    admin.state.reviews = [];
    await admin.click("[class=refresh]");
    await admin.says("[role=status]", "Nothing waits for a person.");
  },
  reviews: (admin) => admin.says("tbody tr", "Chairwoman"),
  "reviews-answered": async (admin) => {
    await admin.click("[data-choose=crm]");
    await admin.says(".fate", "not sent yet");
  },
  "reviews-selected": async (admin) => {
    await admin.click("tbody input[type=checkbox]");
    await admin.click("tbody input[type=checkbox]", 1);
    await admin.says(".several", "2 selected");
  },
  health: (admin) => admin.goTo("#health", "section.card", "by cause"),
  runs: (admin) => admin.goTo("#runs", "tbody tr", "Every record anew"),
  "dry-run": (admin) => admin.goTo("#runs/acme/r-dry", "tbody tr", "Creates a contact"),
  question: async (admin) => {
    await admin.goTo("#runs/acme/r-dry", "tbody tr", "Creates a contact");
    await admin.click("[data-act=approve]");
    await admin.says("dialog", "Approve");
  },
  "dead-letters": (admin) => admin.goTo("#dead-letters", "tbody tr", "INVALID_EMAIL"),
  "dead-letters-refused": async (admin) => {
    await admin.goTo("#dead-letters", "tbody tr", "INVALID_EMAIL");
    admin.state.refusal = { status: 503 };
    await admin.click("[data-act=one]");
    await admin.says("[role=alert]", "Not tried again");
  },
  brake: async (admin) => {
    brake(admin.state);
    await admin.goTo("#health", "[data-act=lift]", "Go on all the same");
  },
  versions: (admin) => admin.goTo("#mapping/hubspot/versions", "tbody tr", "In force"),
  drafts: (admin) => admin.goTo("#mapping/hubspot/drafts", "tbody tr", "Can be approved"),
  draft: (admin) => admin.goTo("#mapping/hubspot/drafts/d-2", ".report", "clears it for 1,204 contacts"),
  brakes: (admin) => admin.goTo("#mapping/hubspot/brakes", "form", "empties a field"),
  mapping: async (admin) => {
    await admin.goTo("#mapping", ".status", /PenguinMails gets \d/);
    // An editor measures its lines once it can be seen.
    for (const pane of ["mapping", "local", "crm", "base", "mapping"]) {
      await page.evaluate((name) => all(`[data-pane=${name}]`)[0].scrollIntoView({ behavior: "instant" }), pane);
      await new Promise((done) => setTimeout(done, 300));
    }
    await page.evaluate(() => scrollTo(0, 0));
  },
};

mkdirSync(folder, { recursive: true });
const admin = await openAdmin("chrome");
const { page } = admin;
admin.goTo = async (hash, ...wanted) => {
  await admin.click(`nav a[href='${hash.split("/")[0]}']`);
  await page.evaluate((next) => {
    location.hash = next;
  }, hash);
  await admin.says(...wanted);
};
for (const scheme of ["light", "dark"]) {
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  for (const width of [1280, 320]) {
    for (const [name, come] of Object.entries(states)) {
      await page.setViewport({ width, height: width === 320 ? 640 : 800 });
      await admin.open("#reviews", keys.admin);
      await admin.says("nav a", "Dead letters 3");
      await come(admin);
      await page.mouse.move(0, 0);
      const picture = `${name}-${scheme}-${width}`;
      const path = join(folder, `${picture}.png`);
      // A dialog belongs to what can be seen; everything else is shown in full.
      await page.screenshot({ path, fullPage: name !== "question" });
      if (!forReadme || !(picture in readme)) continue;
      const { size } = statSync(path);
      if (size > mostBytes) throw new Error(`${picture} has ${size} bytes, and ${mostBytes} are the most`);
      copyFileSync(path, pathOf(`docs/images/${readme[picture]}.png`));
    }
  }
}
await admin.close();
console.log(folder);
