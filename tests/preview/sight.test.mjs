/** The preview as it is with forced colours, reduced motion, on a small screen and enlarged, in Chromium. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { testedPreview, until } from "./browser.mjs";
import { listOf } from "./person.mjs";

const { page } = await testedPreview("chrome");
const devtools = await page.createCDPSession();
afterEach(async () => {
  await devtools.send("Emulation.setEmulatedMedia", { features: [] });
  await page.setViewport({ width: 1440, height: 1000 });
});

const emulate = (name, value) => devtools.send("Emulation.setEmulatedMedia", { features: [{ name, value }] });
const choose = (mode) => page.evaluate((name) => shadow.querySelector(`[name=mode][value="${name}"]`).click(), mode);

/** Presses Tab through the whole page; of each place where no focus is to be seen, what it is. */
async function unseenFocus() {
  const unseen = [];
  let places = 0;
  await page.evaluate(() => document.activeElement?.blur());
  for (let step = 0; step < 90; step++) {
    const inEditor = await page.evaluate(() => shadow.activeElement?.matches("crm-code-editor") ?? false);
    if (inEditor) await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    const place = await page.evaluate(() => {
      let focused = document.activeElement;
      while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
      if (focused === null || focused === document.body) return null;
      const framed = [focused, focused.closest("label"), focused.closest(".editor, .diff")].filter(
        (one) => one !== null,
      );
      const isSeen = framed.some((one) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        const { borderTopWidth, content } = getComputedStyle(one, "::after");
        return (outlineStyle !== "none" && outlineWidth !== "0px") || (content === '""' && borderTopWidth === "2px");
      });
      const { left, right, top, bottom, width } = focused.getBoundingClientRect();
      const isThere = width > 0 && right > 0 && left < innerWidth && bottom > 0 && top < innerHeight;
      return {
        isFine: isSeen && isThere,
        name: `${focused.tagName} ${focused.className} ${focused.innerText ?? ""}`.slice(0, 60),
      };
    });
    if (place === null) break;
    places += 1;
    if (!place.isFine) unseen.push(place.name);
  }
  return { unseen, isEnough: places > 8 };
}

test("with forced colours, what is chosen and what is marked has a frame, and the focus is seen", async () => {
  await emulate("forced-colors", "active");
  assert.equal(await page.evaluate(() => matchMedia("(forced-colors: active)").matches), true);
  await page.evaluate(() => shadow.querySelector('tr[data-field="company"] .entry').click());
  await until(() => page.evaluate(() => shadow.querySelector('tr[aria-current="true"]') !== null));
  const [chosen, other, row, line, effect] = await page.evaluate(() => {
    const style = (element) => getComputedStyle(element);
    return [
      style(shadow.querySelector(".mode:has(:checked)")).borderTopStyle,
      style(shadow.querySelector(".mode:not(:has(:checked))")).borderTopStyle,
      style(shadow.querySelector('tr[aria-current="true"]')).outlineStyle,
      style(editorOf("mapping").querySelector(".cm-entry")).outlineStyle,
      style(shadow.querySelector(".effect")).borderTopStyle,
    ];
  });
  assert.deepEqual(
    { chosen, other, row, line, effect },
    { chosen: "double", other: "solid", row: "solid", line: "solid", effect: "solid" },
  );
  assert.deepEqual(await unseenFocus(), { unseen: [], isEnough: true });
});

test("with reduced motion nothing moves", async () => {
  await emulate("prefers-reduced-motion", "reduce");
  await choose("many");
  await until(async () => (await listOf(page)).length > 0);
  const moving = await page.evaluate(() => document.getAnimations().length);
  assert.equal(moving, 0);
});

const screens = [
  ["320 pixels wide", { width: 320, height: 800 }],
  ["enlarged to 200 %", { width: 640, height: 500, deviceScaleFactor: 2 }],
];
for (const [name, viewport] of screens) {
  test(`${name}, every mode fits, nothing is cut off, and the focus is seen`, async () => {
    await page.setViewport(viewport);
    for (const mode of ["resolve", "to_crm", "from_crm", "many", "webhook"]) {
      await choose(mode);
      if (mode === "many") await until(async () => (await listOf(page)).length > 0);
      const { wide, cut } = await page.evaluate(() => {
        const all = [
          ...shadow.querySelectorAll("*"),
          ...(shadow.querySelector("crm-many-records").shadowRoot?.querySelectorAll("*") ?? []),
        ];
        const controls = all.filter(
          (one) => one.matches("button, input, select, th, td, p, h2") && one.checkVisibility(),
        );
        const outside = controls.filter((one) => {
          const { left, right, width } = one.getBoundingClientRect();
          return width > 1 && !one.closest("thead") && (left < -1 || right > innerWidth + 1);
        });
        const clipped = controls.filter(
          (one) => one.matches("button, h2, p") && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0,
        );
        return {
          wide: document.documentElement.scrollWidth,
          cut: [...outside, ...clipped].map((one) => `${one.tagName} ${one.className} ${one.innerText}`.slice(0, 60)),
        };
      });
      assert.deepEqual({ mode, wide, cut }, { mode, wide: viewport.width, cut: [] });
    }
    await choose("resolve");
    assert.deepEqual(await unseenFocus(), { unseen: [], isEnough: true });
  });
}
