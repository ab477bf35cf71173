/** The engine in a worker of its own, so that a run that takes long never holds up the page. */
import { loadEngine } from "@penguinmails/crm-sync";
import { Answerer } from "./answer.js";
import type { FromWorker, Input, Question, ToWorker } from "./protocol.js";

const reply = (message: FromWorker) => postMessage(message);

try {
  const engine = await loadEngine();
  const answerer = new Answerer(engine);
  // Without the texts there is still something to offer.
  const documentation = engine.loadDocumentation().catch(() => undefined);
  const tell = async (id: number, { about, mapping, line, column }: Question) => {
    await documentation;
    const completions = about === "completions" ? engine.complete(mapping, line, column) : [];
    const hover = about === "hover" ? engine.hover(mapping, line, column) : null;
    reply({ kind: "told", id, told: { completions, hover } });
  };
  const answer = async (id: number, input: Input) => {
    // What cannot be loaded is said by the mapping's diagnostics.
    await engine.prepare(input.mapping).catch(() => undefined);
    reply({ kind: "answer", id, answer: answerer.answer(input) });
  };
  let records = "";
  addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
    if (data.kind === "ask") {
      void tell(data.id, data.question);
      return;
    }
    records = data.records ?? records;
    void answer(data.id, { ...data.input, records });
  });
  reply({ kind: "ready", version: engine.version });
} catch (error) {
  reply({ kind: "failed", message: String(error) });
}
