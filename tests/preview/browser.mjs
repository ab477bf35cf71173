/** The built preview in a real browser, served under its policy. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach } from "node:test";
import { fileURLToPath } from "node:url";
import { addressOf, serve } from "../../scripts/serve.mjs";
import { launch } from "../browsers.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const built = fileURLToPath(new URL("../../build/preview", import.meta.url));

/** Has the memory of each engine in `engineMemories`. */
const measured = `globalThis.engineMemories = [];
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(instance, given) {
    const made = Reflect.construct(instance, given);
    engineMemories.push(...Object.values(made.exports).filter((one) => one instanceof WebAssembly.Memory));
    return made;
  },
});`;

/** The name of the worker's script among the page's files. */
export const workerIn = (folder) => readdirSync(join(folder, "assets")).find((file) => /^worker-.*\.js$/.test(file));

/**
 * A browser on the preview's page. `runaway.js` lies beside it: the page's own worker, but for mapping files that hold
 * the word runaway, on which it never ends; and `measured.js`. `problems` gathers what no page should have.
 */
export async function openPreview(name) {
  const folder = mkdtempSync(join(tmpdir(), "crm-sync-preview-"));
  cpSync(built, folder, { recursive: true });
  const worker = workerIn(folder);
  const runaway = 'addEventListener("message", ({ data }) => { while (data.input?.mapping.includes("runaway")); });';
  writeFileSync(join(folder, "runaway.js"), `${runaway}\nawait import("./assets/${worker}");\n`);
  writeFileSync(join(folder, "measured.js"), `${measured}\nawait import("./assets/${worker}");\n`);

  const server = await serve(folder, 0);
  const browser = await launch(name);
  const page = await browser.newPage();
  const problems = [];
  const report = (problem) => {
    // Firefox asks for an icon by itself, and says that it may not.
    if (!problem.includes("/favicon.ico")) problems.push(problem);
  };
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) report(message.text());
  });
  page.on("pageerror", (error) => report(String(error)));
  page.on("requestfailed", (request) => report(`${request.url()}: ${request.failure()?.errorText}`));
  await page.evaluateOnNewDocument(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      if (!blockedURI.endsWith("/favicon.ico")) violations.push(`${violatedDirective}: ${blockedURI}`);
    });
  });
  await page.setViewport({ width: 1440, height: 1000 });
  return {
    page,
    problems,
    /** The page anew, with its sample decided. */
    async reload(address = addressOf(server)) {
      await page.goto(address);
      await page.evaluate(() => {
        globalThis.preview = document.querySelector("crm-mapping-preview");
        globalThis.shadow = globalThis.preview.shadowRoot;
        globalThis.editorOf = (pane) => shadow.querySelector(`[data-pane="${pane}"]`).shadowRoot;
      });
      await until(async () => (await statusOf(page)).startsWith("review"));
    },
    async close() {
      await browser.close();
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The same for a file of tests: anew before each of them, and nothing wrong or refused by its policy after each. */
export async function testedPreview(name) {
  const opened = await openPreview(name);
  after(opened.close);
  beforeEach(() => opened.reload());
  afterEach(async () => {
    assert.deepEqual(opened.problems, []);
    assert.deepEqual(await opened.page.evaluate(() => violations), []);
  });
  return opened;
}

/** Asks until it holds; what it gave last is in the error. */
export async function until(holds, milliseconds = 15_000) {
  const end = performance.now() + milliseconds;
  for (;;) {
    const answer = await holds();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`this never held, it gave ${answer}: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export function statusOf(page) {
  return page.evaluate(() => shadow.querySelector(".status").innerText);
}

/** A field's cells as they are read: both sides, last agreed, result, why. */
export function cellsOf(page, field) {
  return page.evaluate(
    (id) => [...shadow.querySelectorAll(`tr[data-field="${id}"] td`)].map((cell) => cell.innerText.trim()),
    field,
  );
}

export function mistakesOf(page, pane) {
  return page.evaluate((name) => [...editorOf(name).querySelectorAll("ol button")].map((item) => item.innerText), pane);
}

/** What axe finds on the page as it stands. */
export async function violationsOf(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join("; ")}`);
  });
}

/** Clicks behind a text in an editor, as a person would to change it. */
export async function clickBehind(page, pane, text) {
  const find = () =>
    page.evaluate(
      (name, wanted) => {
        const line = [...editorOf(name).querySelectorAll(".cm-line")].find((one) => one.textContent.includes(wanted));
        if (line === undefined) return null;
        line.scrollIntoView({ block: "center" });
        let left = line.textContent.indexOf(wanted) + wanted.length;
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        while (walker.nextNode() && walker.currentNode.length < left) left -= walker.currentNode.length;
        const range = document.createRange();
        range.setStart(walker.currentNode, left - 1);
        range.setEnd(walker.currentNode, left);
        const { right, top, height } = range.getBoundingClientRect();
        return { x: right, y: top + height / 2 };
      },
      pane,
      text,
    );
  const place = await until(find);
  await page.mouse.click(place.x, place.y);
}

/** The numbers of the lines at which an editor has a mark, and what is underlined. */
export function marksOf(page, pane) {
  return page.evaluate((name) => {
    const editor = editorOf(name);
    const top = (element) => Math.round(element.getBoundingClientRect().top);
    const numbers = [...editor.querySelectorAll(".cm-lineNumbers .cm-gutterElement")];
    const marked = [...editor.querySelectorAll(".cm-lint-marker-error")].map((marker) => top(marker.parentElement));
    return {
      lines: numbers.filter((number) => marked.includes(top(number))).map((number) => number.textContent),
      underlined: [...editor.querySelectorAll(".cm-lintRange-error")].map((range) => range.textContent),
    };
  }, pane);
}
