/** What becomes of a field, in a word. */
import type { Effect } from "./rows.js";

export const effects: Record<Effect, string> = {
  crm: "→ CRM",
  local: "← PenguinMails",
  both: "↔ both",
  review: "? a person decides",
  error: "✕ error",
  none: "nothing",
};
