/** Inputs of `resolve`: a HubSpot contact and PenguinMails' copy of it, of which each side has changed some fields. */
import { contact } from "./contacts.mjs";

/** What both sides hold of a contact, and who decides where both have changed it. */
export const entries = [
  { crm: "firstname", local: "first_name", strategy: "crm_wins" },
  { crm: "lastname", local: "last_name", strategy: "crm_wins" },
  { crm: "company", local: "company", strategy: "crm_wins" },
  { crm: "jobtitle", local: "job_title", strategy: "crm_wins" },
  { crm: "industry", local: "industry", strategy: "crm_wins" },
  { crm: "hs_email_open", local: "opened", strategy: "penguinmails_wins" },
  { crm: "hs_email_click", local: "clicked", strategy: "penguinmails_wins" },
  { crm: "hs_email_bounce", local: "bounced", strategy: "penguinmails_wins" },
  { crm: "hs_email_last_open_date", local: "last_opened", strategy: "penguinmails_wins" },
  { crm: "hs_analytics_source", local: "source", strategy: "newest_wins" },
  { crm: "lifecyclestage", local: "stage", strategy: "newest_wins" },
  { crm: "hs_lead_status", local: "lead_status", strategy: "newest_wins" },
  { crm: "salutation", local: "salutation", strategy: "newest_wins" },
  { crm: "message", local: "message", strategy: "newest_wins" },
  { crm: "website", local: "website", strategy: "newest_wins" },
  { crm: "city", local: "city", strategy: "newest_wins" },
  { crm: "country", local: "country", strategy: "newest_wins" },
  { crm: "zip", local: "zip", strategy: "newest_wins" },
  { crm: "annualrevenue", local: "revenue", strategy: "newest_wins" },
  { crm: "numemployees", local: "employees", strategy: "newest_wins" },
];

export function pair(index) {
  const agreed = contact(index);
  // What each side has changed comes from other contacts: every 7th field of one, every 5th of the other.
  const changed = { local: contact(index + 1_000_000), crm: contact(index + 2_000_000) };
  const sides = { local: {}, crm: {} };
  const base = { local: {}, crm: {}, agreed_at: "2026-01-01T00:00:00Z" };
  const times = { local: {}, crm: {} };
  for (const [i, { local, crm }] of entries.entries()) {
    for (const [side, name, every] of [
      ["local", local, 7],
      ["crm", crm, 5],
    ]) {
      const edited = (index + i) % every === 0;
      base[side][name] = agreed[crm];
      sides[side][name] = edited ? changed[side][crm] : agreed[crm];
      // Every other pair knows when each field was changed.
      if (edited && index % 2 === 0) times[side][name] = changed[side].lastmodifieddate;
    }
  }
  return {
    link: `pair-${index}`,
    local: { record: sides.local, updated_at: changed.local.lastmodifieddate, field_times: times.local },
    crm: { record: sides.crm, updated_at: changed.crm.lastmodifieddate, field_times: times.crm },
    base,
    now: "2026-03-01T10:00:05Z",
  };
}
