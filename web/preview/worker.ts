/** The engine in a worker of its own, so that a run that takes long never holds up the page. */
import { loadEngine } from "@penguinmails/crm-sync";
import { Answerer } from "./answer.js";
import type { FromWorker, ToWorker } from "./protocol.js";

const reply = (message: FromWorker) => postMessage(message);

try {
  const engine = await loadEngine();
  const answerer = new Answerer(engine);
  addEventListener("message", ({ data: { id, input } }: MessageEvent<ToWorker>) =>
    reply({ kind: "answer", id, answer: answerer.answer(input) }),
  );
  reply({ kind: "ready", version: engine.version });
} catch (error) {
  reply({ kind: "failed", message: String(error) });
}
