/** A stream of records that grows: time and memory, each time in a process of its own. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { file, mapDirect } from "./map-direct.mjs";
import { period, stream } from "./stream.mjs";

const script = fileURLToPath(new URL("growth-process.mjs", import.meta.url));
export const lengths = [1_000, 10_000, 100_000, 1_000_000];
const compared = ["crm-sync", "JavaScript, tuned"];

export function grown(name, records, least = 200_000) {
  const args = [script, name, `${records}`, `${least}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { input: file });
  if (status !== 0) throw new Error(`${stderr}`);
  return JSON.parse(stdout);
}

function digest(run, records) {
  const hash = createHash("sha256");
  stream(run, records, (output) => hash.update(output));
  return hash.digest("hex");
}

export const growth = {
  name: "growth",
  parts(engine) {
    const contestants = mapDirect
      .contestants(engine)
      .filter(({ name }) => compared.includes(name))
      .map(({ name, run }) => ({ name, output: (records) => digest(run, records) }));
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
