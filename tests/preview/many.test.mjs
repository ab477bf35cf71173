/** Many records on the preview's page, in Chromium. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { cellsOf, clickBehind, mistakesOf, statusOf, testedPreview, until, violationsOf } from "./browser.mjs";
import { choosesManyRecords, findsTheFailingRecord, listOf, totalsOf } from "./person.mjs";

const { page } = await testedPreview("chrome");
beforeEach(() => choosesManyRecords(page));

test("1,000 records are counted, and the time that the engine took is on the page", async () => {
  assert.deepEqual(await totalsOf(page), [
    ["create", "0"],
    ["update", "599"],
    ["conflict", "30"],
    ["failed", "1"],
    ["unchanged", "320"],
    ["removed", "0"],
    ["left out", "50"],
  ]);
  const times = [];
  for (let round = 0; round < 15; round++) {
    // Another mapping each time, as typing makes it.
    const { milliseconds, records } = await page.evaluate(
      (text) =>
        new Promise((done) => {
          preview.addEventListener("mapping-result", ({ detail }) => done(detail.many), { once: true });
          preview.mapping = `# ${text}\n${preview.mapping}`;
        }),
      String(round),
    );
    assert.equal(records, 1000);
    assert.ok(milliseconds > 0);
    times.push(milliseconds);
  }
  const told = Number(/took ([\d.]+) ms for 1,000 records\. 1 failed\./.exec(await statusOf(page))?.[1]);
  assert.equal(told, Number(times.at(-1).toFixed(1)));
  console.log(`1,000 records: ${times.map((time) => time.toFixed(1)).join(", ")} ms`);
});

test("the one that fails is found, opened and explained by the keyboard", () =>
  findsTheFailingRecord(page, "keyboard"));

test("the one that fails is found, opened and explained by the mouse", () => findsTheFailingRecord(page, "mouse"));

test("the list is turned page by page, and searched", async () => {
  const press = (name) =>
    page.evaluate((label) => {
      const many = shadow.querySelector("crm-many-records").shadowRoot;
      [...many.querySelectorAll(".pager button")].find((button) => button.innerText === label).click();
    }, name);
  assert.equal((await listOf(page)).length, 50);
  await press("Next");
  await until(async () => (await listOf(page))[0][0] === "51");
  await press("Previous");
  await until(async () => (await listOf(page))[0][0] === "1");
  await page.evaluate(() => shadow.querySelector("crm-many-records").shadowRoot.querySelector("[type=search]").focus());
  await page.keyboard.type("PERSON99");
  await until(async () => (await listOf(page)).length === 11);
  assert.deepEqual((await listOf(page))[1], ["990", "person990@example.com", "in_sync"]);
});

test("records are pasted, and looked at as the CRM's", async () => {
  await clickBehind(page, "records", '{"local"');
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const target = editorOf("records").querySelector(".cm-content");
    target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, '[{"Email": "a@example.org", "Score__c": 1},\n {"Email": "b@example.org"}, {}]');
  await page.evaluate(() => shadow.querySelector('[name=each][value="from_crm"]').click());
  await until(async () => (await totalsOf(page))[0]?.join() === "mapped,2");
  assert.deepEqual(await totalsOf(page), [
    ["mapped", "2"],
    ["failed", "0"],
    ["unchanged", "1"],
  ]);
  await page.evaluate(() => {
    preview.records = '[{"Email": "a@example.org"},\n {"Email"';
  });
  await until(async () => (await mistakesOf(page, "records")).length === 1);
  assert.match((await mistakesOf(page, "records"))[0], /error\s+2:\d+\s+JSN003/);
  assert.match(await statusOf(page), /Not valid: Records\. Below is the last result\./);
});

test("records are imported, and a line that is no JSON is shown where it stands", async () => {
  const folder = mkdtempSync(join(tmpdir(), "crm-sync-records-"));
  writeFileSync(join(folder, "given.ndjson"), '{"local": null, "crm": null, "base": null}\nnothing\n');
  const input = await page.evaluateHandle(() => shadow.querySelector(".panes [type=file]"));
  await input.uploadFile(join(folder, "given.ndjson"));
  await until(async () => (await listOf(page)).length === 2);
  rmSync(folder, { recursive: true });
  assert.deepEqual((await listOf(page))[1].slice(1), ["open\nthe text is not valid JSON", "✕ JSN001"]);
  await page.evaluate(() => {
    shadow.querySelector("crm-many-records").shadowRoot.querySelector('[data-index="1"] button').click();
  });
  await until(() => page.evaluate(() => editorOf("records").querySelector(".cm-activeLine").textContent === "nothing"));
  assert.equal(await page.evaluate(() => shadow.activeElement.dataset.pane), "records");
  assert.equal(await page.evaluate(() => preview.mode), "many");
});

test("a link holds the records where that was said", async () => {
  const [shared, whole] = await page.evaluate(async () => [
    await preview.link(),
    await preview.link({ records: true }),
  ]);
  assert.ok(shared.length < 3000);
  const records = await page.evaluate(() => preview.records);
  await page.evaluate(async (hash) => {
    preview.records = "";
    await preview.open(hash);
  }, whole);
  assert.equal(await page.evaluate(() => preview.records), records);
});

for (const scheme of ["light", "dark"]) {
  test(`accessible in ${scheme}, and no wider than a small screen`, async () => {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    assert.deepEqual(await violationsOf(page), []);
    await page.setViewport({ width: 320, height: 900 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    assert.deepEqual(await violationsOf(page), []);
    await page.setViewport({ width: 1440, height: 1000 });
  });
}

test("an opened record is edited as any other", async () => {
  await findsTheFailingRecord(page, "mouse", { andBack: false });
  await clickBehind(page, "local", '"lead_score": "eighty"');
  for (const _ of '"eighty"') await page.keyboard.press("Backspace");
  await page.keyboard.type("80");
  await until(async () => (await cellsOf(page, "lead_score"))[3] === "→ CRM\n80");
});
