/** Tells each decision as it is made, until the end. */
import type { Screen } from "../screen.js";
import type { Api, Decided } from "./api.js";
import { headings, rowsOf } from "./decision-table.js";

const interval = 500;

export async function tellDecisions(api: Api, screen: Screen): Promise<void> {
  const known = new Set((await api.decisions()).map(({ id }) => id));
  while (!api.signal.aborted) {
    const decisions = await api.decisions();
    for (const decided of decisions.filter(({ id }) => !known.has(id)).toReversed()) {
      known.add(decided.id);
      await tell(decided, api, screen);
    }
    await new Promise((done) => setTimeout(done, interval));
  }
}

const happened: Record<string, string> = {
  create_local: "is new in HubSpot, and was created in PenguinMails",
  create_crm: "is new in PenguinMails, and was created in HubSpot",
  unlink: "was deleted on one side; the two are not linked any more",
  review: "waits for a person: GET /api/reviews?state=open",
};

async function tell({ contact, at, decision }: Decided, api: Api, screen: Screen): Promise<void> {
  const { record } = await api.contact(contact);
  const name = [record.first_name, record.last_name].filter(Boolean).join(" ") || contact;
  const rows = decision.outcome.startsWith("create_") ? [] : rowsOf(decision);
  const words = happened[decision.outcome] ?? "";
  if (rows.length === 0 && words === "") return;
  await screen.heading(`${new Date(at).toLocaleTimeString("en-GB")}  ${name} ${words}`.trimEnd());
  if (rows.length > 0) await screen.table(headings, rows);
}
