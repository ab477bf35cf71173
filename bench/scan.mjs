/** The reader against passes that go over the same bytes and do next to nothing: how near it comes to the limit. */
import { loadBenchEngine } from "./engine.mjs";
import { mapDirect } from "./map-direct.mjs";

const records = 10_000;

export const scan = {
  name: "scan",
  async parts() {
    const engine = await loadBenchEngine();
    const input = mapDirect.input(0, records);
    engine.give(input);
    const contestants = [
      { name: "reader, 8 of 39 fields", run: () => engine.readFields(), output: () => "" },
      { name: "SIMD, string by string", run: () => engine.walkStrings(), limit: true },
      { name: "SIMD pass with UTF-8", run: () => engine.scanUtf8(), limit: true },
      { name: "bare SIMD pass", run: () => engine.scan(), limit: true },
    ];
    const bytes_per_record = Math.round(input.length / records);
    return [{ work: "scan", contestants, inputs: [input], records, bytes_per_record }];
  },
};
