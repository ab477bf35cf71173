import { encode } from "./encode.js";
import { CrmSyncError } from "./errors.js";
import type { ResolveInput, Side } from "./types.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The input of `resolve` as JSON. Records that are bytes already are put in as they are, so no number is respelt. */
export function encodeResolveInput(input: ResolveInput): string {
  const local = recordText(input, "local");
  const crm = recordText(input, "crm");
  if (local === undefined && crm === undefined) return encode(input, "the input");
  const sides = [sideText(input.local, "local", local), sideText(input.crm, "crm", crm)];
  const rest = encode({ ...input, local: undefined, crm: undefined }, "the input");
  return `{${[...sides, rest.slice(1, -1)].filter(Boolean).join(",")}}`;
}

function recordText(input: ResolveInput, name: "local" | "crm"): string | undefined {
  const record = input?.[name]?.record;
  if (!(record instanceof Uint8Array)) return undefined;
  try {
    const text = decoder.decode(record);
    // Whatever is not one whole value could end the record early and smuggle other members into the input.
    JSON.parse(text);
    return text;
  } catch (cause) {
    throw new CrmSyncError("API006", `the input at /${name}/record: the bytes are not one JSON value`, { cause });
  }
}

function sideText(side: Side | null | undefined, name: string, record: string | undefined): string {
  if (side === undefined) return "";
  if (record === undefined) return `"${name}":${encode(side, `the input at /${name}`)}`;
  const rest = encode({ ...side, record: undefined }, `the input at /${name}`);
  return `"${name}":{${[`"record":${record}`, rest.slice(1, -1)].filter(Boolean).join(",")}}`;
}
