/** Hunts with each libFuzzer target for so many seconds; what it finds is written to build/fuzz/. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root, run } from "./steps.mjs";

/** The targets are tests/fuzz/<name>.cpp; their seeds lie in tests/fuzz/seeds/<name>/. */
export function hunt(preset, seconds) {
  const targets = readdirSync(join(root, "tests/fuzz")).filter((file) => file.endsWith(".cpp"));
  for (const name of targets.map((file) => file.replace(/\.cpp$/, ""))) {
    const corpus = join(root, "build/fuzz", name);
    mkdirSync(corpus, { recursive: true });
    seed(corpus, join(root, "tests/fuzz/seeds", name));
    // Mapping files and records that the goldens already hold are worth more than random bytes.
    seed(corpus, join(root, "tests/cases"));
    seed(corpus, join(root, "examples"));
    if (name === "mapping" || name === "image") pairSeeds(corpus);
    console.log(`${name}: ${seconds} s`);
    const options = [
      `-max_total_time=${seconds}`,
      "-timeout=10",
      "-rss_limit_mb=2560",
      `-artifact_prefix=${join(root, "build/fuzz")}/${name}-`,
    ];
    // What it says is of use only when it finds something.
    run(join(root, "build", preset, `crmsync_fuzz_${name}`), [corpus, ...options], { quiet: true });
  }
}

/** Mappings of the goldens, each with a record of its own behind a NUL. */
function pairSeeds(corpus) {
  const groups = parse(readFileSync(join(root, "tests/cases/mapping.yaml"), "utf8"));
  for (const [index, { mapping, cases }] of groups.entries()) {
    for (const [number, { to_crm, from_crm }] of cases.entries())
      writeFileSync(join(corpus, `seed-${index}-${number}`), `${mapping}\0${to_crm ?? from_crm}`);
  }
}

function seed(corpus, folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isFile()) copyFileSync(join(folder, entry.name), join(corpus, `seed-${entry.name}`));
  }
}
