/** `<crm-conflict-review>` in Firefox, on a page without the service. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPreview, until } from "../preview/browser.mjs";

let firefox;
let page;
before(async () => {
  firefox = await openPreview("firefox");
  page = firefox.page;
  await firefox.reload();
  await page.evaluate(() => {
    globalThis.taken = [];
    const review = (id) => ({
      ...{ id, integration: "hubspot", contact: `contact-${id}`, crmId: id, field: "score", candidates: null },
      ...{ local: 12345678901234567890n, crm: "80", base: null, reason: "manual_review" },
      opened_at: "2026-03-01T10:00:00Z",
    });
    const source = {
      list: async () => [review("1"), review("2")],
      answer: async ({ id }, { choose, value }) => {
        taken.push([id, choose, String(value)]);
        return "answered";
      },
    };
    globalThis.queue = Object.assign(document.createElement("crm-conflict-review"), { source, grace: 300 });
    document.querySelector("main").replaceChildren(queue);
    globalThis.rows = () => [...queue.shadowRoot.querySelectorAll("tbody tr")];
  });
  await until(() => page.evaluate(() => rows().length === 2));
});
after(() => firefox?.close());

test("by keyboard: move, give another value, and the focus stays in the row", async () => {
  await page.evaluate(() => rows()[0].focus());
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("3");
  await until(() => page.evaluate(() => queue.shadowRoot.activeElement?.name === "value"));
  await page.keyboard.type("12345678901234567891");
  await page.keyboard.press("Enter");
  await until(() => page.evaluate(() => taken.length === 1));
  assert.deepEqual(await page.evaluate(() => taken), [["2", "value", "12345678901234567891"]]);
  await until(() => page.evaluate(() => queue.shadowRoot.activeElement === rows()[1]));
});

test("by mouse, and taken back", async () => {
  const button = await page.evaluateHandle(() => rows()[0].querySelector("[data-choose=crm]"));
  await button.click();
  await until(() => page.evaluate(() => rows()[0].innerText.includes("not sent yet")));
  const undo = await page.evaluateHandle(() => rows()[0].querySelector("[data-choose=undo]"));
  await undo.click();
  await until(() => page.evaluate(() => !rows()[0].innerText.includes("not sent yet")));
  assert.equal(await page.evaluate(() => taken.length), 1);
});

test("nothing was refused or went wrong", async () => {
  assert.deepEqual(firefox.problems, []);
  assert.deepEqual(await page.evaluate(() => violations), []);
});
