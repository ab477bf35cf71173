/** What HubSpot's answers mean for a write. */
import type { CrmWrite, CrmWritten } from "../client.js";
import { type HubSpotContact, textOf, timeOf } from "./api.js";
import type { HubSpotError } from "./hubspot-error.js";

export function written(
  ref: string,
  id: string,
  record: Record<string, unknown>,
  updatedAt: string | null,
): Extract<CrmWritten, { state: "written" }> {
  return { ref, state: "written", id, record, updatedAt };
}

/** `values`: what was sent; it stands for what the answer does not tell of. */
export function takenAs(ref: string, result: HubSpotContact, values: Record<string, string>) {
  const told = Object.keys(values).map((property) => [property, result.properties[property] ?? values[property]]);
  return written(ref, result.id, Object.fromEntries(told), timeOf(result.updatedAt));
}

export function failedAs(write: CrmWrite, error: HubSpotError): CrmWritten {
  const { ref } = write;
  const { code, category, status, fields, holder } = error;
  const missing = status === 404 || category === "OBJECT_NOT_FOUND";
  if (missing && write.kind === "delete") return written(ref, write.id, {}, null);
  if (missing && write.kind !== "create") return { ref, state: "gone" };
  const conflict = category === "CONFLICT" || code === "CONFLICT_VALUE" || status === 409;
  if (conflict && write.kind === "create") return { ref, state: "exists", holder };
  if (conflict) {
    const by = holder === null ? "" : ` by record ${holder}`;
    return { ref, state: "refused", code: "CONFLICT_VALUE", fields, hint: `a unique value is held already${by}` };
  }
  return { ref, state: "refused", code, fields, hint: `HubSpot refused it with HTTP ${status}` };
}

export function textsOf(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([property, value]) => [property, textOf(value)]));
}
