/**
 * Whether the tests of the laws can fail: for each law an engine that breaks it (tests/laws/broken.mjs) is built, of
 * which only the one changed file is compiled, and the law's native test must say so.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { broken } from "../tests/laws/broken.mjs";
import { globSync } from "./glob.mjs";
import { buildPreset, root, run, setup, writeCases } from "./steps.mjs";

const build = join(root, "build/dev");
const shell = (command) => {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
    cwd: build,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
};

/** The tests of the laws alone, with one object before those of the library. */
function linked(name, object) {
  const objects = "CMakeFiles/crmsync_tests.dir/tests/engine";
  const tests = globSync("tests/engine/laws", /\.cpp$/).map((file) => `${objects}/laws/${file.split("/").pop()}.o`);
  const program = join(build, "broken", name);
  run("g++", [
    ...[...tests, `${objects}/main.cpp.o`].map((one) => join(build, one)),
    object,
    join(build, "libcrmsync.a"),
    join(build, "libyaml_cpp.a"),
    "-o",
    program,
  ]);
  return program;
}

function compiled({ file, from, to }, name) {
  const source = readFileSync(join(root, "src/conflict", file), "utf8");
  if (source.split(from).length !== 2) throw new Error(`${name}: ${file} has not once: ${from}`);
  const [changed, object] = ["cpp", "o"].map((ending) => join(build, "broken", `${name}.${ending}`));
  writeFileSync(
    changed,
    source.replace(from, () => to),
  );
  const command = shell("ninja -t commands libcrmsync.a")
    .stdout.split("\n")
    .find((one) => one.endsWith(`/src/conflict/${file}`));
  const { status, stderr } = shell(command.replace(/-MD .* -c .*/, `-w -o ${object} -c ${changed}`));
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return object;
}

export function breakLaws(laws = broken) {
  mkdirSync(join(build, "broken"), { recursive: true });
  const missed = laws.filter((one) => {
    const name = `law-${one.law.split(":")[0]}`;
    const program = linked(name, compiled(one, name));
    const { stdout } = spawnSync(program, ["the laws of resolve*", "-c", `law ${one.law}`], { encoding: "utf8" });
    const places = ["over all conflicts of one field", "over generated records"].filter((place) =>
      stdout.includes(`the laws of resolve ${place}\n`),
    );
    console.log(`${name}: ${one.how}: ${places.length > 0 ? `caught ${places.join(" and ")}` : "NOT CAUGHT"}`);
    return places.length === 0;
  });
  if (missed.length > 0) process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setup();
  writeCases();
  buildPreset("dev");
  // `npm run laws:broken -- 5 12` breaks those two.
  const numbers = process.argv.slice(2);
  breakLaws(broken.filter(({ law }) => numbers.length === 0 || numbers.includes(law.split(":")[0])));
}
