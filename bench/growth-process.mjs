/**
 * `node growth-process.mjs <contestant> <records> <least>` with a mapping file as standard input: streams so many records
 * and says the most memory that was in use; then streams them again and again, until at least so many have passed for V8
 * to compile, and as many to be measured, and says what one takes.
 */
import { readFileSync } from "node:fs";
import { tuned } from "./rivals/map-direct.mjs";
import { linesThrough, stream } from "./stream.mjs";

const [, , name, ...counts] = process.argv;
const [records, least] = counts.map(Number);

/** What the package never hands out. */
const memories = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module, imports) {
    super(module, imports);
    memories.push(...Object.values(this.exports).filter((item) => item instanceof WebAssembly.Memory));
  }
};

async function ours() {
  const { loadEngine } = await import("../dist/node.js");
  const { mapping } = (await loadEngine()).compile(readFileSync(0));
  return () => mapping.mapStream("from_crm");
}

/** Of this process alone: `resourceUsage` gives that of the one that made it too, where that was more. */
function peakMemory() {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(kibibytes) / 1024;
}

const through = name === "crm-sync" ? await ours() : () => linesThrough(tuned);
await stream(through(), records);
const memory = {
  peak_memory_mib: peakMemory(),
  ...(memories.length > 0 && { wasm_memory_mib: memories[0].buffer.byteLength / 2 ** 20 }),
};
for (let done = records; done < least; done += records) await stream(through(), records);
let measured = 0;
const start = performance.now();
do {
  await stream(through(), records);
  measured += records;
} while (measured < least);
const microseconds_per_record = ((performance.now() - start) * 1000) / measured;
console.log(JSON.stringify({ microseconds_per_record, ...memory }));
