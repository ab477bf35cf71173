/** The module of bench/engine/: the engine's sources with calls that evaluate many times, and bare passes over bytes. */
import { readFileSync } from "node:fs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export async function loadBenchEngine() {
  const folder = new URL("../build/wasm/", import.meta.url);
  const { default: instantiate } = await import(new URL("bench.mjs", folder).href);
  const module = await instantiate({ wasmBinary: readFileSync(new URL("bench.wasm", folder)) });
  const give = (bytes) => {
    const start = module._room(bytes.length);
    // Another view than before, where the memory has grown.
    module.HEAPU8.set(bytes, start);
  };
  return {
    /** Compiles an expression and reads its records; gives its number. */
    prepare(expression, records) {
      const bytes = encoder.encode([expression, ...records.map((record) => JSON.stringify(record))].join("\n"));
      give(bytes);
      const number = module._prepare();
      if (number < 0) throw new Error(`the engine does not take ${expression}`);
      return number;
    },
    /** What it gives for a record, as JSON. */
    resultOf(number, record) {
      const start = module._result_of(number, record);
      return decoder.decode(module.HEAPU8.subarray(start, start + module._result_size()));
    },
    evaluate: (number, times) => module._evaluate_times(number, times),
    compile: (number, times) => module._compile_times(number, times),
    /** The bytes that the following look at. */
    give,
    scan: () => module._scan(),
    scanUtf8: () => module._scan_utf8(),
    walkStrings: () => module._walk_strings(),
    readFields: () => module._read_fields(),
  };
}
