/** A mapping file written and mended by the keyboard, in Chromium, and what hundreds of edits leave behind. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clickBehind, testedPreview, until } from "./browser.mjs";
import { mendsThreeMistakes, writesAMapping } from "./person.mjs";

const { page } = await testedPreview("chrome");

test("an empty file becomes a mapping by what is offered, and nothing typed", () => writesAMapping(page));

test("three mistakes are found with F8, mended, and all of it undone", () => mendsThreeMistakes(page));

/** Bytes in use after a collection: JavaScript's, what it holds outside, and in the worker the engine's own memory. */
async function heldBy(session) {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = await session.send("Runtime.getHeapUsage");
  const { result } = await session.send("Runtime.evaluate", {
    expression: "globalThis.engineMemories?.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) ?? 0",
  });
  return { bytes: usedSize + backingStorageSize + result.value, engine: result.value };
}

test("500 edits leave no more memory in use than 100 did", async () => {
  await page.evaluate(() => {
    preview.workerUrl = new URL("measured.js", location.href).href;
  });
  const worker = await until(() => page.workers().find((one) => one.url().endsWith("measured.js")));
  const sessions = [await page.createCDPSession(), worker.client];
  await clickBehind(page, "mapping", "lead_score >= 75");
  const edits = async (count) => {
    for (let edit = 0; edit < count; edit += 10) {
      await page.keyboard.type("01234");
      const told = page.evaluate(
        () => new Promise((resolve) => preview.addEventListener("mapping-result", () => resolve(), { once: true })),
      );
      for (const _ of "01234") await page.keyboard.press("Backspace");
      await told;
    }
  };
  const measure = () => Promise.all(sessions.map(heldBy));
  await edits(100);
  const start = await measure();
  await edits(500);
  const end = await measure();
  assert.ok(end[1].engine > 1e6, "the engine's memory is among what was measured");
  const grown = end.map(({ bytes }, index) => (bytes - start[index].bytes) / 1e6);
  const whole = end.map(({ bytes }) => (bytes / 1e6).toFixed(1));
  console.log(
    `after 600 edits: page ${whole[0]} MB, worker ${whole[1]} MB; grown in the last 500: ${grown.map((one) => one.toFixed(2)).join(", ")} MB`,
  );
  assert.ok(
    grown.every((megabytes) => megabytes < 2),
    grown.join(", "),
  );
  await until(() => page.evaluate(() => preview.mapping.includes('lead_score >= 75"')));
});
