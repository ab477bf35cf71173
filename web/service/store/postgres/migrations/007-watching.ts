/** Of what it is told how old it is. Rows of processes from before have no such times, and count as none. */
export const watchingTimes = [
  "alter table crm_sync.integration add column heard_at timestamptz",
  // A write is sealed; of an opt-out it is to be known how long the CRM has not been told of it.
  "alter table crm_sync.intent add column consent boolean, add column planned_at timestamptz",
  "alter table crm_sync.watermark add column advanced_at timestamptz, add column changed_at timestamptz",
];
