/** Pairs of records for the sample's mapping, always the same ones, of which one cannot be mapped. */

const stages = ["mql", "customer"];
const crmStages = ["Nurturing", "Won"];

export function manyRecords(count = 1000, failing = 612): string {
  return Array.from({ length: count }, (_, index) => JSON.stringify(pair(index, index === failing))).join("\n");
}

function pair(index: number, fails: boolean) {
  const email = `person${index + 1}@example.com`;
  const stage = index % 2;
  const score = (index * 37) % 100;
  const local = {
    email,
    first_name: `Person ${index + 1}`,
    company: `Company ${index % 40}`,
    lifecycle_stage: stages[stage],
    lead_score: fails ? "eighty" : score,
    unsubscribed: false,
    engagements: [{ opens: index % 7, clicks: index % 3 }],
    custom_fields: { billing_id: 1_000_000 + index, note: `note ${index}` },
  };
  const crm = {
    Email: email,
    Company__c: local.company,
    Stage__c: crmStages[stage],
    Billing_Id__c: local.custom_fields.billing_id,
    Note__c: local.custom_fields.note,
    HasOptedOutOfEmail: false,
    Score__c: score,
    Lead_Status__c: score >= 75 ? "Hot" : "Warm",
    Greeting__c: `Dear ${local.first_name},`,
    Engagement__c: (index % 7) + (index % 3),
  };
  const base = { local: structuredClone(local), crm: structuredClone(crm) };
  // Every fifth is as it was; of the others one side, and of every 25th both, have moved on.
  if (index % 5 === 1) local.company = `${local.company} Ltd`;
  if (index % 5 === 2) crm.HasOptedOutOfEmail = true;
  if (index % 5 === 3) local.lead_score = fails ? "eighty" : (score + 50) % 100;
  if (index % 25 === 4) {
    local.custom_fields.note = `call ${index}`;
    crm.Note__c = `letter ${index}`;
  }
  if (fails) base.local.lead_score = score;
  const side = (record: object, hour: number) => ({ record, updated_at: `2026-03-01T${hour}:00:00Z` });
  return {
    local: side(local, 10),
    crm: index % 20 === 19 ? null : side(crm, 11),
    base: index % 20 === 19 ? null : base,
  };
}
