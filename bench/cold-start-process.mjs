/**
 * `node cold-start-process.mjs <module> <step>` with a mapping as standard input: how long a module that is compiled
 * already takes to its first decision, or only to be instantiated.
 */
import { readFileSync } from "node:fs";
import { loadEngine } from "../dist/node.js";
import { loadRuntime } from "../dist/runtime-node.js";
import { pair } from "./pairs.mjs";

const [, , name, step] = process.argv;
const folder = new URL("../dist/engine/", import.meta.url);
const module = await WebAssembly.compile(readFileSync(new URL(`${name}.wasm`, folder)));
const { default: createModule } = await import(new URL(`${name}.js`, folder).href);
const given = readFileSync(0);
const input = new TextEncoder().encode(JSON.stringify(pair(0)));

const steps = {
  async instantiate() {
    createModule({
      instantiateWasm(imports, receive) {
        const instance = new WebAssembly.Instance(module, imports);
        receive(instance);
        return instance.exports;
      },
    });
  },
  async compile() {
    const engine = await loadEngine({ module });
    return engine.compile(given).mapping.resolve(input);
  },
  async load() {
    const runtime = await (name === "engine" ? loadEngine : loadRuntime)({ module });
    return runtime.load(given).resolve(input);
  },
};

const start = performance.now();
const decision = await steps[step]();
const microseconds = (performance.now() - start) * 1000;
console.log(JSON.stringify({ microseconds, decision: JSON.stringify(decision) }));
