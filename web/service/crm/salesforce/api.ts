/** Salesforce's REST API as this client uses it. The limits are those of its developer guide. */
export const apiVersion = "v66.0";
export const dataPath = `/services/data/${apiVersion}`;

/** Of the URI; together with the headers, of which a token may be a long one, Salesforce takes 16,384 bytes. */
export const maximumUri = 12_000;
/** Records in one call of sObject Collections. */
export const collectionSize = 200;
/** Subrequests in one call of Composite. */
export const compositeSize = 25;
/** Days that lists of changes reach back, less an hour for clocks that differ. */
export const changesReach = 30 * 86_400_000 - 3_600_000;

/** Our writes are told by this name in the change events that they cause. */
export const clientName = "penguinmails-crm-sync";

/** Of every request: an assignment rule that fires on our writes would hand the record to another owner. */
export const standingHeaders = {
  "sforce-call-options": `client=${clientName}`,
  "sforce-auto-assign": "FALSE",
} as const;
