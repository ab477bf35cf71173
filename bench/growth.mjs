/** A stream of records that grows: time and memory, each time in a process of its own. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { file } from "./map-direct.mjs";
import { tuned } from "./rivals/map-direct.mjs";
import { linesThrough, period, stream } from "./stream.mjs";

const script = fileURLToPath(new URL("growth-process.mjs", import.meta.url));
export const lengths = [1_000, 10_000, 100_000, 1_000_000];

export function grown(name, records, least = 200_000) {
  const args = [script, name, `${records}`, `${least}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { input: file });
  if (status !== 0) throw new Error(`${stderr}`);
  return JSON.parse(stdout);
}

async function digest(through, records) {
  const hash = createHash("sha256");
  await stream(through, records, (output) => hash.update(output));
  return hash.digest("hex");
}

export const growth = {
  name: "growth",
  parts(engine) {
    const { mapping } = engine.compile(file);
    const contestants = [
      { name: "crm-sync", output: (records) => digest(mapping.mapStream("from_crm"), records) },
      { name: "JavaScript, tuned", output: (records) => digest(linesThrough(tuned), records) },
    ];
    return lengths.map((records) => ({
      work: `growth: ${records.toLocaleString("en")} records streamed`,
      contestants,
      inputs: [period],
      records,
      rounds: 3,
      sample: ({ name }) => grown(name, records),
    }));
  },
};
