/** The review queue in Chromium, as a person uses it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeEach, test } from "node:test";
import { testedPreview, until } from "../preview/browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const { page } = await testedPreview("chrome");

/** A queue of three fields, a deletion and a question who is who, instead of the preview. */
beforeEach(async () => {
  await page.setViewport({ width: 1280, height: 900 });
  await page.emulateMediaFeatures([]);
  await page.evaluate(() => {
    const review = (id, more) => ({
      ...{ id, integration: "hubspot", contact: `contact-${id}`, crmId: `10${id}`, field: "job_title" },
      ...{ local: "Owner", crm: "Chairwoman", base: "Founder", reason: "manual_review", candidates: null },
      ...{ opened_at: "2026-03-01T10:00:00Z", ...more },
    });
    globalThis.taken = [];
    globalThis.outcome = async () => "answered";
    globalThis.list = [
      review("1"),
      review("2", { field: "score", local: 12345678901234567890n, crm: "80", base: null }),
      review("3", { field: "note", contact: "Ünïcode-王" }),
      review("4", { field: null, reason: "edited_and_deleted", crm: null }),
      review("5", { field: null, reason: "ambiguous", candidates: ["local:a", "local:b"], local: null, crm: null }),
    ];
    const source = {
      list: async () => list,
      answer: async (given, answer) => {
        taken.push([given.id, answer.value === undefined ? answer : { ...answer, value: String(answer.value) }]);
        return outcome();
      },
    };
    globalThis.queue = Object.assign(document.createElement("crm-conflict-review"), { source, grace: 400 });
    globalThis.answered = [];
    queue.addEventListener("review-answered", ({ detail }) => answered.push(detail.review.id));
    document.querySelector("main").replaceChildren(queue);
    globalThis.rows = () => [...queue.shadowRoot.querySelectorAll("tbody tr")];
  });
  await until(async () => (await rows()).length === 5);
});
const rows = () => page.evaluate(() => rows().map((row) => row.innerText.replace(/\s+/g, " ").trim()));
const status = () => page.evaluate(() => queue.shadowRoot.querySelector("[role=status]").innerText);
const taken = () => page.evaluate(() => taken);
const click = (row, choose) =>
  page.evaluate((at, what) => rows()[at].querySelector(`[data-choose=${what}]`).click(), row, choose);
const focusedRow = () => page.evaluate(() => rows().indexOf(queue.shadowRoot.activeElement));

test("each review shows both values, what was last agreed, why it waits and since when", async () => {
  const [field, score, , deletion, identity] = await rows();
  assert.match(
    field,
    /^job_title Both sides changed the field, and a person decides\. hubspot · contact-1 · 101 .*2026/,
  );
  assert.match(field, /"Owner" "Chairwoman" "Founder" PenguinMails ?CRM Another value…$/);
  assert.match(score, /12345678901234567890 "80" null/);
  assert.match(deletion, /^A deletion .* PenguinMails ?CRM$/);
  assert.match(identity, /^Who is who .*It is local:a ?It is local:b ?None of them$/);
  assert.doesNotMatch(identity, /null/);
  assert.equal(await status(), "5 reviews wait for a person.");
});

test("an answer can be taken back, and is sent afterwards", async () => {
  await click(0, "local");
  await until(async () => (await rows())[0].includes("PenguinMails holds, not sent yet Undo"));
  assert.match(await status(), /^1 review: PenguinMails holds\. It is sent in 0\.4 seconds\.$/);
  await click(0, "undo");
  assert.equal(await status(), "1 answer taken back.");
  await new Promise((done) => setTimeout(done, 600));
  assert.deepEqual(await taken(), []);
  await click(0, "crm");
  await until(async () => (await rows())[0].includes("the CRM holds: answered"));
  assert.equal(await status(), "job_title: the CRM holds: answered");
  assert.deepEqual(await taken(), [["1", { choose: "crm" }]]);
  assert.deepEqual(await page.evaluate(() => answered), ["1"]);
});

test("by keyboard alone: move, decide, undo, give another value, select several", async () => {
  await page.evaluate(() => rows()[0].focus());
  await page.keyboard.press("ArrowDown");
  assert.equal(await focusedRow(), 1);
  await page.keyboard.press("2");
  await until(async () => (await rows())[1].includes("the CRM holds, not sent yet"));
  assert.equal(await focusedRow(), 1, "the focus stays");
  await page.keyboard.press("u");
  await until(async () => !(await rows())[1].includes("not sent yet"));
  await page.keyboard.press("3");
  await until(() => page.evaluate(() => queue.shadowRoot.activeElement?.name === "value"));
  await page.keyboard.type("Berlin");
  await page.keyboard.press("Enter");
  await until(() => page.evaluate(() => /Not JSON/.test(queue.shadowRoot.querySelector("#mistake").innerText)));
  await page.keyboard.press("Escape");
  await until(async () => (await focusedRow()) === 1);
  await page.keyboard.press("3");
  await until(() => page.evaluate(() => queue.shadowRoot.activeElement?.name === "value"));
  await page.keyboard.type("12345678901234567891");
  await page.keyboard.press("Enter");
  await until(async () => (await taken()).length === 1);
  assert.deepEqual(await taken(), [["2", { choose: "value", value: "12345678901234567891" }]]);

  await page.evaluate(() => rows()[2].focus());
  await page.keyboard.press("x");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("x");
  await page.evaluate(() => queue.shadowRoot.querySelector(".several button").focus());
  await page.keyboard.press("Enter");
  await until(async () => (await taken()).length === 3);
  assert.deepEqual((await taken()).slice(1), [
    ["1", { choose: "local" }],
    ["3", { choose: "local" }],
  ]);
});

test("the focus stays in the row whose button was pressed, and near it when the row goes", async () => {
  const press = async (row, choose) => {
    await page.evaluate((at, what) => rows()[at].querySelector(`[data-choose=${what}]`).focus(), row, choose);
    await page.keyboard.press("Enter");
  };
  await press(1, "local");
  await until(async () => (await rows())[1].includes("not sent yet"));
  assert.equal(await focusedRow(), 1);
  await press(1, "undo");
  await until(async () => !(await rows())[1].includes("not sent yet"));
  assert.equal(await focusedRow(), 1);
  await press(4, "none");
  await until(async () => (await rows())[4].includes("answered"));
  assert.equal(await focusedRow(), 4, "the way to take it back is gone");
  await page.evaluate(() => {
    list = list.slice(0, 4);
    return queue.refresh();
  });
  await until(async () => (await rows()).length === 4);
  assert.equal(await focusedRow(), 3);
  await page.evaluate(() => {
    list = [];
    return queue.refresh();
  });
  await until(() => page.evaluate(() => queue.shadowRoot.activeElement?.type === "search"));

  await page.evaluate(() => queue.shadowRoot.querySelector(".several button").focus());
  await page.keyboard.press("Enter");
  assert.equal(await status(), "Nothing waits for a person.", "nothing is selected");
});

test("an answer that is not taken says why, and what is gone goes with the next look", async () => {
  await page.evaluate(() => {
    outcome = async () => "gone";
  });
  await click(4, "none");
  await until(async () => (await rows())[4].includes("Not taken: a side has moved on"));
  await page.evaluate(() => {
    outcome = () => Promise.reject(new Error("the service says 503"));
  });
  await click(3, "crm");
  await until(async () => (await rows())[3].includes("Not known to be taken (the service says 503)"));
  assert.match((await rows())[3], /PenguinMails ?CRM/, "it can be answered again");
  await page.evaluate(() => {
    list = list.slice(0, 4);
    queue.shadowRoot.querySelector(".refresh").click();
  });
  await until(async () => (await rows()).length === 4);
});

test("the filter takes words of any script; a source that fails is said", async () => {
  const type = (text) =>
    page.evaluate((value) => {
      const input = queue.shadowRoot.querySelector("[type=search]");
      input.value = value;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }, text);
  await type("王 note");
  await until(async () => (await rows()).length === 1);
  assert.equal(await status(), "5 reviews wait for a person, 1 shown.");
  await type("");
  await page.evaluate(() => {
    queue.source = { list: () => Promise.reject(new Error("the service says 401")), answer: async () => "gone" };
  });
  const alert = () => page.evaluate(() => queue.shadowRoot.querySelector("[role=alert]").innerText);
  await until(async () => (await alert()) === "The reviews cannot be had: the service says 401.");
});

test("what waits is sent when the element goes", async () => {
  await click(2, "local");
  await page.evaluate(() => queue.remove());
  await until(async () => (await taken()).length === 1);
});

for (const scheme of ["light", "dark", "forced"]) {
  for (const [name, viewport] of Object.entries({
    "1280 px": { width: 1280, height: 900 },
    "1280 px at 200 %": { width: 640, height: 450, deviceScaleFactor: 2 },
    "320 px": { width: 320, height: 900 },
  })) {
    test(`axe finds nothing, and nothing is cut off: ${scheme}, ${name}`, async () => {
      const browser = await page.createCDPSession();
      const colours =
        scheme === "forced"
          ? { name: "forced-colors", value: "active" }
          : { name: "prefers-color-scheme", value: scheme };
      await browser.send("Emulation.setEmulatedMedia", { features: [colours] });
      await page.setViewport(viewport);
      await page.evaluate(axe);
      await click(0, "local");
      const found = await page.evaluate(async () => (await globalThis.axe.run(queue)).violations);
      assert.deepEqual(
        found.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        [],
      );
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      const small = await page.evaluate(() =>
        [...queue.shadowRoot.querySelectorAll("button, input")]
          .map((one) => [one.outerHTML, one.getBoundingClientRect()])
          .filter(([, { width, height }]) => width < 24 || height < 24)
          .map(([text]) => text),
      );
      assert.deepEqual(small, [], "targets of 24 px");
      // What is disabled, answered or selected is told by words and shapes, not by colour alone.
      await page.evaluate(() => queue.shadowRoot.querySelector("tbody input").click());
      assert.match(await page.evaluate(() => queue.shadowRoot.querySelector(".several").innerText), /^1 selected/);
      await browser.send("Emulation.setEmulatedMedia", { features: [] });
      await browser.detach();
    });
  }
}
