/** The admin page in a real browser, on a service of the test's own. */
import { fileURLToPath } from "node:url";
import { withAdminPage } from "../../web/serve/admin-page.ts";
import { listen } from "../../web/service/node/listen.ts";
import { launch } from "../browsers.ts";
import { until } from "../preview/browser.mjs";
import { fakeService, keys, sampleState } from "./fake-service.mjs";

const built = fileURLToPath(new URL("../../dist/pages/admin/", import.meta.url));

/** On a service that answers out of an object, which each `open` makes anew. */
export async function openAdmin(name) {
  let state = sampleState();
  const served = await listen(withAdminPage((request) => fakeService(state)(request), built));
  const { open, close, ...admin } = await openPage(name, served.origin);
  return {
    ...admin,
    get state() {
      return state;
    },
    async open(hash = "", key = keys.editor) {
      state = sampleState();
      await open(hash, key, Object.values(keys).includes(key));
    },
    async close() {
      await close();
      served.server.closeAllConnections();
      await served.close();
    },
  };
}

/** `problems` gathers what no page should have, without the refusals that a test asks for. */
export async function openPage(name, origin) {
  const browser = await launch(name);
  const page = await browser.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    const refused = /Failed to load resource: the server responded with a status of (4|5)\d\d/.test(message.text());
    if (["error", "warn"].includes(message.type()) && !refused) problems.push(message.text());
  });
  await page.evaluateOnNewDocument(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      if (!blockedURI.endsWith("/favicon.ico")) violations.push(`${violatedDirective}: ${blockedURI}`);
    });
    /** All elements that a selector finds, in every shadow tree that is shown. */
    globalThis.all = (selector, root = document) => {
      const found = [...root.querySelectorAll(selector)];
      for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) found.push(...all(selector, shadowRoot));
      return found.filter((one) => one.checkVisibility());
    };
    globalThis.focused = () => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return at;
    };
  });
  return {
    page,
    problems,
    /** Anew, at a section, with a key. */
    async open(hash, key, isKnown = true) {
      // Without the mark of a session that is gone on with, the page asks for a key.
      if (page.url() !== "about:blank") await page.evaluate(() => sessionStorage.clear());
      // An edit that is not saved has the page ask first.
      const leave = (dialog) => dialog.accept();
      page.on("dialog", leave);
      await page.goto("about:blank");
      page.off("dialog", leave);
      await page.goto(`${origin}/admin/${hash}`);
      await page.focus("#key");
      await page.keyboard.type(key);
      await page.keyboard.press("Enter");
      if (isKnown) await until(() => page.evaluate(() => all("main section").length > 0));
    },
    /** The visible text of what a selector finds, once there is some. */
    async text(selector) {
      await until(() => page.evaluate((wanted) => all(wanted).length > 0, selector));
      return page.evaluate((wanted) => all(wanted).map((one) => one.innerText.replace(/\s+/g, " ").trim()), selector);
    },
    /** Until one of them holds the text or fits the pattern. */
    async says(selector, wanted) {
      let texts;
      const holds = async () => {
        texts = await page.evaluate(
          (given) => all(given).map((one) => one.innerText.replace(/\s+/g, " ").trim()),
          selector,
        );
        return texts.some((text) => (wanted instanceof RegExp ? wanted.test(text) : text.includes(wanted)));
      };
      await until(holds).catch(() => {
        throw new Error(`${selector} never said ${wanted}, but: ${texts.join(" | ")}`);
      });
    },
    /** With the mouse, where it stands. */
    async click(selector, at = 0) {
      await until(() => page.evaluate((wanted, index) => all(wanted).length > index, selector, at));
      const { x, y } = await page.evaluate(
        (wanted, index) => {
          const one = all(wanted)[index];
          one.scrollIntoView({ block: "center", behavior: "instant" });
          const { left, top, width, height } = one.getBoundingClientRect();
          return { x: left + width / 2, y: top + height / 2 };
        },
        selector,
        at,
      );
      await page.mouse.click(x, y);
    },
    /** With the Tab key alone, as far as need be; what has the focus then fits the selector. */
    async tabTo(selector, at = 0) {
      for (let presses = 0; presses < 80; presses++) {
        if (await page.evaluate((wanted, index) => all(wanted)[index] === focused(), selector, at)) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`Tab never came to ${selector}`);
    },
    close: () => browser.close(),
  };
}
