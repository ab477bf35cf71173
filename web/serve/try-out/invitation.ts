/** What a person can do now: the review that waits, and the commands to answer it and to change things on either side. */
import { shown } from "../../cli/values.js";
import { handsPath } from "./hands.js";
import { integration, type Stage } from "./story.js";

export async function invite({ api, crm, screen }: Stage): Promise<void> {
  const reviews = await api.reviews();
  await screen.heading("Now it is your turn. This waits for a person:");
  const rows = reviews.map(({ field, local, crm: theirs, base }) => ({
    cells: [field ?? "", shown(local), shown(theirs), shown(base)],
  }));
  await screen.table(["Field", "PenguinMails", "HubSpot", "Last agreed"], rows);
  await screen.commands("In another terminal, where KEY is your API key (shown this once; only its hash is kept):", [
    `KEY=${api.key}`,
  ]);

  const [review] = reviews;
  const authorized = 'curl -H "authorization: Bearer $KEY"';
  if (review?.contact != null) {
    await screen.commands("Answer it in a browser, with that key:", [`${api.origin}/admin/`]);
    const answer = `${api.origin}/api/reviews/${integration}/${encodeURIComponent(review.id)}/answer`;
    await screen.commands("Or from here, with PenguinMails' value (local), HubSpot's (crm), or one of your own:", [
      `${authorized} --json '{"choose": "local"}' ${answer}`,
      `${authorized} --json '{"choose": "value", "value": "Owner"}' ${answer}`,
    ]);
    const patch = `{"changes": [{"id": "${review.contact}", "patch": {"city": "Milan"}}]}`;
    await screen.commands("Edit the contact in HubSpot, or in PenguinMails:", [
      `curl -X PATCH --json '{"city": "Rome"}' ${crm.origin}${handsPath}/${review.crmId}`,
      `${authorized} --json '${patch}' ${api.origin}/contacts/changes`,
    ]);
    await screen.commands("See what was decided of it, and why:", [
      `${authorized} '${api.origin}/api/audit?contact=${review.contact}&limit=1'`,
    ]);
  }
  await screen.below("What comes of it is told here. Ctrl+C ends it.");
}
