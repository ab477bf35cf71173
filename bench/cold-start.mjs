/** From a module that is ready to the first decision, each time in a process of its own. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { file as json } from "./resolve.mjs";

const file = stringify(JSON.parse(json));
const script = fileURLToPath(new URL("cold-start-process.mjs", import.meta.url));

/** What the process measures and gives; a mapping file or a compiled mapping comes in. */
function start(module, step, mapping) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, module, step], { input: mapping });
  if (status !== 0) throw new Error(`${stderr}`);
  return JSON.parse(stdout);
}

function contestant(name, module, step, mapping) {
  const measured = () => start(module, step, mapping);
  return { name, measured, output: () => measured().decision, limit: step === "instantiate" };
}

export const coldStart = {
  name: "cold-start",
  parts(engine) {
    const { mapping, diagnostics } = engine.compile(file);
    if (mapping === null) throw new Error(JSON.stringify(diagnostics));
    const compiled = mapping.toBytes();
    const part = (work, contestants) => ({
      work: `cold start: ${work}`,
      contestants,
      inputs: [compiled],
      records: 1,
      sample: ({ measured }) => ({ microseconds_per_record: measured().microseconds }),
    });
    return [
      part("engine.wasm", [
        contestant("compile and decide", "engine", "compile", file),
        contestant("load and decide", "engine", "load", compiled),
        contestant("instantiate alone", "engine", "instantiate", ""),
      ]),
      part("runtime.wasm", [
        contestant("load and decide", "runtime", "load", compiled),
        contestant("instantiate alone", "runtime", "instantiate", ""),
      ]),
    ];
  },
};
