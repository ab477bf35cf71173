/**
 * Counts the instructions of a few works of the bench in a native build, with valgrind, and fails where one takes more
 * than bench/instructions.json says. Unlike times, counts are the same on a busy machine. `npm run instructions --
 * --renew` writes the file anew.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPreset, root, setup } from "./steps.mjs";

const baseline = join(root, "bench/instructions.json");
const folder = join(root, "build/instructions");
/** So much more than the baseline is no regression yet. */
export const tolerance = 0.03;

async function works() {
  const [direct, full, resolve, compile] = await Promise.all(
    ["map-direct", "map-full", "resolve", "compile"].map((name) => import(`../bench/${name}.mjs`)),
  );
  return [
    { name: "map-direct", work: "from_crm", file: direct.file, input: direct.mapDirect.input(0, 256), records: 256 },
    { name: "map-full", work: "to_crm", file: full.file, input: full.mapFull.input(0, 64), records: 64 },
    { name: "resolve", work: "resolve", file: resolve.file, input: resolve.resolve.input(0, 64), records: 64 },
    { name: "compile", work: "compile", file: resolve.file, input: compile.file, records: 1 },
  ];
}

/** How often each work is run beyond the first time. */
const times = 4;

/** Of a record, in one more run: what is done once, before and after, is in both counts. */
function instructionsOf({ name, work, file, input, records }) {
  mkdirSync(folder, { recursive: true });
  const files = [join(folder, `${name}.mapping`), join(folder, `${name}.input`)];
  writeFileSync(files[0], file);
  writeFileSync(files[1], input);
  const few = callgrind([work, ...files, "1"]);
  const many = callgrind([work, ...files, `${1 + times}`]);
  return Math.round((many - few) / (times * records));
}

function callgrind(args) {
  const program = join(root, "build/native/crmsync_instructions");
  const options = ["--tool=callgrind", `--callgrind-out-file=${join(folder, "callgrind.out")}`];
  const { status, stderr, error } = spawnSync("valgrind", [...options, program, ...args], { encoding: "utf8" });
  const collected = /Collected : (\d+)/.exec(stderr ?? "");
  if (status !== 0 || collected === null) throw new Error(`valgrind: ${error?.message ?? stderr}`);
  return Number(collected[1]);
}

/** A line for each work, and those that take more than the baseline and the tolerance allow. */
export function compared(before, now) {
  const lines = [];
  const regressions = [];
  for (const [name, count] of Object.entries(now)) {
    const change = before[name] === undefined ? undefined : count / before[name] - 1;
    const said = change === undefined ? "new" : `${change < 0 ? "" : "+"}${(change * 100).toFixed(1)} %`;
    lines.push(`${name.padEnd(12)}${count.toLocaleString("en").padStart(12)} instructions a record  ${said}`);
    if (change > tolerance) regressions.push(name);
  }
  return { lines, regressions };
}

export async function checkInstructions(renew = false) {
  const compiler = spawnSync("clang++", ["--version"], { encoding: "utf8" }).stdout.split("\n", 1)[0];
  const before = JSON.parse(readFileSync(baseline, "utf8"));
  if (before.compiler !== compiler && !renew) {
    console.log(`not compared: the baseline is of ${before.compiler}, and this is ${compiler}`);
    return;
  }
  buildPreset("native");
  const now = Object.fromEntries((await works()).map((work) => [work.name, instructionsOf(work)]));
  const { lines, regressions } = compared(before.instructions_per_record, now);
  console.log(lines.join("\n"));
  if (renew) {
    writeFileSync(baseline, `${JSON.stringify({ compiler, instructions_per_record: now }, null, 2)}\n`);
  } else if (regressions.length > 0) {
    console.error(`more than ${tolerance * 100} % above bench/instructions.json: ${regressions.join(", ")}`);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setup("--valgrind");
  await checkInstructions(process.argv.includes("--renew"));
}
