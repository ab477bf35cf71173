/** What is shown of the service where no CRM is configured: a first sync, edits on both sides, a review, an opt-out. */
import type { Integration, Run, RunItem } from "../../service/index.js";
import type { Held } from "../../stand-in/hubspot/portal.js";
import type { Screen } from "../screen.js";
import type { Api, Decided } from "./api.js";
import { headings, rowsOf } from "./decision-table.js";
import { handsPath } from "./hands.js";
import type { StandInCrm } from "./stand-in.js";

export const integration = "hubspot";

export interface Stage {
  api: Api;
  crm: StandInCrm;
  screen: Screen;
  /** The mapping file's text. */
  mapping: string;
}

type Person = { crmId: string; contact: string; name: string };

const minutes = 60_000;

export async function tellStory(stage: Stage): Promise<void> {
  await firstSync(stage);
  const { screen } = stage;
  const [amara, bjarne, chiara, daeJung] = (await people(stage)) as [Person, Person, Person, Person];

  await screen.heading("2. Both sides change different fields of a contact: both changes are kept");
  await screen.say(`${amara.name} gets another telephone number in PenguinMails, and another city in HubSpot.`);
  await bothChange(stage, amara, { patch: { phone: "+1 202 555 0199" } }, { city: "Abuja" });

  await screen.heading("3. Both sides change the same field: the newer change wins");
  await screen.say(
    `${bjarne.name} is said to have moved: in PenguinMails to Oslo, ten minutes ago, in HubSpot to Bergen, now.`,
  );
  await bothChange(stage, bjarne, { patch: { city: "Oslo" }, ago: 10 * minutes }, { city: "Bergen" });

  await screen.heading("4. Both sides change a field that a person decides: a review opens");
  await screen.say(`${chiara.name} has a new job title on either side. The mapping says \`job_title: manual\`.`);
  await bothChange(stage, chiara, { patch: { job_title: "Chief Executive" } }, { jobtitle: "Chairwoman" });

  await screen.heading("5. Somebody opts out in HubSpot: PenguinMails stops mailing");
  await optOut(stage, daeJung);
}

async function firstSync({ api, crm, screen, mapping }: Stage): Promise<void> {
  await api.change([
    { id: "pm-1", patch: { email: "kenji@example.com", first_name: "Kenji" } },
    { id: "pm-2", patch: { email: "mira@example.org", first_name: "Mira", last_name: "Sund", city: "Malmö" } },
  ]);
  const { portal, origin } = crm;
  const settings = { baseUrl: origin, keyField: "penguinmails_id", ourself: portal.appId };
  await api.call("POST", "/api/integrations", {
    id: integration,
    crm: "hubspot",
    account: portal.id,
    mapping,
    settings,
  });
  const { access, refresh, expiresIn } = portal.connect();
  await api.call("PUT", `/api/integrations/${integration}/credentials`, { access, refresh, expiresIn });

  await screen.heading("1. A first sync, shown before it is done");
  await screen.say(
    `HubSpot has ${portal.all().length} contacts, PenguinMails 2. A dry run writes nothing, and says what would be done:`,
  );
  const started = await api.call<Run>("POST", "/api/runs", { integration, kind: "first_sync", dry: true });
  const run = `/api/runs/${integration}/${started.run}`;
  await api.until("dry run", async () => ((await api.call<Run>("GET", run)).state === "done" ? true : null));
  const { items } = await api.call<{ items: RunItem[] }>("GET", `${run}/items?limit=200`);
  await screen.table(["Contacts", "What would be done"], counted(items));

  const start = Date.now();
  await api.call("POST", `${run}/approve`);
  await api.until("first sync", async () => {
    const { counts } = await status(api);
    return counts.links === items.length && isWritten(counts.intents) ? true : null;
  });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  const optedOut = portal.all().filter(({ properties }) => properties.hs_email_optout === "true").length;
  await screen.below(
    `Approved, and done in ${seconds} s: ${items.length} contacts are the same on both sides. ${optedOut} of them have opted out of mail in HubSpot, so PenguinMails does not mail them either.`,
  );
}

const wouldDo: Record<string, string> = {
  create_local: "created in PenguinMails",
  create_crm: "created in HubSpot",
  merged: "found by e-mail on both sides, and linked",
};

function counted(items: readonly RunItem[]) {
  const counts = new Map<string, number>();
  for (const { outcome } of items) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => ({ cells: [String(count), wouldDo[outcome] ?? outcome] }));
}

async function people({ crm }: Stage): Promise<Person[]> {
  return crm.portal.all().map(({ id, properties: { firstname, lastname } }) => ({
    crmId: id,
    contact: `${integration}-${id}`,
    name: `${firstname} ${lastname}`,
  }));
}

/** As their users do it, over HTTP. */
async function inCrm({ crm, api }: Stage, method: string, path: string, body?: object): Promise<Held> {
  const response = await fetch(`${crm.origin}${handsPath}/${path}`, {
    method,
    signal: api.signal,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${await response.text()}`);
  return (await response.json()) as Held;
}

async function bothChange(
  stage: Stage,
  { crmId, contact }: Person,
  local: { patch: object; ago?: number },
  theirs: object,
): Promise<void> {
  const { api, crm, screen } = stage;
  const decided = await nextDecision(stage, contact, () =>
    // Both before HubSpot's webhook arrives, which would be a change of one side.
    crm.quietly(async () => {
      await inCrm(stage, "PATCH", crmId, theirs);
      await api.change([{ id: contact, ...local }]);
    }),
  );
  await screen.table(headings, rowsOf(decided.decision));
}

async function optOut(stage: Stage, { crmId, contact, name }: Person): Promise<void> {
  await stage.screen.say(`${name} wants no mail any more, and says so to HubSpot.`);
  const decided = await nextDecision(stage, contact, () => inCrm(stage, "POST", `${crmId}/opt-out`));
  await stage.screen.table(headings, rowsOf(decided.decision));
  const { mailable } = await stage.api.contact(contact);
  await stage.screen.below(
    `${name} may ${mailable.ok ? "" : "not "}be mailed any more (${mailable.because.join(", ")}). An opt-out is kept the moment that it is known, even while the sync is paused.`,
  );
}

/** What is decided of a contact after something was done, once it is written as well. */
async function nextDecision({ api }: Stage, contact: string, act: () => Promise<unknown>): Promise<Decided> {
  const latest = async () => (await api.decisions(`&contact=${contact}`))[0];
  const before = (await latest())?.id;
  await act();
  const decided = await api.until(`decision of ${contact}`, async () => {
    const found = await latest();
    return found === undefined || found.id === before ? null : found;
  });
  await api.until("answer of HubSpot", async () => (isWritten((await status(api)).counts.intents) ? true : null));
  return decided;
}

interface Status extends Integration {
  counts: { links: number; intents: Record<string, number> };
}
const status = (api: Api) => api.call<Status>("GET", `/api/integrations/${integration}`);
const isWritten = ({ planned = 0, sent = 0, unknown = 0 }: Record<string, number>) => planned + sent + unknown === 0;
