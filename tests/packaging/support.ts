/** Installs the package as npm would publish it, with the program that every runtime runs; says what it must give. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse } from "yaml";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const cases = (file: string) => readFileSync(join(root, "tests/cases", file), "utf8");

interface Group {
  name: string;
  mapping: string;
  /** What was imported of the fields, as JSON. */
  catalogs?: string;
  cases: Record<string, string>[];
}

const mappings = (parse(cases("mapping.yaml")) as Group[]).map(({ mapping, catalogs, cases }) => ({
  mapping,
  ...(catalogs !== undefined && { catalogs: JSON.parse(catalogs) }),
  calls: cases.map(({ to_crm, from_crm, context = "{}" }) => ({
    call: "mapMany",
    direction: to_crm === undefined ? "from_crm" : "to_crm",
    records: `[${to_crm ?? from_crm}]`,
    context: { ...JSON.parse(context), trace: true },
  })),
}));
const pairs = parse(cases("resolve.yaml")) as Group[];
const decisions = pairs.map(({ mapping, catalogs, cases }) => ({
  mapping,
  ...(catalogs !== undefined && { catalogs: JSON.parse(catalogs) }),
  calls: cases.map(({ input }) => ({ call: "resolveMany", inputs: `[${input}]` })),
}));
const walkthrough = pairs.find(({ name }) => name === "the walkthrough");
assert.ok(walkthrough !== undefined && walkthrough === pairs[0]);
const asObjects = {
  mapping: walkthrough.mapping,
  calls: walkthrough.cases.map(({ input }) => ({ call: "resolve", input })),
};
/** yaml-cpp says so by an exception, which must not leave the module on any runtime. */
const broken = { mapping: "a: [1", calls: [] };

const decided = cases("resolve.expected.ndjson");
const expected = [
  cases("mapping.expected.ndjson"),
  decided,
  ...decided.split(/(?<=\n)/).slice(0, asObjects.calls.length),
  "FIL001\n",
  "Zo\u00eb +49301234567 ada@xn--mller-kva.example\n",
].join("");

/** `results` is what `program` gave somewhere. */
export function check(results: string, { runsStrings }: { runsStrings: boolean }): void {
  assert.deepEqual(JSON.parse(results), { text: expected, runsStrings });
}

export async function output(program: string, args: string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd, maxBuffer: 1 << 26 });
  return stdout;
}

export interface Installed {
  /** The folder of the app, into which the package is installed. */
  folder: string;
  tarball: string;
}

/** An empty folder with nothing but the package in it, installed from its tarball, and the app. Removed in the end. */
export async function installed(): Promise<Installed> {
  const temporary = mkdtempSync(join(tmpdir(), "crm-sync-packaging-"));
  after(() => rmSync(temporary, { recursive: true, force: true }));
  const folder = join(temporary, "app");
  cpSync(join(root, "tests/packaging/app"), folder, { recursive: true });
  writeFileSync(join(folder, "cases.json"), JSON.stringify([...mappings, ...decisions, asObjects, broken]));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const packed = await output("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", temporary], root);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const tarball = join(temporary, filename);
  await output("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], folder);
  return { folder, tarball };
}
