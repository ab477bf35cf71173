/** The outcomes of a decision (docs/conflicts.md) in words. */
export const outcomes: Readonly<Record<string, string>> = {
  in_sync: "nothing to do",
  merged: "the writes below bring both sides to agree",
  review: "a person has to decide; everything else flows",
  create_local: "a new contact for PenguinMails",
  create_crm: "a new record for the CRM",
  delete_local: "the CRM's record is gone, and PenguinMails' contact goes too",
  delete_crm: "PenguinMails' contact is gone, and the CRM's record goes too",
  unlink: "one side was deleted, so the link between the two ends",
  filtered: "a filter, or `create`, keeps this record out",
  invalid: "the record cannot be written as it is",
};
