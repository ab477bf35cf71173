import type { Tokens } from "../crm/credentials.js";
import type { Integration } from "../store/model.js";
import type { HttpOptions } from "./options.js";

/** Keeps its tokens; one that had stopped for want of them goes on, as far as it had been approved. */
export async function connected(options: HttpOptions, found: Integration, tokens: Tokens): Promise<Integration> {
  const { store } = options;
  await options.connect(found, tokens);
  await store.clearAlert(found, "revoked");
  if (found.state !== "revoked") return found;
  const state = (await store.wasApproved(found)) ? "active" : "proposed";
  await store.setState(found, state);
  return { ...found, state };
}
