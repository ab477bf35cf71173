/** Bodies in JSON, exact in both directions: integers beyond 2^53 are bigint. */
import { decode } from "../../../bindings/package/decode.js";
import { encode } from "../../../bindings/package/encode.js";
import { readBody } from "../webhooks/body.js";
import { Problem } from "./problem.js";

/** Deeper than any record, and far from where a stack ends. */
const maximumDepth = 64;

export async function jsonBody(request: Request, maximumBytes: number): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new Problem("wrong-content-type");
  const bytes = await readBody(request, maximumBytes);
  if (bytes === null) throw new Problem("too-large");
  const value = parsed(bytes);
  if (!isKeepable(value, 0)) throw new Problem("not-json");
  return value;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    JSON.parse(text); // `decode` keeps long integers exact, and takes valid JSON only
    return decode(text);
  } catch {
    throw new Problem("not-json");
  }
}

/** Postgres keeps neither U+0000 nor half a surrogate pair, and a member __proto__ is no field of anybody's. */
function isKeepable(value: unknown, depth: number): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth === maximumDepth) return false;
  return Object.entries(value).every(
    ([key, member]) => key !== "__proto__" && isKeepable(key, depth) && isKeepable(member, depth + 1),
  );
}

export function jsonAnswer(status: number, body: unknown): Response {
  return jsonText(status, encode(body, "the answer"));
}

/** For text that is JSON already, and is to reach the caller as it was written. */
export function jsonText(status: number, text: string): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}
