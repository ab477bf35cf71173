/** What workerd runs to measure the engine: one step so many times, timed by whoever asks, since clocks stand still here meanwhile. */
import { loadEngine } from "@penguinmails/crm-sync";
import { pair } from "../pairs.mjs";
import { file } from "../resolve.mjs";

const engine = await loadEngine();
const { mapping } = engine.compile(file);
const encoder = new TextEncoder();
const inputs = Array.from({ length: 256 }, (_, index) => ({
  bytes: encoder.encode(JSON.stringify(pair(index))),
  record: pair(index).crm.record,
}));

const steps = {
  /** What one webhook's contact costs: it is decided, and what the CRM then holds is acknowledged. */
  decide(index) {
    const { bytes, record } = inputs[index % inputs.length];
    mapping.acknowledge(mapping.resolve(bytes), { crm: record });
  },
  /** What an object does once when it wakes. */
  compile() {
    engine.compile(file).mapping[Symbol.dispose]();
  },
};

export default {
  async fetch(request) {
    const { step, count } = await request.json();
    for (let index = 0; index < count; index++) steps[step](index);
    return new Response("done");
  },
};
