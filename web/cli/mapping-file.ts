/** Loads the engine and compiles a mapping file for a command. */
import { basename } from "node:path";
import {
  type Catalogs,
  type Diagnostic,
  type Engine,
  type Lookups,
  loadEngine,
  type Mapping,
} from "../../bindings/package/node.js";
import type { Values } from "./command.js";
import { countInWords } from "./diagnostics.js";
import { Misuse } from "./failure.js";
import { readJsonObject } from "./json-file.js";
import type { Reporter } from "./report.js";
import { readWhole } from "./streams.js";

export interface Compiled {
  engine: Engine;
  mapping: Mapping | null;
  diagnostics: Diagnostic[];
  /** The file's text for excerpts; what is no UTF-8 shows as U+FFFD. */
  source: string;
}

export async function compileFile(file: string, values: Values): Promise<Compiled> {
  const bytes = await readWhole(file);
  if (isCompiled(bytes))
    throw new Misuse("CLI001", `${file} is a compiled mapping`, "map, resolve and explain take it; others the file");
  return compileBytes(file, bytes, values);
}

async function compileBytes(file: string, bytes: Uint8Array, values: Values): Promise<Compiled> {
  const catalogs = await catalogsOf(values);
  const engine = await loadEngine();
  await engine.prepare(bytes);
  const { mapping, diagnostics } = engine.compile(bytes, { fileName: basename(file), ...(catalogs && { catalogs }) });
  const source = new TextDecoder().decode(bytes);
  return { engine, mapping, diagnostics, source };
}

/** What `--catalog` names. */
async function catalogsOf({ catalog }: Values): Promise<Catalogs | undefined> {
  return typeof catalog === "string" ? ((await readJsonObject(catalog, "a catalog")) as Catalogs) : undefined;
}

/** What `--lookups` names, as a part of a call's context. */
export async function lookupsOf({ lookups }: Values): Promise<{ lookups?: Lookups }> {
  if (typeof lookups !== "string") return {};
  return { lookups: (await readJsonObject(lookups, "a table of lookups")) as Lookups };
}

/** A compiled mapping begins as no text does. */
const magic = "\0crmsync";

function isCompiled(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, magic.length)) === magic;
}

/**
 * The mapping of a file, or of what `crm-sync compile` made of one, ready to run; null when the file has errors, which
 * then have been reported.
 */
export async function loadMapping(file: string, values: Values, reporter: Reporter): Promise<Mapping | null> {
  const bytes = await readWhole(file);
  if (isCompiled(bytes)) return loadBytes(bytes, values);
  const { mapping, diagnostics, source } = await compileBytes(file, bytes, values);
  reporter.diagnostics(diagnostics, file, source);
  if (mapping === null) reporter.summary(`${file}: ${countInWords(diagnostics)}; nothing was done`);
  return mapping;
}

async function loadBytes(bytes: Uint8Array, { catalog }: Values): Promise<Mapping> {
  if (catalog !== undefined)
    throw new Misuse("CLI001", "--catalog counts when a mapping file is compiled, and this one is", "compile it anew");
  const engine = await loadEngine();
  await engine.prepare(bytes);
  return engine.load(bytes);
}
