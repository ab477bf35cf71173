/** What `npm run bench:cloudflare` measures, at tiny sizes: that it still can, and nothing of what it takes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { engineTimes, requestTime, startTimes, webhookTimes } from "../../bench/cloudflare/measure.mjs";

test("a start, the engine's steps, a webhook and an empty request are measured", async (context) => {
  if (process.platform !== "linux") return context.skip("the processor's time is read from Linux' /proc");
  const figures = [
    ...Object.values(await startTimes(1)).flatMap(({ milliseconds, processor }) => [milliseconds, processor]),
    ...Object.values(await engineTimes(1, { decide: 300, compile: 3 })),
  ].map(({ median }) => median);
  const webhook = await webhookTimes(3);
  figures.push(...Object.values(webhook), await requestTime(3));
  for (const figure of figures) assert.ok(Number.isFinite(figure) && figure >= 0, figures.join(", "));
});
