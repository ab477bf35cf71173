/** A mapping file in a body. */
import { z } from "@hono/zod-openapi";
import type { Diagnostic } from "@penguinmails/crm-sync";
import type { Crm } from "../crm/client.js";
import type { HttpOptions } from "./options.js";
import { Problem } from "./problem.js";

export const file = z
  .string()
  .min(1)
  .max(1 << 20)
  .openapi({ description: "A mapping file, in YAML or JSON" });

/** Of a body with one. */
export const maximumBytes = 1 << 21;

/** Gives what is not wrong, but worth a word. */
export async function requireMapping({ operations }: HttpOptions, file: string, crm: Crm): Promise<Diagnostic[]> {
  const diagnostics = await operations.check(file, crm);
  if (diagnostics.some(({ severity }) => severity === "error")) throw new Problem("mapping-refused", { diagnostics });
  return diagnostics;
}
