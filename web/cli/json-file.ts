/** A whole JSON document from a file, or from stdin. */
import { CrmSyncError } from "../../bindings/package/node.js";
import { openInputs } from "./streams.js";

export interface JsonFile {
  name: string;
  value: unknown;
}

/** The document in the named file; from stdin without a name, or for `-`. */
export async function readJson(file: string | undefined): Promise<JsonFile> {
  const [source] = await openInputs(file === undefined ? [] : [file]);
  if (source === undefined) throw new Error("no input was opened");
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.chunks) chunks.push(chunk);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
    return { name: source.name, value: JSON.parse(text) };
  } catch (error) {
    throw new CrmSyncError("JSN001", `${source.name} is not valid JSON: ${(error as Error).message}`);
  }
}

/** The same, where nothing but an object makes sense. */
export async function readJsonObject(file: string | undefined, what: string): Promise<Record<string, unknown>> {
  const { name, value } = await readJson(file);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CrmSyncError("JSN010", `${name}: ${what} is a JSON object`);
}
