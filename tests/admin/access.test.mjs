/** Whether everybody can use the page: contrast, forced colours, reduced motion, small screens, zoom, focus, screen readers. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { until } from "../preview/browser.mjs";
import { openAdmin } from "./browser.mjs";
import { brake, keys } from "./fake-service.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Each state of the page, and what it shows once it is there. */
const states = {
  "#reviews": ["tbody tr", "Chairwoman"],
  "#health": ["[data-act=lift]", "Go on all the same"],
  "#runs": ["tbody tr", "Every record anew"],
  "#runs/acme/r-dry": ["tbody tr", "Creates a contact"],
  "#dead-letters": ["tbody tr", "INVALID_"],
  "#mapping/hubspot/versions": ["tbody tr", "In force"],
  "#mapping/hubspot/drafts": ["tbody tr", "Can be approved"],
  "#mapping/hubspot/drafts/d-2": [".sentences li", "clears it for 1,204 contacts"],
  "#mapping/hubspot/brakes": ["form label", "empties a field"],
  "#mapping": [".status", /PenguinMails gets \d/],
};
const looks = {
  light: [{ name: "prefers-color-scheme", value: "light" }],
  dark: [{ name: "prefers-color-scheme", value: "dark" }],
  "forced colours": [{ name: "forced-colors", value: "active" }],
};

let admin;
let page;
let browser;
before(async () => {
  admin = await openAdmin("chrome");
  page = admin.page;
  browser = await page.createCDPSession();
  await openBraked();
});
after(() => admin?.close());

/** By an administrator, after a brake has stopped a mapping: then there is the most to be seen. */
const openBraked = async () => {
  await admin.open("#reviews", keys.admin);
  brake(admin.state);
};
const look = (features) => browser.send("Emulation.setEmulatedMedia", { features });
const goTo = async (hash) => {
  await page.evaluate((next) => {
    location.hash = next;
  }, hash);
  await admin.says(...states[hash]);
};

for (const [name, features] of Object.entries(looks)) {
  test(`axe finds nothing in any section: ${name}`, async () => {
    await page.setViewport({ width: 1280, height: 900 });
    await look(features);
    await page.evaluate(axe);
    for (const hash of Object.keys(states)) {
      await goTo(hash);
      const found = await page.evaluate(async () => (await globalThis.axe.run()).violations);
      assert.deepEqual(
        found.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        [],
        hash,
      );
    }
  });
}

for (const name of ["light", "dark"]) {
  test(`all text has a contrast of 4.5, and each field an edge of 3, as it is computed: ${name}`, async () => {
    await look(looks[name]);
    for (const hash of Object.keys(states)) {
      await goTo(hash);
      assert.deepEqual(await page.evaluate(faint), [], hash);
    }
  });
}

test("the form for the key, with a refusal, at any width and in any colours", async () => {
  for (const [name, features] of Object.entries(looks)) {
    for (const width of [1280, 320]) {
      await page.setViewport({ width, height: 640 });
      await look(features);
      await admin.open("", "another-key-of-nobody");
      await admin.says("#refusal", "Not let in");
      await page.evaluate(axe);
      const found = await page.evaluate(async () => (await globalThis.axe.run()).violations.map(({ id }) => id));
      assert.deepEqual(found, [], name);
      if (name !== "forced colours") assert.deepEqual(await page.evaluate(faint), [], name);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      assert.deepEqual(await page.evaluate(smallTargets), []);
    }
  }
  await openBraked();
});

for (const [what, viewport] of Object.entries({
  "320 px": { width: 320, height: 640 },
  "1280 px at 200 %": { width: 640, height: 450, deviceScaleFactor: 2 },
})) {
  for (const name of ["light", "forced colours"]) {
    test(`nothing is cut off, and targets have 24 px: ${what}, ${name}`, async () => {
      await page.setViewport(viewport);
      await look(looks[name]);
      for (const hash of Object.keys(states)) {
        await goTo(hash);
        assert.ok(
          await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
          `${hash} scrolls sideways`,
        );
        assert.deepEqual(await page.evaluate(cutOff), [], hash);
        assert.deepEqual(await page.evaluate(smallTargets), [], hash);
      }
    });
  }
}

for (const [name, width] of [
  ["light", 1280],
  ["forced colours", 1280],
  ["light", 320],
]) {
  test(`the focus comes to everything once, is seen, and is never lost: ${name}, ${width} px`, async () => {
    await page.setViewport({ width, height: 900 });
    await look(looks[name]);
    for (const hash of Object.keys(states)) {
      // In its editors Tab indents, which is the preview's own to test.
      if (hash === "#mapping") continue;
      await goTo(hash);
      await page.evaluate(() => all("nav a")[0].focus());
      const seen = [];
      for (let presses = 0; presses < 60; presses++) {
        const { label, isFirst, outline, isInView } = await page.evaluate(describeFocus);
        if (isFirst && seen.length > 0) break;
        assert.notEqual(label, "", `${hash}: the focus is lost after ${seen.at(-1)}`);
        assert.ok(outline, `${hash}: no outline at ${label}`);
        assert.ok(isInView, `${hash}: out of view at ${label}`);
        seen.push(label);
        await page.keyboard.press("Tab");
        // Behind the last one the browser's own controls come, and then the first one.
        if (await page.evaluate(() => document.activeElement === document.body)) await page.keyboard.press("Tab");
      }
      const wanted = await page.evaluate(
        () => all("a, button, select, input, tr[tabindex='0']").filter((one) => !one.disabled).length,
      );
      assert.equal(seen.length, wanted, `${hash}: ${seen.join(", ")}`);
    }
  });
}

test("nothing moves where motion is to be reduced", async () => {
  await look([{ name: "prefers-reduced-motion", value: "reduce" }]);
  for (const hash of Object.keys(states)) {
    await goTo(hash);
    const moving = await page.evaluate(() =>
      all("*")
        .filter((one) => !one.closest(".cm-editor"))
        .filter((one) =>
          /[1-9]/.test(getComputedStyle(one).transitionDuration + getComputedStyle(one).animationDuration),
        )
        .map((one) => one.outerHTML.slice(0, 100)),
    );
    assert.deepEqual(moving, [], hash);
  }
});

test("a screen reader is told the page's structure, and what happens", async () => {
  await look([]);
  await admin.open("#dead-letters");
  await admin.says("tbody tr", "INVALID_EMAIL");
  await admin.says("nav a", "Dead letters 3");
  const tree = async () => (await browser.send("Accessibility.getFullAXTree")).nodes.filter(({ ignored }) => !ignored);
  const of = (nodes, role) => nodes.filter((node) => node.role?.value === role);
  const nodes = await tree();
  assert.deepEqual(
    ["banner", "navigation", "main"].map((role) => of(nodes, role).length),
    [1, 1, 1],
  );
  const headings = of(nodes, "heading").map(({ name, properties }) => {
    const level = properties.find((one) => one.name === "level").value.value;
    return `${level} ${name.value}`;
  });
  assert.deepEqual(headings, ["1 CRM sync", "2 Dead letters", "3 What failed for good"]);
  const links = of(nodes, "link").map(({ name }) => name.value);
  assert.deepEqual(links, ["Reviews 3 waiting", "Health 1 alert", "Runs", "Dead letters 3 failed", "Mapping"]);

  await admin.click("[data-act=one]");
  await admin.says("[role=status]", "is tried again");
  const told = async (role) => {
    const all = await tree();
    const regions = of(all, role).map(({ properties, nodeId }) => {
      const live = properties.find(({ name }) => name === "live")?.value.value;
      return [live, textOf(all, nodeId)];
    });
    return regions.filter(([, text]) => text !== "");
  };
  assert.match((await told("status"))[0].join(": "), /^polite: 1 dead letter is tried again\./);
  await goTo("#reviews");
  await admin.click("[data-choose=crm]");
  await until(async () => (await told("status")).length > 0);
  assert.match((await told("status"))[0].join(": "), /^polite: 1 review: the CRM holds\. It is sent in 5 seconds\.$/);
  await goTo("#dead-letters");
  admin.state.refusal = { status: 503, method: "POST" };
  await admin.click("[data-act=one]");
  await until(async () => (await told("alert")).length > 0);
  assert.match((await told("alert"))[0].join(": "), /^assertive: Not tried again: the service is starting/);
});

/** What stands below a node of the accessibility tree. */
function textOf(nodes, id) {
  const below = nodes.filter(({ parentId }) => parentId === id);
  return below
    .map((node) => (node.role.value === "StaticText" ? node.name.value : textOf(nodes, node.nodeId)))
    .join("");
}

/* What follows runs in the page. */

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio of each text, and of each field's edge, with the ground below it. */
function faint() {
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (one) => {
    for (let at = one; at; at = at.parentElement ?? at.getRootNode().host) {
      const { backgroundColor } = getComputedStyle(at);
      if ((channels(backgroundColor)[3] ?? 1) === 1) return backgroundColor;
    }
    return getComputedStyle(document.documentElement).backgroundColor;
  };
  const hasText = (one) =>
    [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
  const ratio = (one, other) => {
    const [light, dark] = [one, other].map(luminance).sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const shown = all("body *").concat(all("*").filter((one) => one.getRootNode() !== document));
  const texts = shown
    .filter((one) => hasText(one) && !["SCRIPT", "STYLE", "TITLE"].includes(one.tagName))
    .map((one) => [one.innerText?.slice(0, 40), ratio(getComputedStyle(one).color, groundOf(one))])
    .filter(([, found]) => !(found >= 4.5));
  const edges = shown
    // Those of the preview are its own to test, those of boxes to check the browser's.
    .filter((one) => one.matches("select, input:not([type=checkbox])"))
    .filter((one) => one.getRootNode().host?.tagName !== "CRM-MAPPING-PREVIEW")
    .map((one) => [one.outerHTML, ratio(getComputedStyle(one).borderTopColor, groundOf(one.parentElement))])
    .filter(([, found]) => !(found >= 3));
  return [...texts, ...edges];
}

/** Texts that are wider than what they stand in, where nothing can be scrolled. */
function cutOff() {
  return (
    all("*")
      .filter((one) => !one.closest(".cm-editor, thead, option, select, progress"))
      // What it does at this width is the preview's own to test.
      .filter((one) => one.getRootNode().host?.tagName !== "CRM-MAPPING-PREVIEW")
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === "hidden")
      .map((one) => one.outerHTML.slice(0, 120))
  );
}

function smallTargets() {
  // A link within a sentence is as tall as its line.
  return all("button, input, select, nav a, a.button")
    .filter(
      (one) =>
        !one.closest("thead") && one.getRootNode().host?.tagName !== "CRM-CODE-EDITOR" && !one.closest(".mode, .file"),
    )
    .map((one) => [one.outerHTML.slice(0, 100), one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 24 || height < 24)
    .map(([html]) => html);
}

function describeFocus() {
  const one = focused();
  if (one === null || one === document.body) return { label: "" };
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const { top, bottom, left, right } = one.getBoundingClientRect();
  return {
    label: one.getAttribute("aria-label") ?? (one.innerText || one.name || one.type || one.tagName),
    isFirst: one === all("nav a")[0],
    outline: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
    // Pages are scrolled by whole pixels.
    isInView: bottom - top > 1 && top > -1 && left >= 0 && bottom < innerHeight + 1 && right <= innerWidth,
  };
}
