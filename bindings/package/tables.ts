/** What the engine wants of its host while it maps, and the normalisers' part of the answer. */
import { CrmSyncError } from "./errors.js";
import type { Diagnostic, Normalizers, Wanted } from "./types.js";

type Named = keyof Normalizers;
/** By normaliser and region: what each text becomes; null leaves it as it is. */
export type NormalizedTables = Record<string, Record<string, Record<string, string | null>>>;

/** The names that are asked for and that nobody brings. */
export function lackingNormalizers(asked: readonly string[], normalizers: Normalizers): string[] {
  return asked.filter((name) => typeof normalizers[name as Named] !== "function");
}

/** With the package's own, where a file or a compiled mapping asks for the large one and nobody brought it. */
export async function withAsked(normalizers: Normalizers, file: string | Uint8Array): Promise<Normalizers> {
  if (normalizers.phone_e164 !== undefined) return normalizers;
  const text = typeof file === "string" ? file : new TextDecoder().decode(file);
  if (!text.includes("phone_e164")) return normalizers;
  const own = await import("./normalizers.js");
  return { ...own.normalizers, ...normalizers };
}

export function notLoaded(normalizers: readonly string[]): Diagnostic {
  return {
    code: "API008",
    severity: "error",
    message: `the mapping asks for a normaliser that is not loaded: ${normalizers.join(", ")}`,
    hint: "await engine.prepare(file) before compile or load, or give loadEngine the normalizers",
    path: "",
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
  };
}

/** The tables with what was wanted added to them. */
export function normalizedTables(
  known: NormalizedTables,
  wanted: NonNullable<Wanted["normalized"]>,
  normalizers: Normalizers,
): NormalizedTables {
  const tables: NormalizedTables = { ...known };
  for (const [name, regions] of Object.entries(wanted)) {
    const ofName = { ...tables[name] };
    for (const [region, texts] of Object.entries(regions)) {
      const rows = texts.map((text) => [text, normalized(name, region, text, normalizers)] as const);
      ofName[region] = { ...ofName[region], ...Object.fromEntries(rows) };
    }
    tables[name] = ofName;
  }
  return tables;
}

function normalized(name: string, region: string, text: string, normalizers: Normalizers): string | null {
  try {
    const result: unknown = normalizers[name as Named]?.(text, region);
    return typeof result === "string" ? result.toWellFormed() : null;
  } catch (cause) {
    throw new CrmSyncError("API008", `the normaliser ${name} failed`, { cause });
  }
}
