import type { Caller, Integration } from "../store/model.js";
import type { HttpOptions } from "./options.js";
import { Problem } from "./problem.js";

/** The caller's integration of this id. Another tenant's is as little there as one that nobody has. */
export async function existing({ store }: HttpOptions, { tenant }: Caller, id: string): Promise<Integration> {
  const integration = await store.integration({ tenant, id });
  if (integration === null) throw new Problem("not-found");
  return integration;
}
