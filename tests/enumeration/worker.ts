/** What workerd runs: answers the posted enumeration with its hashes. */
import { loadEngine } from "@penguinmails/crm-sync";
import { hashes } from "./run.js";

export default {
  fetch: async (request: Request) => new Response(hashes(await loadEngine(), await request.text())),
};
