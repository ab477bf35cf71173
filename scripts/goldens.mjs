/**
 * Writes the exact bytes that the cases of tests/cases/ give into tests/cases/*.expected.*, through the built package. Look at the difference before committing it: the tests, native ones too, hold the engine to these bytes.
 */
import { writeFileSync } from "node:fs";
import { written } from "../tests/enumeration/groups.ts";
import { hashes } from "../tests/enumeration/run.ts";
import { tables } from "../tests/enumeration/tables.ts";
import { diagnosticCases, failureCases, mappingCases, resolveCases } from "../tests/package/golden.ts";
import { root } from "./steps.mjs";

const { loadEngine } = await import("@penguinmails/crm-sync");
const { normalizers } = await import("@penguinmails/crm-sync/normalizers");
const engine = await loadEngine({ normalizers });
for (const [name, cases] of [
  ["mapping", mappingCases(engine)],
  ["samples", mappingCases(engine, "samples.yaml")],
  ["pains", mappingCases(engine, "pains.yaml")],
  ["resolve", resolveCases(engine)],
]) {
  const lines = cases.map((one) => one.bytes());
  writeFileSync(`${root}/tests/cases/${name}.expected.ndjson`, lines.join(""));
  console.log(`${name}.expected.ndjson: ${lines.length} lines`);
}
for (const [name, cases] of [
  ["diagnostics", diagnosticCases(engine)],
  ["failures", failureCases(engine)],
]) {
  writeFileSync(`${root}/tests/cases/${name}.expected.txt`, cases.map((one) => one.shown()).join(""));
  console.log(`${name}.expected.txt: ${cases.length} cases`);
}
const enumeration = [...tables(engine), { name: "hashes", text: hashes(engine, written()) }];
for (const { name, text } of enumeration) writeFileSync(`${root}/tests/cases/enumeration/${name}.txt`, text);
console.log(`enumeration/: ${enumeration.length} files`);
