/** What both pages show: a mapping with a pair of records, and a queue without a service. */

export const mapping = `crm: hubspot
conflict_resolution: {default: newest_wins, fields: {job_title: manual}}
field_mapping:
  - {penguinmails_field: email, crm_field: email, normalize: [trim, email]}
  - {penguinmails_field: job_title, crm_field: jobtitle}
  - {penguinmails_field: city, crm_field: city}
`;

export const records = {
  local: '{"email": "ada@example.org", "job_title": "Owner", "city": "London"}',
  crm: '{"email": "ada@example.org", "jobtitle": "Chairwoman", "city": "Paris"}',
  localChangedAt: "2026-03-01T09:00:00Z",
  crmChangedAt: "2026-03-01T10:00:00Z",
  now: "2026-03-01T10:00:05Z",
};

/** In a page of yours: `serviceReviews("https://sync.example.com", key)`, from "@penguinmails/crm-sync/preview". */
export function sampleReviews() {
  const review = (id, field, local, crm, base) => ({
    ...{ id, integration: "hubspot", contact: `contact-${id}`, crmId: `10${id}`, field, local, crm, base },
    ...{ reason: "manual_review", opened_at: "2026-03-01T10:00:00Z", candidates: null },
  });
  let open = [review("1", "job_title", "Owner", "Chairwoman", "Founder"), review("2", "city", "London", "Paris", null)];
  return {
    list: async () => open,
    answer: async ({ id }) => {
      if (!open.some((one) => one.id === id)) return "gone";
      open = open.filter((one) => one.id !== id);
      return "answered";
    },
  };
}
