/** What a dry run is told by: who is who, addresses to be known again, and what the run was made of. None in older rows. */
export const matchReport = [
  "alter table crm_sync.run_item add column match text, add column address text",
  "alter table crm_sync.run add column basis text",
];
