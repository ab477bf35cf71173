/** The preview in Chromium, as a person uses it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, serve } from "../../scripts/serve.mjs";
import {
  built,
  cellsOf,
  clickBehind,
  marksOf,
  mistakesOf,
  statusOf,
  testedPreview,
  until,
  violationsOf,
  workerIn,
} from "./browser.mjs";
import { changesAThreshold, importsAndExports, misspellsAKey, seesExactNumbers, sharesALink } from "./person.mjs";

const chrome = await testedPreview("chrome");
const { page } = chrome;

test("a changed threshold changes the field", () => changesAThreshold(page));

test("numbers beyond 2^53 keep every digit", () => seesExactNumbers(page));

test("a mistake in the mapping file is marked at its place, and F8 goes there", async () => {
  await misspellsAKey(page);
  await page.keyboard.down("Control");
  await page.keyboard.press("Home");
  await page.keyboard.up("Control");
  await page.keyboard.press("F8");
  const line = () => page.evaluate(() => editorOf("mapping").querySelector(".cm-activeLine").textContent);
  await until(async () => (await line()).includes("value_if_truex"));
});

/** What was offered at this very moment is not yet taken by Enter. */
const slowly = () => new Promise((resolve) => setTimeout(resolve, 150));

test("a key is completed by the keyboard, then its value, and hover says what it does", async () => {
  const before = await page.evaluate(() => preview.mapping);
  await clickBehind(page, "mapping", "value_if_true: Hot");
  await page.keyboard.press("Enter");
  await page.keyboard.type("on_bl");
  const options = () =>
    page.evaluate(() => [...editorOf("mapping").querySelectorAll("[role=option]")].map((option) => option.innerText));
  await until(async () => (await options()).length === 1);
  assert.match((await options())[0], /^on_blank\s+as_null \| keep$/);
  const info = () => page.evaluate(() => editorOf("mapping").querySelector(".cm-completionInfo")?.innerText);
  await until(async () => /^What a text is that is empty/.test(await info()));
  await slowly();
  await page.keyboard.press("Enter");
  await until(async () => (await options()).join() === "as_null,keep");
  await slowly();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await until(() => page.evaluate(() => /\n +on_blank: keep\n/.test(preview.mapping)));
  assert.equal(await page.evaluate(() => preview.mapping.replace(/\n +on_blank: keep(?=\n)/, "")), before);
  await until(async () => (await mistakesOf(page, "mapping")).length === 0);

  const place = await page.evaluate(() => {
    const line = [...editorOf("mapping").querySelectorAll(".cm-line")].find((one) => /on_blank/.test(one.textContent));
    const { left, top, height } = line.querySelector("span").getBoundingClientRect();
    return { x: left + 4, y: top + height / 2 };
  });
  await page.mouse.move(place.x - 1, place.y);
  await page.mouse.move(place.x, place.y);
  const hover = () => page.evaluate(() => editorOf("mapping").querySelector(".cm-language-hover")?.innerText);
  await until(async () => (await hover()) !== undefined);
  assert.match(await hover(), /^on_blank\s+as_null \| keep\nWhat a text is that is empty or only spaces/);
});

test("a mistake in a record is marked in its pane, and the rest goes on once it is mended", async () => {
  await clickBehind(page, "local", '"lead_score": 80');
  await page.keyboard.type("x");
  await until(async () => (await mistakesOf(page, "local")).length > 0);
  assert.match((await mistakesOf(page, "local"))[0], /error\s+6:19\s+JSN001: /);
  assert.deepEqual((await marksOf(page, "local")).lines, ["6"]);
  assert.deepEqual(await mistakesOf(page, "crm"), []);
  assert.match(await statusOf(page), /Not valid: PenguinMails record/);
  await page.keyboard.press("Backspace");
  await page.keyboard.type("1");
  await until(async () => (await cellsOf(page, "lead_score"))[3] === "→ CRM\n801");
  assert.deepEqual(await mistakesOf(page, "local"), []);
});

test("telephone numbers are normalised once their library is loaded, and the row says which steps a value took", async () => {
  await page.evaluate(() => {
    const entry = "{crm_field: Phone, penguinmails_field: phone, normalize: [trim, phone_e164], phone_region: DE}";
    preview.mapping = `field_mapping: [${entry}]`;
    preview.local = '{"phone": " 030 1234567 "}';
    preview.crm = "{}";
    preview.base = "{}";
  });
  await until(async () => (await cellsOf(page, "phone"))[3] === '→ CRM\n"+49301234567"');
  assert.match((await cellsOf(page, "phone"))[4], /normalize\s+Show entry$/);
});

test("an expression that would run on and on ends in a coded error", async () => {
  await page.evaluate(() => {
    const condition = "rows.all(a, rows.all(b, rows.all(c, a + b + c >= 0)))";
    preview.mapping = `field_mapping: [{crm_field: Endless__c, condition: "${condition}", value_if_true: 1, value_if_false: 2}]`;
    preview.local = JSON.stringify({ rows: Array.from({ length: 1000 }, (_, index) => index) });
  });
  await until(async () => (await cellsOf(page, "Endless__c")).length > 0);
  const [, , , result, why] = await cellsOf(page, "Endless__c");
  assert.equal(result, "✕ error");
  assert.match(why, /could not be evaluated\.\s+REC006: .*costs more than its limit/);
});

test("a run without end is stopped with its worker, and the page stays usable", async () => {
  await page.evaluate(() => {
    Object.assign(preview, { workerUrl: new URL("runaway.js", location.href).href, deadline: 500 });
  });
  await clickBehind(page, "mapping", "# One contact");
  await page.keyboard.type(" runaway");
  const alert = () => page.evaluate(() => shadow.querySelector("[role=alert]").innerText);
  await until(async () => (await alert()) !== "");
  assert.match(await alert(), /took longer than 0\.5 s and was stopped/);
  for (const _ of " runaway") await page.keyboard.press("Backspace");
  await until(async () => (await alert()) === "");
  await changesAThreshold(page);
});

test("the worker may come from another origin", async () => {
  const other = await serve(built, 0, { "access-control-allow-origin": "*" });
  const origin = new URL(addressOf(other)).origin;
  const policy = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${origin}; worker-src 'self' blob: ${origin}; connect-src 'self' ${origin}; style-src 'self'`;
  const host = await serve(built, 0, { "content-security-policy": policy });
  const asked = [];
  other.on("request", ({ url }) => asked.push(url));
  try {
    await chrome.reload(addressOf(host));
    const script = `${origin}/assets/${workerIn(built)}`;
    await page.evaluate((workerUrl) => {
      preview.workerUrl = workerUrl;
    }, script);
    await until(() => asked.some((url) => url.endsWith(".wasm")));
    await changesAThreshold(page);
    assert.deepEqual(await page.evaluate(() => violations), []);
  } finally {
    for (const server of [other, host]) {
      server.close();
      server.closeAllConnections();
    }
  }
});

test("a worker that cannot be loaded is said", async () => {
  await page.evaluate(() => {
    preview.workerUrl = "/nothing.js";
  });
  const alert = () => page.evaluate(() => shadow.querySelector("[role=alert]").innerText);
  await until(async () => (await alert()) !== "");
  assert.match(await alert(), /worker failed/);
  chrome.problems.length = 0; // the browser's own word on the missing file
});

test("the keyboard alone changes the mode, and leaves an editor by Escape and Tab", async () => {
  const panes = () =>
    page.evaluate(() => [...shadow.querySelectorAll(".panes [data-pane]")].map((pane) => pane.dataset.pane));
  assert.deepEqual(await panes(), ["local", "crm", "base"]);
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  await until(async () => (await statusOf(page)).startsWith("PenguinMails gets 0 fields, the CRM 10"));
  assert.deepEqual(await panes(), ["local"]);

  const focused = () => page.evaluate(() => shadow.activeElement?.dataset.pane ?? shadow.activeElement?.name ?? "");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "now");
  for (const name of ["theme", "shortcuts"]) {
    await page.keyboard.press("Tab");
    assert.equal(await focused(), name);
  }
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "mapping");
  const before = await page.evaluate(() => preview.mapping);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "mapping");
  assert.equal(await page.evaluate(() => preview.mapping), `  ${before}`);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.notEqual(await focused(), "mapping");
});

test("each run is told to the page around it", async () => {
  const detail = await page.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener("mapping-result", (event) => resolve(event.detail), { once: true });
        preview.mode = "from_crm";
      }),
  );
  assert.equal(detail.mode, "from_crm");
  assert.equal(JSON.parse(detail.result).record.email, "ada@new.test");
  assert.ok(detail.milliseconds > 0);
});

test("a link holds the mapping in any script, and the records only where that was said", async () => {
  const shared = await sharesALink(page, () => chrome.reload());
  const mapping = await page.evaluate(() => preview.mapping);
  const refused = [
    "",
    "#other",
    "#crm-mapping=",
    "#crm-mapping=%%%",
    `${shared.slice(0, 40)}`,
    "#crm-mapping=q1YqSy0qzszPAwA",
  ];
  for (const hash of refused) assert.equal(await page.evaluate((value) => preview.open(value), hash), false, hash);
  assert.equal(await page.evaluate(() => preview.mapping), mapping, "what is no link changes nothing");
});

test("a file is imported, and exported as it stands", () => importsAndExports(page));

for (const scheme of ["light", "dark"]) {
  test(`accessible in ${scheme}, with a result and with mistakes`, async () => {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.evaluate(() => shadow.querySelector("summary").click());
    assert.deepEqual(await violationsOf(page), []);
    await misspellsAKey(page);
    assert.deepEqual(await violationsOf(page), []);
  });
}

for (const width of [320, 700, 1440]) {
  test(`nothing is wider than a page of ${width} pixels`, async () => {
    await page.setViewport({ width, height: 900 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    await page.setViewport({ width: 1440, height: 1000 });
  });
}
